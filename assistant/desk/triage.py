"""What agents do with a conversation besides answering it: claim, assign, put off, tag, note, escalate, resolve."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from assistant.desk.assign import close_assignment, give, reopen_assignment
from assistant.desk.handoffs import close_hand_off, reopen_hand_off
from assistant.desk.labels import settle_label, unsettle
from assistant.desk.replies import FOR_PEOPLE
from assistant.desk.sla import timed
from assistant.domain.audit import called
from assistant.domain.brand import Pack
from assistant.domain.conversation import Conversation, ConversationDetail, TurnRecord
from assistant.domain.sla import is_over, late
from assistant.domain.triage import Call, Presence, Triage
from assistant.domain.vocabulary import ConversationState, Decision, Disposition
from assistant.errors import AlreadyHandled, InputInvalid, NotAllowed, StaleVersion
from assistant.ports import Transaction

CLAIM_S = 30
"""How long a claim holds without a sign of life; a page that is open gives one every ten seconds."""
PRESENT_S = 15
AT_ONCE = timedelta(minutes=1)
"""What is taken back within this never happened to the promise: it may break no later than before."""
MAX_TAGS = 12
HIDE_POST = "hide post"
"""The tag of conversations whose public post is to be hidden on its network; queues filter by it."""
MAX_TAG = 40
MAX_NOTE = 10_000
SAID_AGAIN = timedelta(minutes=1)
"""The same note by the same person within this is a call sent again, or a key hit twice."""
MAX_SNOOZE = timedelta(days=90)


def be_here(tx: Transaction, conversation_id: str, *, agent: str, typing: bool, at: datetime) -> Triage:
    """Say that `agent` looks or types; typing claims the conversation unless somebody else's claim holds."""
    card = tx.triage(conversation_id)
    brand_id = card.conversation.brand_id
    here = Presence(conversation_id=conversation_id, agent=agent, typing=typing)
    tx.be_present(here, brand_id=brand_id, until=at + timedelta(seconds=PRESENT_S))
    if not typing or card.held_by(at) not in {"", agent}:
        return card
    return _claimed(tx, card, agent=agent, at=at)


def take_over(tx: Transaction, conversation_id: str, *, agent: str, at: datetime) -> Triage:
    """Claim it whoever holds it; the audit log says so."""
    card = tx.triage(conversation_id)
    before = card.held_by(at)
    claimed = _claimed(tx, card, agent=agent, at=at)
    if before not in {"", agent}:
        _tell(tx, card, "claim_taken_over", {"from": before}, agent=agent, at=at)
    return claimed


def assign(tx: Transaction, conversation_id: str, *, to: str, agent: str, at: datetime) -> Triage:
    """Give it to somebody by name, or to nobody with an empty one."""
    to = to.strip()
    if len(to) > 100:
        raise InputInvalid("assign: a name has 100 characters at most")
    card = tx.triage(conversation_id)
    give(tx, card, to, by=agent, at=at)
    return _save(tx, card, {"assignee": to}, "assigned", {"to": to}, agent=agent, at=at)


def tag_of(word: str) -> str:
    """A tag as it is kept. Raises `InputInvalid`."""
    word = " ".join(word.split()).lower()
    if not word or len(word) > MAX_TAG:
        raise InputInvalid(f"tag: write 1 to {MAX_TAG} characters")
    return word


def tag(
    tx: Transaction, conversation_id: str, *, word: str, agent: str, at: datetime, on: bool | None = None
) -> Triage:
    """Put a tag on it or take it off, as `on` says; without that, whichever it isn't yet."""
    word = tag_of(word)
    card = tx.triage(conversation_id)
    there = word in card.tags
    if on is there:
        return card
    if not there and len(card.tags) >= MAX_TAGS:
        raise InputInvalid(f"tag: {MAX_TAGS} at most; take one off first")
    tags = tuple(each for each in card.tags if each != word) if there else (*card.tags, word)
    return _save(tx, card, {"tags": tags}, "tagged", {"tags": len(tags)}, agent=agent, at=at)


def flag_for_hiding(tx: Transaction, conversation_id: str, *, by: str, at: datetime) -> None:
    """Tag it, once: its public post shows data that anyone could misuse, and somebody should hide it there."""
    card = tx.triage(conversation_id)
    if HIDE_POST not in card.tags:
        _save(tx, card, {"tags": (*card.tags, HIDE_POST)}, "tagged", {"tag": HIDE_POST}, agent=by, at=at)


def note(tx: Transaction, conversation_id: str, *, text: str, agent: str, at: datetime) -> None:
    """Leave a note for colleagues, once; customers never see it."""
    text = text.strip()
    if not text or len(text) > MAX_NOTE:
        raise InputInvalid(f"note: write 1 to {MAX_NOTE} characters")
    card = tx.triage(conversation_id)
    last = next(reversed(tx.notes(conversation_id)), None)
    if last is not None and (last.author, last.text) == (agent, text) and at - last.at <= SAID_AGAIN:
        return
    tx.add_note(conversation_id=conversation_id, author=agent, at=at, text=text)
    called = [name for name in called_in(text, [each.name for each in tx.agents()]) if name != agent]
    for name in called:
        call = Call(agent=name, author=agent, conversation_id=conversation_id, at=at)
        tx.add_call(call, brand_id=card.conversation.brand_id)
    _tell(tx, card, "noted", {"called": len(called)} if called else {}, agent=agent, at=at)


def called_in(text: str, names: Sequence[str]) -> tuple[str, ...]:
    """Who is called with an @ before their name, as written or in other case; the longest name that fits counts."""
    found: list[str] = []
    lowered = text.casefold()
    for place, letter in enumerate(lowered):
        if letter == "@" and (place == 0 or not lowered[place - 1].isalnum()):
            fits = [each for each in names if _stands(each.casefold(), lowered, place + 1)]
            found += [max(fits, key=len)] if fits else []
    return tuple(dict.fromkeys(found))


def _stands(name: str, text: str, place: int) -> bool:
    """Whether the name stands there as a whole word."""
    end = place + len(name)
    return text.startswith(name, place) and not text[end : end + 1].isalnum()


def escalate(tx: Transaction, conversation_id: str, *, agent: str, at: datetime, on: bool | None = None) -> Triage:
    """Ask for a supervisor or take that back, as `on` says; without that, whichever it isn't yet.

    A draft it has goes nowhere without a person either way.
    """
    card = tx.triage(conversation_id)
    if on is card.escalated:
        return card
    event = "de_escalated" if card.escalated else "escalated"
    return _save(tx, card, {"escalated": not card.escalated}, event, {}, agent=agent, at=at)


def snooze(tx: Transaction, conversation_id: str, *, until: datetime, seen: int, agent: str, at: datetime) -> None:
    """Out of sight until then. Raises `StaleVersion`, `NotAllowed` where nothing waits, `InputInvalid`."""
    if not at < until <= at + MAX_SNOOZE:
        raise InputInvalid(f"snooze: choose a moment in the next {MAX_SNOOZE.days} days")
    card = tx.triage(conversation_id)
    if card.conversation.state not in {ConversationState.OPEN, ConversationState.SNOOZED}:
        raise NotAllowed(f"a conversation that is {card.conversation.state} can't be put off; open it again first")
    _move(tx, card.conversation, ConversationState.SNOOZED, seen=seen, at=at)
    _save(tx, card, {"snoozed_until": until}, "snoozed", {"until": until.isoformat()}, agent=agent, at=at)


def wake(tx: Transaction, conversation_id: str, *, agent: str, at: datetime) -> None:
    """Back into the queue; one that isn't snoozed stays as it is."""
    card = tx.triage(conversation_id)
    if card.conversation.state is not ConversationState.SNOOZED:
        return
    _move(tx, card.conversation, ConversationState.OPEN, seen=card.conversation.version, at=at)
    _save(tx, card, {"snoozed_until": None}, "woke", {}, agent=agent, at=at)


def resolve(tx: Transaction, conversation_id: str, *, seen: int, agent: str, pack: Pack, at: datetime) -> None:
    """Done without a reply: what waited for an answer is ignored, and the promise, hand-off and ownership end.

    Raises `StaleVersion`, `AlreadyHandled`.
    """
    card = tx.triage(conversation_id)
    if card.conversation.state is ConversationState.RESOLVED:
        raise AlreadyHandled(conversation_id, _last_actor(tx, conversation_id))
    for record in _undecided(tx.detail(conversation_id)):
        tx.set_disposition(record.id, Disposition.IGNORED)
        settle_label(tx, record, Disposition.IGNORED, "", pack=pack, by=agent, at=at)
        facts = {"conversation": conversation_id, "disposition": Disposition.IGNORED}
        tx.append_audit(
            brand_id=card.conversation.brand_id,
            at=at,
            actor=agent,
            event="turn_reviewed",
            subject=record.id,
            facts=facts,
        )
    saved = _move(tx, card.conversation, ConversationState.RESOLVED, seen=seen, pack=pack, at=at)
    close_hand_off(tx, saved, at=at)
    close_assignment(tx, saved, at=at)
    _save(tx, card, {"snoozed_until": None}, "resolved", {}, agent=agent, at=at)


def reopen(tx: Transaction, conversation_id: str, *, agent: str, pack: Pack, at: datetime) -> None:
    """Take back a resolve or an ignore: the newest draft waits again, under its old promise."""
    card = tx.triage(conversation_id)
    if card.conversation.state not in {ConversationState.RESOLVED, ConversationState.SNOOZED}:
        return
    detail = tx.detail(conversation_id)
    record = detail.turns[-1] if detail.turns else None
    if record is not None and record.disposition is Disposition.IGNORED:
        tx.clear_disposition(record.id)
        unsettle(tx, record.id)
    take_back(tx, card.conversation, record, pack=pack, at=at)
    _save(tx, card, {"snoozed_until": None}, "reopened", {}, agent=agent, at=at)


def take_back(
    tx: Transaction, conversation: Conversation, record: TurnRecord | None, *, pack: Pack, at: datetime
) -> Conversation:
    """It waits for a person again as if nothing had been decided: with what was left of its promise, the hand-off and
    the owner it had. A conversation that had no promise gets its newest turn's.
    """
    opened = waiting_again(conversation, record, at=at)
    clock = tx.sla_clock(conversation.id)
    if clock is not None and clock.paused_at is not None and at - clock.paused_at <= AT_ONCE:
        at = clock.paused_at  # as if it had never stood still: whoever goes on finds it at its place
    promised = None
    if clock is None or is_over(clock, at):
        promised = opened.due_at
    elif over := late(clock):  # as late as before, which keeps its place in the queue
        promised = at - over
    saved = tx.save_conversation(
        timed(tx, opened, pack=pack, at=at, due_at=promised), seen_version=conversation.version
    )
    reopen_hand_off(tx, saved)
    reopen_assignment(tx, saved)
    return saved


def waiting_again(conversation: Conversation, record: TurnRecord | None, *, at: datetime) -> Conversation:
    """The conversation open for a person, with the due time its newest turn promised."""
    route = record.turn.route if record else None
    decision = conversation.decision
    if decision not in {Decision.REVIEW, Decision.HANDOFF}:
        decision = Decision.REVIEW if record and record.turn.draft else Decision.HANDOFF
    fields = {
        "state": ConversationState.OPEN,
        "decision": decision,
        "due_at": route.due_at if route else None,
        "updated_at": at,
    }
    return conversation.model_copy(update=fields)


def _undecided(detail: ConversationDetail) -> list[TurnRecord]:
    current = {record.turn.mention_id: record for record in detail.turns}
    replied = {reply.turn_id for reply in detail.replies if reply.state not in FOR_PEOPLE}
    return [record for record in current.values() if record.disposition is None and record.id not in replied]


def _last_actor(tx: Transaction, conversation_id: str) -> str:
    entries = tx.audit(subject=conversation_id)
    return called(entries[-1].actor if entries else "")


def _move(
    tx: Transaction,
    conversation: Conversation,
    state: ConversationState,
    *,
    seen: int,
    at: datetime,
    pack: Pack | None = None,
) -> Conversation:
    """With a `pack` its clock is kept, too: one that waits for nobody stands still."""
    if conversation.version != seen:
        raise StaleVersion("conversation", conversation.id, seen=seen, now=conversation.version)
    due = {"due_at": None} if state is ConversationState.RESOLVED else {}
    moved = conversation.model_copy(update={"state": state, "updated_at": at, **due})
    kept = timed(tx, moved, pack=pack, at=at) if pack is not None else moved
    return tx.save_conversation(kept, seen_version=seen)


def _claimed(tx: Transaction, card: Triage, *, agent: str, at: datetime) -> Triage:
    fresh = card.held_by(at) != agent
    held = card.model_copy(update={"claimed_by": agent, "claimed_until": at + timedelta(seconds=CLAIM_S)})
    tx.save_triage(held)
    if fresh:
        talk = card.conversation
        tx.add_event(brand_id=talk.brand_id, kind="claimed", conversation_id=talk.id, at=at)
    return held


def _save(
    tx: Transaction,
    card: Triage,
    changed: Mapping[str, object],
    event: str,
    facts: Mapping[str, object],
    *,
    agent: str,
    at: datetime,
) -> Triage:
    saved = card.model_copy(update=dict(changed))
    tx.save_triage(saved)
    _tell(tx, card, event, facts, agent=agent, at=at)
    return saved


def _tell(tx: Transaction, card: Triage, event: str, facts: Mapping[str, object], *, agent: str, at: datetime) -> None:
    talk = card.conversation
    tx.append_audit(brand_id=talk.brand_id, at=at, actor=agent, event=event, subject=talk.id, facts=facts)
    tx.add_event(brand_id=talk.brand_id, kind=event, conversation_id=talk.id, at=at)
