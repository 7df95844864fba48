"""The main job: take mentions in, think about those nobody thought about yet, and act on what was decided."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog

from assistant.desk.act import act
from assistant.desk.assign import is_given_by_hand
from assistant.desk.bursts import together
from assistant.desk.staleness import read_again
from assistant.domain.brand import Pack
from assistant.domain.conversation import TakenIn, TurnRecord, conversation_id_of
from assistant.domain.mention import Mention
from assistant.domain.patience import promised_at, waits_until
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import AWAY, ConversationState, Decision, Reason
from assistant.ports import HANDED_OVER, Clock, Respond, Store, Transaction, Wait

_FOR_WHO_TOOK_IT: Mapping[str, object] = {
    "decision": Decision.REVIEW,
    "reasons": (Reason.TAKEN,),
    "certified": False,
    "candidate": False,
    "sample": None,
}

log = structlog.get_logger()


async def answer(
    mentions: Sequence[Mention], *, store: Store, respond: Respond, pack: Pack, clock: Clock
) -> tuple[TurnRecord, ...]:
    """The current turn of each mention, in order.

    A mention that has a turn isn't worked on again. The store is used from a thread, in two transactions: thinking
    happens between them and holds nothing.
    """
    records = await _worked_on(mentions, store=store, respond=respond, pack=pack, clock=clock, patient=False)
    return tuple(records[mention.id] for mention in mentions)


async def answer_or_wait(
    mentions: Sequence[Mention], *, store: Store, respond: Respond, pack: Pack, clock: Clock
) -> tuple[TurnRecord | None, ...]:
    """As `answer`, but what index or embedder alone keep from being answered waits for them as long as its promise
    allows, and has no turn until then.
    """
    records = await _worked_on(mentions, store=store, respond=respond, pack=pack, clock=clock, patient=True)
    return tuple(records.get(mention.id) for mention in mentions)


async def _worked_on(
    mentions: Sequence[Mention], *, store: Store, respond: Respond, pack: Pack, clock: Clock, patient: bool
) -> Mapping[str, TurnRecord]:
    """Turns by mention; `patient`: those that may wait for index or embedder have none."""
    fresh = await asyncio.to_thread(_take_in, mentions, store=store, clock=clock)
    turns = await respond(fresh) if fresh else ()
    return await asyncio.to_thread(_act, mentions, turns, store=store, pack=pack, clock=clock, patient=patient)


async def answer_now(
    mention: Mention, *, store: Store, respond: Respond, pack: Pack, clock: Clock
) -> tuple[TakenIn, TurnRecord]:
    """Take one mention in and decide on it while its sender waits; no worker thinks about it beside.

    Should this process die on the way, workers find the mention after a while, as they do with any work that was
    handed over and never came to its end.
    """
    taken, waiting = await asyncio.to_thread(_take_in_held, mention, store=store, clock=clock)
    turns = await respond([waiting]) if waiting else ()
    records = await asyncio.to_thread(_act, [mention], turns, store=store, pack=pack, clock=clock, patient=False)
    return taken, records[mention.id]


def _take_in_held(mention: Mention, *, store: Store, clock: Clock) -> tuple[TakenIn, Mention | None]:
    """Where it went, and what to think about; None where it has a turn."""
    at = clock()
    with store.begin() as tx:
        tx.reserve([conversation_id_of(mention)])
        taken = tx.take_in(mention, at=at)
        waiting = taken.new or tx.current_turn(mention.id) is None
        if waiting:
            tx.claim([mention.id], by=HANDED_OVER)
        return taken, together(tx, tx.mention(mention.id)) if waiting else None


def _take_in(mentions: Sequence[Mention], *, store: Store, clock: Clock) -> tuple[Mention, ...]:
    """Keep every mention; returns those without a turn, each once."""
    at = clock()
    fresh: dict[str, Mention] = {}
    with store.begin() as tx:
        tx.reserve([conversation_id_of(mention) for mention in mentions])
        for mention in mentions:
            taken = tx.take_in(mention, at=at)
            if taken.new or tx.current_turn(mention.id) is None:
                fresh.setdefault(mention.id, tx.mention(mention.id))  # a known id keeps its first words
        return tuple(together(tx, mention) for mention in fresh.values())


def _act(
    mentions: Sequence[Mention],
    turns: Sequence[Turn],
    *,
    store: Store,
    pack: Pack,
    clock: Clock,
    patient: bool,
) -> Mapping[str, TurnRecord]:
    at = clock()
    records: dict[str, TurnRecord] = {}
    acted: list[TurnRecord] = []
    with store.begin() as tx:
        tx.reserve([conversation_id_of(mention) for mention in mentions])
        for turn in turns:
            earlier = tx.current_turn(turn.mention_id)  # another worker may have been faster
            if earlier is None and patient and _put_off(tx, turn, pack=pack, at=at):
                continue
            if earlier is None:
                acted.append(_acted(tx, turn, pack=pack, at=at))
            records[turn.mention_id] = earlier or acted[-1]
        for mention in mentions:
            kept = records.get(mention.id) or tx.current_turn(mention.id)
            if kept is not None:
                records[mention.id] = kept
    for record in acted:
        _log(record)
    return records


def _put_off(tx: Transaction, turn: Turn, *, pack: Pack, at: datetime) -> bool:
    """Whether the answer waits for index or embedder from now on, or still may."""
    if AWAY.isdisjoint(turn.route.reasons):
        return False
    wait = tx.wait(turn.mention_id)
    until = waits_until(turn, since=wait.since, pack=pack)
    if until is None or (wait.until or until) <= at:
        return False
    tx.let_wait(turn.mention_id, until=until)
    if wait.until is None:
        talk = conversation_id_of(turn.mention)
        tx.add_event(brand_id=turn.mention.brand_id, kind="put_off", conversation_id=talk, at=at)
    return True


def _acted(tx: Transaction, turn: Turn, *, pack: Pack, at: datetime) -> TurnRecord:
    """Its promise counts from when it came. What a person takes over for want of either is drafted later."""
    wait = tx.wait(turn.mention_id)
    changed: dict[str, object] = {"due_at": promised_at(turn, since=wait.since, pack=pack)}
    if turn.route.decision is Decision.AUTO_REPLY and wait.until is not None and _is_taken(tx, turn, wait, at=at):
        changed |= _FOR_WHO_TOOK_IT
    turn = turn.model_copy(update={"route": turn.route.model_copy(update=changed)})
    record = act(tx, turn, pack=pack, at=at)
    if not AWAY.isdisjoint(record.turn.route.reasons):
        read_again(tx, record, at=at)
    return record


def _is_taken(tx: Transaction, turn: Turn, wait: Wait, *, at: datetime) -> bool:
    """Whether a person assigned it, writes in it, or settled or put it off, while its answer was put off."""
    detail = tx.detail(conversation_id_of(turn.mention))
    if tx.triage(detail.conversation.id).held_by(at) or is_given_by_hand(tx, detail.conversation.id):
        return True
    thought = any(record.created_at >= wait.since for record in detail.turns)  # then it was no person
    return detail.conversation.state is not ConversationState.OPEN and not thought


def _log(record: TurnRecord) -> None:
    route = record.turn.route
    log.info(
        "mention_routed",
        mention_id=record.turn.mention_id,
        conversation_id=record.conversation_id,
        turn_id=record.id,
        decision=route.decision.value,
        reasons=[reason.value for reason in route.reasons],
        queue=route.queue,
        ms=round(sum(record.turn.ms.values()), 1),
    )
