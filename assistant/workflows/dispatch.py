"""The firehose: what came in is read in micro-batches, then taken up by urgency and age; most of it becomes work.

Reading is cheap beside answering, so everything is read at once and its rank kept in its row. No more is handed over
than the durable engine can soon do: the line itself is rows, in an order that a restart finds again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import structlog

from assistant.domain.brand import Pack
from assistant.domain.mention import Mention
from assistant.domain.precedence import OVERDUE, SILENT, UNREAD, URGENT, place_in_line, rank_of
from assistant.domain.turn import Turn
from assistant.domain.understanding import Understanding
from assistant.errors import Infrastructure
from assistant.ports import HANDED_OVER, Clock, Presence, Ranked, Respond, Store, Work
from assistant.workflows.answer import answer_or_wait
from assistant.workflows.unfold import unfold

Glance = Callable[[Sequence[Mention]], Sequence[Understanding | None]]
"""Understands mentions and no more, in order; None where that failed."""

Shed = Callable[[Sequence[Mention]], Sequence[Turn]]
"""Turns that leave mentions to people, without thinking further."""

AT_HAND = 256
"""Answers the durable engine owes at a time, of all workers, half of them urgent or overdue: four have 32 in hand."""

log = structlog.get_logger()


class Desk(NamedTuple):
    """What one round works with; `most_waiting` is where load is shed, by `shed`."""

    store: Store
    glance: Glance
    respond: Respond
    work: Work
    presence: Presence
    pack: Pack
    clock: Clock
    shed: Shed | None = None
    most_waiting: int = 0


async def dispatch(desk: Desk, *, limit: int) -> int:
    """Read up to `limit` new mentions, then hand over whose turn it is. Returns how many went a step on, at least.

    Killed anywhere, none is lost. Where more than `most_waiting` wait, what isn't urgent goes to people by `shed`,
    which says so on each. Raises `Infrastructure`: what was claimed is then this process's until `give_back`.
    """
    await asyncio.to_thread(unfold, desk.store)
    read = await _step(desk, await asyncio.to_thread(_claim_unread, desk, limit), _read)
    turns = await asyncio.to_thread(_claim_turns, desk, limit)
    by_mention = {each.mention.id: each for each in turns}

    async def take_up(desk: Desk, mentions: Sequence[Mention]) -> None:
        await _take_up(desk, [by_mention[mention.id] for mention in mentions])

    return max(read, await _step(desk, [each.mention for each in turns], take_up))


def give_back(*, store: Store, presence: Presence, brand_id: str) -> int:
    """Let go of what this process claimed and didn't see to, as its database went away. Returns how much."""
    with store.begin() as tx:
        return tx.give_back(brand_id=brand_id, by=presence.name)


async def _step(
    desk: Desk, claimed: Sequence[Mention], step: Callable[[Desk, Sequence[Mention]], Awaitable[None]]
) -> int:
    """Take one step with what was claimed. What breaks it leaves each of them as urgent work of its own."""
    if not claimed:
        return 0
    try:
        await step(desk, claimed)
    except Infrastructure:
        raise  # nothing about these mentions
    except Exception:
        log.exception("batch_failed", mention_ids=[mention.id for mention in claimed])
        at = place_in_line(URGENT, desk.clock())
        await asyncio.to_thread(_hand_over, desk, {mention.id: at for mention in claimed})
    return len(claimed)


async def _read(desk: Desk, claimed: Sequence[Mention]) -> None:
    understood = await asyncio.to_thread(desk.glance, claimed)
    ranks = {mention.id: rank_of(found) for mention, found in zip(claimed, understood, strict=True)}
    if desk.shed is not None and await asyncio.to_thread(_too_many, desk):
        left = [mention for mention in claimed if URGENT < ranks[mention.id] < SILENT]
        log.warning("load_shed", left_to_people=len(left), most_waiting=desk.most_waiting)
        await _answer(desk, left, _without_thinking(desk.shed))
        ranks = {each: rank for each, rank in ranks.items() if rank in {URGENT, SILENT}}
    await asyncio.to_thread(_rank, desk.store, ranks)


async def _take_up(desk: Desk, turns: Sequence[Ranked]) -> None:
    at = desk.clock()
    owed = {each.mention.id: place_in_line(each.rank, at, by_age=each.by_age) for each in turns if each.rank != SILENT}
    await asyncio.to_thread(_hand_over, desk, owed)
    await _answer(desk, [each.mention for each in turns if each.rank == SILENT], desk.respond)


async def _answer(desk: Desk, mentions: Sequence[Mention], respond: Respond) -> None:
    if mentions:
        await answer_or_wait(mentions, store=desk.store, respond=respond, pack=desk.pack, clock=desk.clock)


def recover(*, store: Store, work: Work, presence: Presence, brand_id: str, clock: Clock) -> int:
    """Give the work of dead processes back. Returns how much; only the leader does anything."""
    if not presence.leads():
        return 0
    with store.read() as look:
        dead = presence.dead(look.claimants(brand_id=brand_id))
    released = 0
    if dead:
        with store.begin() as tx:
            released = tx.release(brand_id=brand_id, by=dead, at=clock())
    return released + work.resume_lost(presence.dead)


async def sweep(*, store: Store, respond: Respond, pack: Pack, clock: Clock, before: datetime, limit: int) -> int:
    """Answer mentions whose workflow never came to its end, without one. Returns how many."""
    lost = await asyncio.to_thread(_abandoned, store, pack.brand.id, before, limit)
    if lost:
        await answer_or_wait(lost, store=store, respond=respond, pack=pack, clock=clock)
    return len(lost)


def _claim_unread(desk: Desk, limit: int) -> Sequence[Mention]:
    brand_id = desk.pack.brand.id
    with desk.store.read() as look:
        if UNREAD not in look.unclaimed(brand_id=brand_id):  # an idle worker takes no write lock
            return ()
    with desk.store.begin() as tx:
        return tx.claim_mentions(brand_id=brand_id, by=desk.presence.name, limit=limit)


def _claim_turns(desk: Desk, limit: int) -> Sequence[Ranked]:
    """While anything is unread or the engine has half of what it takes, only the urgent and the overdue."""
    brand_id = desk.pack.brand.id
    with desk.store.read() as look:
        ranks = set(look.unclaimed(brand_id=brand_id))
        free = AT_HAND - look.handed_over(brand_id=brand_id, limit=AT_HAND) if ranks - {UNREAD} else 0
    if not free:
        return ()
    with desk.store.begin() as tx:
        return tx.claim_ranked(
            brand_id=brand_id,
            by=desk.presence.name,
            limit=min(free, limit),
            overdue=desk.clock() - OVERDUE,
            urgent_only=UNREAD in ranks or free <= AT_HAND // 2,
        )


def _rank(store: Store, ranks: Mapping[str, int]) -> None:
    with store.begin() as tx:
        tx.rank_mentions(ranks)


def _hand_over(desk: Desk, owed: Mapping[str, int]) -> None:
    """The work first: after a crash before the mark, another process puts the same work in, which changes nothing."""
    with desk.store.read() as look:  # whoever took a mention in may have waited for its answer and have it by now
        open_ = {each: place for each, place in owed.items() if look.current_turn(each) is None}
    if open_:
        desk.work.put(open_)
        with desk.store.begin() as tx:
            tx.claim(open_, by=HANDED_OVER)


def _too_many(desk: Desk) -> bool:
    with desk.store.read() as look:
        return look.backlog(brand_id=desk.pack.brand.id, limit=desk.most_waiting + 1) > desk.most_waiting


def _without_thinking(shed: Shed) -> Respond:
    async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        return await asyncio.to_thread(shed, mentions)

    return respond


def _abandoned(store: Store, brand_id: str, before: datetime, limit: int) -> Sequence[Mention]:
    with store.read() as look:
        return look.abandoned(brand_id=brand_id, before=before, limit=limit)
