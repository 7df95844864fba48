"""Gives conversations to the people who know most about them, and says why."""

from collections.abc import Sequence
from datetime import datetime

from assistant.domain.assignment import Assignment, Candidate, Need, candidates, is_experience
from assistant.domain.audit import ASSISTANT
from assistant.domain.brand import Pack
from assistant.domain.conversation import Conversation
from assistant.domain.triage import Triage
from assistant.domain.turn import Turn
from assistant.errors import InputInvalid, NotFound
from assistant.ports import Reading, Transaction

LOOKED_BACK = 300
"""Assignments that count as past: enough to tell who knows what, and read in milliseconds."""


def need_of(conversation: Conversation, turn: Turn | None) -> Need:
    """What the conversation's newest turn asks of whoever takes it."""
    read = turn.understanding if turn else None
    return Need(
        queue=conversation.queue,
        topic=read.situation.topic if read else None,
        intent=read.intent if read and read.in_scope else None,
        language=read.language if read else None,
    )


def ranked(look: Reading, need: Need, *, pack: Pack, at: datetime) -> tuple[Candidate, ...]:
    """Every agent of the brand for this need, the best available first, with the reasons."""
    known = look.assignments(brand_id=pack.brand.id, limit=LOOKED_BACK)
    past = [each for each in known if not (is_experience(each, need) and _came_back(look, each))]
    present = frozenset(each.agent for each in look.present(brand_id=pack.brand.id, now=at))
    holds = look.loads(brand_id=pack.brand.id)
    return candidates(pack.on_call, need, past=past, holds=holds, calendars=pack.calendars, at=at, present=present)


def _came_back(look: Reading, settled: Assignment) -> bool:
    """Whether the answer didn't last: the customer opened it again, or said that it isn't solved."""
    fixes = look.follow_ups(settled.conversation_id)
    return bool(fixes) and (fixes[-1].reopened_at is not None or fixes[-1].solved is False)


def assign_best(
    tx: Transaction, conversation: Conversation, turn: Turn, *, pack: Pack, at: datetime
) -> Assignment | None:
    """Give what waits for a person to the best available agent, where the brand wants that; whose it is it stays.

    None where nobody is available: it waits in its queue, and its clock tells somebody in time.
    """
    if not pack.on_call.assign or not conversation.waits_for_person:
        return None
    before = tx.assignment(conversation.id)
    if before is not None and before.closed_at is None:
        return before
    need = need_of(conversation, turn)
    best = next((each for each in ranked(tx, need, pack=pack, at=at) if each.available), None)
    if best is None:
        return None
    return _given(tx, conversation, need, _signed_in(tx, best.agent, pack), best.why, by=ASSISTANT, at=at)


def assign(
    tx: Transaction, conversation_id: str, agent: str, *, by: str, why: str, pack: Pack, at: datetime
) -> Assignment:
    """Give it to somebody by name. Raises `NotFound` for a conversation or an agent the brand doesn't know."""
    if not by.strip():
        raise InputInvalid("by: missing; say who assigns")
    conversation = tx.conversation(conversation_id)
    if conversation.brand_id != pack.brand.id:
        raise NotFound("conversation", conversation_id)
    if pack.on_call.agents and all(each.id != agent for each in pack.on_call.agents):
        raise NotFound("agent", agent)
    turns = tx.detail(conversation_id).turns
    need = need_of(conversation, turns[-1].turn if turns else None)
    to = _signed_in(tx, agent, pack)
    return _given(tx, conversation, need, to, (why or f"Given by {by}.",), by=by, at=at)


def _signed_in(look: Reading, agent: str, pack: Pack) -> str:
    """The name under which an agent of the brand's signs in, so that they find it among their own; else their id."""
    known = next((each.known_as for each in pack.on_call.agents if each.id == agent), frozenset({agent}))
    accounts = {each.name for each in look.agents()} & known
    return agent if agent in accounts else next(iter(accounts), agent)


def give(tx: Transaction, card: Triage, to: str, *, by: str, at: datetime) -> None:
    """Note who owns it from now on, nobody with an empty name; the console's owner and the desk's are one."""
    if not to:
        tx.drop_assignment(card.conversation.id)
        return
    need = Need(queue=card.conversation.queue, intent=card.intent or None, language=card.language or None)
    given = _assignment(card.conversation, need, to, (f"Given by {by}.",), by=by, at=at)
    tx.save_assignment(given)


def close_assignment(tx: Transaction, conversation: Conversation, *, at: datetime) -> None:
    """Note that its owner settled it; who settled what is how expertise is known."""
    owned = tx.assignment(conversation.id)
    if owned is not None and owned.closed_at is None and not conversation.waits_for_person:
        tx.save_assignment(owned.model_copy(update={"closed_at": at}))


def reopen_assignment(tx: Transaction, conversation: Conversation) -> None:
    """What its owner settled was taken back: it is theirs again."""
    owned = tx.assignment(conversation.id)
    if owned is not None and owned.closed_at is not None and conversation.waits_for_person:
        tx.save_assignment(owned.model_copy(update={"closed_at": None}))


def _given(
    tx: Transaction,
    conversation: Conversation,
    need: Need,
    agent: str,
    why: Sequence[str],
    *,
    by: str,
    at: datetime,
) -> Assignment:
    given = _assignment(conversation, need, agent, why, by=by, at=at)
    tx.save_assignment(given)
    tx.save_triage(tx.triage(conversation.id).model_copy(update={"assignee": agent}))
    tx.append_audit(
        brand_id=conversation.brand_id,
        at=at,
        actor=by,
        event="assigned",
        subject=conversation.id,
        facts={"agent": agent, "queue": need.queue, "intent": need.intent, "topic": need.topic},
    )
    tx.add_event(brand_id=conversation.brand_id, kind="assigned", conversation_id=conversation.id, at=at)
    return given


def _assignment(
    conversation: Conversation, need: Need, agent: str, why: Sequence[str], *, by: str, at: datetime
) -> Assignment:
    return Assignment(
        conversation_id=conversation.id,
        brand_id=conversation.brand_id,
        agent=agent,
        why=tuple(why),
        by=by,
        at=at,
        queue=need.queue,
        topic=need.topic,
        intent=need.intent,
    )


def is_given_by_hand(look: Reading, conversation_id: str) -> bool:
    """Whether a person gave it to somebody it still waits for."""
    given = look.assignment(conversation_id)
    return given is not None and given.closed_at is None and given.by != ASSISTANT
