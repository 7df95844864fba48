"""The desk: a conversation's clock, owner and hand-offs, who could take it, what people were told, the forecast."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from assistant.desk import assign as assigning
from assistant.desk.escalate import acknowledge
from assistant.desk.forecast import Forecast, forecast
from assistant.desk.served import serving
from assistant.desk.staleness import message_deleted, message_edited, what_changed
from assistant.domain.assignment import Assignment, Candidate
from assistant.domain.basis import MentionChange
from assistant.domain.escalation import Escalation
from assistant.domain.handoff import Handoff
from assistant.domain.peer import PeerInvite
from assistant.domain.readable import readable
from assistant.domain.sla import SlaClock
from assistant.domain.strategy import Served
from assistant.domain.triage import Note, Triage
from assistant.web.deps import Name, TheAssistant, Words, known_queue, ours

router = APIRouter()


class AtDesk(BaseModel):
    """What the desk knows of a conversation.

    `stale` says what changed since its newest draft was written, `served` by which strategy and tier, and why;
    `peers` which other customers were invited and what came of it; `triage` its tags, who holds it and until when.
    """

    clock: SlaClock | None
    due_at: datetime | None
    assignment: Assignment | None
    handoffs: list[Handoff]
    stale: list[str]
    served: Served | None
    peers: list[PeerInvite]
    triage: Triage
    notes: list[Note]


class AssignIn(BaseModel):
    """Give a conversation to an agent; `by` says who decides."""

    model_config = ConfigDict(extra="forbid")

    agent: Name
    by: Name
    why: str = Field(default="", max_length=500)


class SeenIn(BaseModel):
    """Who has seen it."""

    model_config = ConfigDict(extra="forbid")

    by: Name


class EditedIn(BaseModel):
    """The message's newest words."""

    model_config = ConfigDict(extra="forbid")

    text: Words = Field(max_length=40_000)


@router.get("/conversations/{conversation_id}/desk")
def read_desk(conversation_id: str, assistant: TheAssistant) -> AtDesk:
    """Clock, owner, hand-offs, tags, notes (oldest first), and what makes its draft stale."""
    with assistant.require_store().read() as look:
        conversation = ours(look, conversation_id, assistant)
        turns = look.detail(conversation_id).turns
        key = turns[-1].id if turns else ""
        stale = what_changed(look, key, world=assistant.world(), at=assistant.clock())
        return AtDesk(
            clock=look.sla_clock(conversation_id),
            due_at=conversation.due_at,
            assignment=look.assignment(conversation_id),
            handoffs=list(look.handoffs(conversation_id)),
            stale=list(stale),
            served=serving(look, turns[-1], pack=assistant.pack) if turns else None,
            peers=list(look.peer_invites(conversation_id)),
            triage=look.triage(conversation_id),
            notes=list(look.notes(conversation_id)),
        )


@router.get("/conversations/{conversation_id}/candidates")
def read_candidates(conversation_id: str, assistant: TheAssistant) -> list[Candidate]:
    """Every agent of the brand, the best available first, each with the reasons."""
    with assistant.require_store().read() as look:
        conversation = ours(look, conversation_id, assistant)
        turns = look.detail(conversation_id).turns
        need = assigning.need_of(conversation, turns[-1].turn if turns else None)
        return list(assigning.ranked(look, need, pack=assistant.pack, at=assistant.clock()))


@router.post("/conversations/{conversation_id}/assign")
def assign(conversation_id: str, given: AssignIn, assistant: TheAssistant) -> Assignment:
    """Give it to somebody by name; 404 for an agent the brand doesn't know."""
    with assistant.require_store().begin() as tx:
        return assigning.assign(
            tx,
            conversation_id,
            given.agent,
            by=given.by,
            why=given.why,
            pack=assistant.pack,
            at=assistant.clock(),
        )


@router.post("/mentions/{mention_id}/edited")
def mention_edited(mention_id: str, edited: EditedIn, assistant: TheAssistant) -> MentionChange:
    """The customer changed the message: drafts on its old words are never sent, and written again."""
    with assistant.require_store().begin() as tx:
        brand_id = assistant.pack.brand.id
        text = readable(edited.text)
        return message_edited(tx, mention_id, text, brand_id=brand_id, at=assistant.clock())


@router.post("/mentions/{mention_id}/deleted")
def mention_deleted(mention_id: str, assistant: TheAssistant) -> MentionChange:
    """The customer took the message back: its words are forgotten and nothing is sent to it any more."""
    with assistant.require_store().begin() as tx:
        change = message_deleted(tx, mention_id, brand_id=assistant.pack.brand.id, at=assistant.clock())
        tx.purge(mention_id)
        return change


@router.get("/escalations")
def list_escalations(
    assistant: TheAssistant, limit: Annotated[int, Query(ge=1, le=500)] = 100, only_open: bool = False
) -> list[Escalation]:
    """What people were told, newest first; `only_open` leaves out what somebody acknowledged."""
    with assistant.require_store().read() as look:
        return list(look.escalations(brand_id=assistant.pack.brand.id, limit=limit, only_open=only_open))


@router.post("/escalations/{escalation_id}/acknowledge")
def acknowledge_escalation(escalation_id: str, seen: SeenIn, assistant: TheAssistant) -> Escalation:
    """Say that you have seen it; 409 where somebody else did first."""
    with assistant.require_store().begin() as tx:
        return acknowledge(tx, escalation_id, brand_id=assistant.pack.brand.id, by=seen.by, at=assistant.clock())


@router.get("/queues/{queue}/forecast")
def read_forecast(
    queue: str,
    assistant: TheAssistant,
    arrivals_per_hour: Annotated[float | None, Query(ge=0, le=1_000_000)] = None,
    served_per_hour: Annotated[float | None, Query(ge=0, le=1_000_000)] = None,
    over_hours: Annotated[int, Query(ge=1, le=168)] = 4,
) -> Forecast:
    """When the queue's first promise breaks; rates that aren't given are those of the last `over_hours`."""
    policy = known_queue(queue, assistant)
    brand_id, now = assistant.pack.brand.id, assistant.clock()
    with assistant.require_store().read() as look:
        due = look.promises_end(brand_id=brand_id, queue=queue)
        since = now - timedelta(hours=over_hours)
        counted = look.rates(brand_id=brand_id, queue=queue, since=since)
    arrivals = counted.arrived / over_hours if arrivals_per_hour is None else arrivals_per_hour
    served = counted.settled / over_hours if served_per_hour is None else served_per_hour
    return forecast(
        due,
        arrivals_per_hour=arrivals,
        served_per_hour=served,
        promise_minutes=policy.due_minutes.get("medium", 240),
        now=now,
    )
