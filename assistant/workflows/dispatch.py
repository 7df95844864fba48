"""The firehose in micro-batches: read what came in; what wants no answer is settled at once, the rest becomes work."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from assistant.domain.brand import Pack
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.understanding import Understanding
from assistant.domain.vocabulary import Urgency
from assistant.errors import Infrastructure
from assistant.ports import HANDED_OVER, Clock, Presence, Respond, Store, Work
from assistant.workflows.answer import answer

Glance = Callable[[Sequence[Mention]], Sequence[Understanding | None]]
"""Understands mentions and no more, in order; None where that failed."""

Shed = Callable[[Sequence[Mention]], Sequence[Turn]]
"""Turns that leave mentions to people, without thinking further."""

PRIORITY = {Urgency.HIGH: 1, Urgency.MEDIUM: 2, Urgency.LOW: 3}
"""1 is worked on first."""
URGENT = PRIORITY[Urgency.HIGH]

log = structlog.get_logger()


async def dispatch(
    *,
    store: Store,
    glance: Glance,
    respond: Respond,
    work: Work,
    presence: Presence,
    pack: Pack,
    clock: Clock,
    limit: int,
    shed: Shed | None = None,
    most_waiting: int = 0,
) -> int:
    """Claim up to `limit` new mentions and see to each. Returns how many; killed anywhere, none is lost.

    Where more than `most_waiting` wait, what isn't urgent goes to people by `shed`, which says so on each. Raises
    `Infrastructure`: what was claimed is then this process's until `give_back`.
    """
    claimed = await asyncio.to_thread(_claim, store, pack.brand.id, presence.name, limit)
    if not claimed:
        return 0
    try:
        await _see_to(
            claimed,
            store=store,
            glance=glance,
            respond=respond,
            work=work,
            pack=pack,
            clock=clock,
            shed=shed,
            most_waiting=most_waiting,
        )
    except Infrastructure:
        raise  # nothing about these mentions
    except Exception:
        log.exception("batch_failed", mention_ids=[mention.id for mention in claimed])
        await asyncio.to_thread(_hand_over, store, work, {mention.id: URGENT for mention in claimed})
    return len(claimed)


def give_back(*, store: Store, presence: Presence, brand_id: str) -> int:
    """Let go of what this process claimed and didn't see to, as its database went away. Returns how much."""
    with store.begin() as tx:
        return tx.give_back(brand_id=brand_id, by=presence.name)


async def _see_to(
    claimed: Sequence[Mention],
    *,
    store: Store,
    glance: Glance,
    respond: Respond,
    work: Work,
    pack: Pack,
    clock: Clock,
    shed: Shed | None,
    most_waiting: int,
) -> None:
    understood = await asyncio.to_thread(glance, claimed)
    seen = list(zip(claimed, understood, strict=True))
    silent = [mention for mention, found in seen if found is not None and not wants_answer(found)]
    owed = {mention.id: priority_of(found) for mention, found in seen if found is None or wants_answer(found)}
    if shed is not None and await asyncio.to_thread(_too_many, store, pack.brand.id, most_waiting):
        left = [mention for mention, found in seen if mention.id in owed and priority_of(found) > URGENT]
        log.warning("load_shed", left_to_people=len(left), most_waiting=most_waiting)
        await answer(left, store=store, respond=_without_thinking(shed), pack=pack, clock=clock)
        owed = {each: priority for each, priority in owed.items() if priority <= URGENT}
    await asyncio.to_thread(_hand_over, store, work, owed)
    if silent:
        await answer(silent, store=store, respond=respond, pack=pack, clock=clock)


def wants_answer(understood: Understanding) -> bool:
    """Whether anybody may have to speak or look; a sensitivity always counts."""
    return understood.respond or bool(understood.sensitivity)


def priority_of(understood: Understanding | None) -> int:
    """What couldn't be read or touches a sensitivity goes with the urgent."""
    if understood is None or understood.sensitivity:
        return PRIORITY[Urgency.HIGH]
    return PRIORITY[understood.urgency]


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
        await answer(lost, store=store, respond=respond, pack=pack, clock=clock)
    return len(lost)


def _claim(store: Store, brand_id: str, by: str, limit: int) -> Sequence[Mention]:
    with store.read() as look:
        if not look.unclaimed(brand_id=brand_id):  # an idle worker takes no write lock
            return ()
    with store.begin() as tx:
        return tx.claim_mentions(brand_id=brand_id, by=by, limit=limit)


def _hand_over(store: Store, work: Work, owed: dict[str, int]) -> None:
    """The work first: after a crash before the mark, another process puts the same work in, which changes nothing."""
    with store.read() as look:  # whoever took a mention in may have waited for its answer and have it by now
        open_ = {each: priority for each, priority in owed.items() if look.current_turn(each) is None}
    if open_:
        work.put(open_)
        with store.begin() as tx:
            tx.claim(open_, by=HANDED_OVER)


def _too_many(store: Store, brand_id: str, most_waiting: int) -> bool:
    with store.read() as look:
        return look.backlog(brand_id=brand_id, limit=most_waiting + 1) > most_waiting


def _without_thinking(shed: Shed) -> Respond:
    async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        return await asyncio.to_thread(shed, mentions)

    return respond


def _abandoned(store: Store, brand_id: str, before: datetime, limit: int) -> Sequence[Mention]:
    with store.read() as look:
        return look.abandoned(brand_id=brand_id, before=before, limit=limit)
