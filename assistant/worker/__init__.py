"""Durable work: answers mentions nobody thought about yet, and delivers what is due."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from assistant.desk.follow_up import ask_due
from assistant.desk.outbox import Delivered, deliver_due, retract_due
from assistant.desk.sla import sweep
from assistant.domain.basis import World
from assistant.domain.brand import Pack
from assistant.domain.knowledge import Passage
from assistant.domain.mention import Mention
from assistant.domain.value import Value
from assistant.errors import Infrastructure
from assistant.ports import Channel, Clock, Link, Respond, Store
from assistant.workflows.answer import answer_or_wait
from assistant.workflows.check_peers import check_peers
from assistant.workflows.forget_words import forget_regularly
from assistant.workflows.hear import pause
from assistant.workflows.hold_souring import hold_souring
from assistant.workflows.redraft_stale import redraft_stale
from assistant.workflows.revisit import keep_up
from assistant.workflows.settle import Passages
from assistant.workflows.suspend import suspend
from assistant.workflows.unfold import unfold
from assistant.workflows.wake import wake_due

IDLE_S = 0.2
"""Pause where there was nothing to do; a mention waits twice as long at most before work on it starts."""
TEND_S = 1.0
"""Pause between two looks at stale drafts and promises."""
WATCH_OVER_S = 30.0
"""Pause between two looks at audits, scores and drafters; a verdict from a person is looked at right away."""
FIRST_BACKOFF_S = 0.5
LONGEST_BACKOFF_S = 4.0
"""A database that is back is noticed within this."""
SET_ASIDE_S = 60
"""How long a mention that failed on its own, or waits for the index, waits for another try; it stays listed as
unanswered meanwhile."""

log = structlog.get_logger()


def no_passages(ids: Sequence[str]) -> Mapping[str, Passage]:
    """Nothing to hold an answer against: a person looks at it."""
    return {}


class Worked(Value):
    """What one round did."""

    answered: int = 0
    delivered: Delivered = Delivered()
    redrafted: int = 0
    told: int = 0
    asked: int = 0
    taken_off: int = 0
    peers: int = 0

    @property
    def idle(self) -> bool:
        return self == Worked()


class Worker:
    """One brand's worker. Several may run on one store: the store says who was first."""

    def __init__(
        self,
        *,
        store: Store,
        respond: Respond,
        pack: Pack,
        channels: Mapping[str, Channel],
        clock: Clock,
        batch: int = 32,
        world: Callable[[], World] | None = None,
        links: Mapping[str, Link] | None = None,
        passages: Passages = no_passages,
    ) -> None:
        self._store = store
        self._respond = respond
        self._pack = pack
        self._channels = channels
        self._clock = clock
        self._batch = batch
        self._world = world
        self._links = links or {}
        self._passages = passages
        self._set_aside: dict[str, datetime] = {}
        self._seen: frozenset[str] = frozenset()

    async def run_once(self) -> Worked:
        """One batch of mentions, what the desk has to tend to, and one batch of replies."""
        answered = await self._answer()
        tended = await self._tend()
        delivered = (await self._deliver()).delivered
        taken_off = (await self._retract()).taken_off
        return tended.model_copy(update={"answered": answered.answered, "delivered": delivered, "taken_off": taken_off})

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; what is under way is finished first. Slow thinking doesn't keep replies waiting."""
        async with asyncio.TaskGroup() as group:
            group.create_task(repeat(self._answer_left_over, stop))
            group.create_task(repeat(self._deliver, stop))
            group.create_task(repeat(self._retract, stop))
            group.create_task(repeat(self._tend, stop, pause_s=TEND_S))
            group.create_task(forget_regularly(self._store, stop))
            group.create_task(repeat(self._watch_over, stop, pause_s=WATCH_OVER_S))
            for name, link in self._links.items():
                group.create_task(
                    keep_up(link, channel=name, store=self._store, pack=self._pack, clock=self._clock, stop=stop)
                )

    async def _answer_left_over(self) -> Worked:
        """What the round before saw already: a mention just taken in may be in the hands of whoever waits for it."""
        seen, self._seen = self._seen, frozenset(mention.id for mention in await asyncio.to_thread(self._waiting))
        return await self._answer(seen) if seen & self._seen else Worked()

    async def _answer(self, only: frozenset[str] | None = None) -> Worked:
        waiting = await asyncio.to_thread(self._waiting)
        mentions = [mention for mention in waiting if only is None or mention.id in only]
        if not mentions:
            return Worked()
        try:
            return Worked(answered=await self._answer_these(mentions))
        except Infrastructure:
            raise  # nothing about these mentions: wait for the operator
        except Exception:
            log.exception("batch_failed", mention_ids=[mention.id for mention in mentions])
            return Worked(answered=await self._one_by_one(mentions))

    async def _one_by_one(self, mentions: Sequence[Mention]) -> int:
        """So that one mention nothing can be done with doesn't stop the others."""
        answered = 0
        for mention in mentions:
            try:
                answered += await self._answer_these([mention])
            except Infrastructure:
                raise
            except Exception:
                log.exception("mention_failed", mention_id=mention.id)
                self._put_aside(mention)
        return answered

    async def _answer_these(self, mentions: Sequence[Mention]) -> int:
        """How many have their turn; the others wait for the index."""
        records = await answer_or_wait(
            mentions, store=self._store, respond=self._respond, pack=self._pack, clock=self._clock
        )
        for mention, record in zip(mentions, records, strict=True):
            if record is None:
                self._put_aside(mention)
        return sum(record is not None for record in records)

    def _put_aside(self, mention: Mention) -> None:
        self._set_aside[mention.id] = self._clock() + timedelta(seconds=SET_ASIDE_S)

    async def _tend(self) -> Worked:
        return await tend(
            store=self._store, respond=self._respond, pack=self._pack, clock=self._clock, passages=self._passages
        )

    async def _watch_over(self) -> Worked:
        return await watch_over(self._store, pack=self._pack, clock=self._clock, world=self._world)

    async def _deliver(self) -> Worked:
        await asyncio.to_thread(unfold, self._store)  # who wrote on meanwhile isn't answered to the first line alone
        delivered = await asyncio.to_thread(
            deliver_due,
            self._store,
            self._channels,
            brand_id=self._pack.brand.id,
            clock=self._clock,
            world=self._world,
        )
        return Worked(delivered=delivered)

    async def _retract(self) -> Worked:
        return await retract(self._store, self._channels, pack=self._pack, clock=self._clock)

    def _waiting(self) -> Sequence[Mention]:
        now = self._clock()
        unfold(self._store)
        self._set_aside = {mention_id: until for mention_id, until in self._set_aside.items() if until > now}
        with self._store.read() as look:
            oldest = look.unanswered(brand_id=self._pack.brand.id, limit=self._batch + len(self._set_aside))
        return [mention for mention in oldest if mention.id not in self._set_aside][: self._batch]


async def retract(store: Store, channels: Mapping[str, Channel], *, pack: Pack, clock: Clock) -> Worked:
    """Replies that people want gone leave their networks."""
    tried = await asyncio.to_thread(retract_due, store, channels, brand_id=pack.brand.id, clock=clock)
    return Worked(taken_off=tried)


async def tend(*, store: Store, respond: Respond, pack: Pack, clock: Clock, passages: Passages) -> Worked:
    """Stale drafts are written again, people told of promises about to break, customers asked after a fix, and peers'
    answers checked; what was put off comes back. Promises and returns come first: no draft that is slow, or can't be
    written, keeps them.
    """
    await asyncio.to_thread(wake_due, store, brand_id=pack.brand.id, clock=clock)
    swept = await asyncio.to_thread(sweep, store, pack=pack, clock=clock)
    peers = await asyncio.to_thread(check_peers, store, passages=passages, pack=pack, clock=clock)
    asked = await asyncio.to_thread(ask_due, store, pack=pack, clock=clock)
    redrafted = await redraft_stale(store=store, respond=respond, pack=pack, clock=clock)
    return Worked(redrafted=redrafted, told=swept.warned + swept.breached + swept.passed_on, asked=asked, peers=peers)


async def watch_over(store: Store, *, pack: Pack, clock: Clock, world: Callable[[], World] | None) -> Worked:
    """Stop by itself what must stop, even if nobody looks. Counts as no work: it is done again after the pause."""
    if world is not None:
        await asyncio.to_thread(lambda: suspend(store, pack=pack, clock=clock, proof=world().proof))
    await asyncio.to_thread(hold_souring, store, pack=pack, clock=clock)
    return Worked()


async def repeat(
    step: Callable[[], Awaitable[Worked]],
    stop: asyncio.Event,
    *,
    pause_s: float = IDLE_S,
    longest_backoff_s: float = LONGEST_BACKOFF_S,
) -> None:
    """`step` until `stop` is set, with a pause where there was nothing to do and a growing one where it failed."""
    backoff_s = FIRST_BACKOFF_S
    while not stop.is_set():
        try:
            worked = await step()
        except Exception as failure:
            _log_failure(failure, step.__name__.strip("_"), backoff_s)
            await pause(stop, backoff_s)
            backoff_s = min(2 * backoff_s, longest_backoff_s)
            continue
        backoff_s = FIRST_BACKOFF_S
        if worked.idle:
            await pause(stop, pause_s)


def _log_failure(failure: Exception, step: str, backoff_s: float) -> None:
    """What the operator must mend says so in one line; anything else is a mistake of ours and shows where."""
    if isinstance(failure, Infrastructure):
        log.error("work_waits", step=step, problem=str(failure), backoff_s=backoff_s)
    else:
        log.error("work_failed", step=step, backoff_s=backoff_s, exc_info=failure)
