"""What agents do with a conversation besides answering it, for other desks: claim, put off, note, tag, settle, undo."""

import json
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from assistant.desk import triage, undo
from assistant.desk.labels import blinded
from assistant.desk.story import story
from assistant.domain.audit import AuditEntry
from assistant.domain.conversation import Reply, TurnRecord
from assistant.domain.readable import readable
from assistant.domain.triage import Note, Triage
from assistant.errors import NotFound
from assistant.web.deps import Name, TheAssistant, Words, ours
from assistant.workflows.pull_back import pull_back

router = APIRouter()


class ByIn(BaseModel):
    """Who does it."""

    model_config = ConfigDict(extra="forbid")

    by: Name


class HereIn(ByIn):
    """A sign of life; typing claims the conversation unless somebody else's claim holds."""

    typing: bool = True


class SnoozeIn(ByIn):
    """Out of sight until then, in UTC where no zone is named; `seen_version` is the state that was looked at."""

    until: datetime
    seen_version: int = Field(ge=1)


class ResolveIn(ByIn):
    """Done without a reply."""

    seen_version: int = Field(ge=1)


class NoteIn(ByIn):
    """For colleagues only."""

    text: Words = Field(min_length=1, max_length=10_000)


class TagIn(ByIn):
    """A word to put on (`on` true) or to take off (false); without `on`, whichever it isn't yet."""

    word: str = Field(min_length=1, max_length=40)
    on: bool | None = None


class EscalateIn(ByIn):
    """Whether a supervisor is asked for."""

    on: bool = True


class PullBackIn(ByIn):
    """What is wrong with the reply."""

    why: str = Field(min_length=1, max_length=300)


class LogEntry(BaseModel):
    """One entry of the append-only log; `facts` depend on the `event`.

    `hash` is the SHA-256 of the JSON array [`sequence`, `brand_id`, `at` (UTC, microseconds), `actor`, `event`,
    `subject`, `facts` (as text: keys sorted, no spaces, ASCII), `previous_hash`], in Python's `json.dumps` form.
    """

    sequence: int
    brand_id: str
    at: datetime
    actor: str
    event: str
    subject: str
    facts: dict[str, JsonValue]
    previous_hash: str
    hash: str


@router.post("/conversations/{conversation_id}/claim")
def claim(conversation_id: str, given: HereIn, assistant: TheAssistant) -> Triage:
    """Be here; `claimed_by` of the answer says who writes, and until when."""
    with assistant.require_store().begin() as tx:
        ours(tx, conversation_id, assistant)
        return triage.be_here(tx, conversation_id, agent=given.by, typing=given.typing, at=assistant.clock())


@router.post("/conversations/{conversation_id}/take-over")
def take_over(conversation_id: str, given: ByIn, assistant: TheAssistant) -> Triage:
    """Claim it whoever holds it."""
    with assistant.require_store().begin() as tx:
        ours(tx, conversation_id, assistant)
        return triage.take_over(tx, conversation_id, agent=given.by, at=assistant.clock())


@router.post("/conversations/{conversation_id}/snooze")
def snooze(conversation_id: str, given: SnoozeIn, assistant: TheAssistant) -> Triage:
    """Put it off; 409 where somebody was faster."""
    until = given.until if given.until.tzinfo else given.until.replace(tzinfo=assistant.clock().tzinfo)
    with assistant.require_store().begin() as tx:
        ours(tx, conversation_id, assistant)
        at = assistant.clock()
        triage.snooze(tx, conversation_id, until=until, seen=given.seen_version, agent=given.by, at=at)
        return tx.triage(conversation_id)


@router.post("/conversations/{conversation_id}/resolve")
def resolve(conversation_id: str, given: ResolveIn, assistant: TheAssistant) -> Triage:
    """Settle it without a reply; 409 where somebody was faster."""
    with assistant.require_store().begin() as tx:
        ours(tx, conversation_id, assistant)
        pack, at = assistant.pack, assistant.clock()
        triage.resolve(tx, conversation_id, seen=given.seen_version, agent=given.by, pack=pack, at=at)
        return tx.triage(conversation_id)


@router.post("/conversations/{conversation_id}/reopen")
def reopen(conversation_id: str, given: ByIn, assistant: TheAssistant) -> Triage:
    """Take back a resolve, an ignore or a snooze: it waits again, with what was left of its promise."""
    with assistant.require_store().begin() as tx:
        ours(tx, conversation_id, assistant)
        triage.reopen(tx, conversation_id, agent=given.by, pack=assistant.pack, at=assistant.clock())
        return tx.triage(conversation_id)


@router.post("/conversations/{conversation_id}/notes")
def add_note(conversation_id: str, given: NoteIn, assistant: TheAssistant) -> list[Note]:
    """Leave a note, once however often it is sent within a minute; all of them come back, oldest first."""
    with assistant.require_store().begin() as tx:
        ours(tx, conversation_id, assistant)
        text = readable(given.text)
        triage.note(tx, conversation_id, text=text, agent=given.by, at=assistant.clock())
        return list(tx.notes(conversation_id))


@router.post("/conversations/{conversation_id}/tags")
def tag(conversation_id: str, given: TagIn, assistant: TheAssistant) -> Triage:
    """Put a tag on or take it off; say `on`, and the call may be repeated."""
    with assistant.require_store().begin() as tx:
        ours(tx, conversation_id, assistant)
        return triage.tag(tx, conversation_id, word=given.word, agent=given.by, at=assistant.clock(), on=given.on)


@router.post("/conversations/{conversation_id}/escalate")
def escalate(conversation_id: str, given: EscalateIn, assistant: TheAssistant) -> Triage:
    """Ask for a supervisor, or take that back; said twice it is as said once."""
    with assistant.require_store().begin() as tx:
        ours(tx, conversation_id, assistant)
        return triage.escalate(tx, conversation_id, agent=given.by, at=assistant.clock(), on=given.on)


@router.post("/replies/{reply_id}/undo")
def take_back(reply_id: str, given: ByIn, assistant: TheAssistant) -> Reply:
    """Back to the desk with a reply that hasn't left yet, or that was taken back already; 403 where it is too late."""
    with assistant.require_store().begin() as tx:
        if tx.reply(reply_id).brand_id != assistant.pack.brand.id:
            raise NotFound("reply", reply_id)
        return undo.undo(tx, reply_id, agent=given.by, pack=assistant.pack, at=assistant.clock())


@router.post("/replies/{reply_id}/pull-back")
async def take_off(reply_id: str, given: PullBackIn, assistant: TheAssistant) -> TurnRecord:
    """Have a reply that went out taken off its network, where that can be done; a correction waits for a person.

    403 where it isn't out, or was pulled back already.
    """
    correction = await pull_back(
        reply_id,
        why=given.why,
        store=assistant.require_store(),
        channels=assistant.channels,
        respond=assistant.respond,
        pack=assistant.pack,
        clock=assistant.clock,
        agent=given.by,
    )
    return blinded(correction)


@router.get("/conversations/{conversation_id}/log")
def read_log(conversation_id: str, assistant: TheAssistant) -> list[LogEntry]:
    """Who or what decided, wrote, edited, approved and sent, on which versions, oldest first."""
    with assistant.require_store().read() as look:
        ours(look, conversation_id, assistant)
        told = story(look, conversation_id, brand_id=assistant.pack.brand.id)
    return [entry_of(each) for each in told]


def entry_of(entry: AuditEntry) -> LogEntry:
    """An entry of the log with its facts as JSON."""
    return LogEntry.model_validate({**dict(entry), "facts": json.loads(entry.facts)})
