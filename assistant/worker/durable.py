"""The worker with the durable engine: reads the firehose, carries answers out, delivers, looks after the dead."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import structlog

from assistant.compose.renewal import RENEW_S
from assistant.desk.outbox import deliver, deliver_due
from assistant.desk.replies import reply_id
from assistant.domain.basis import World
from assistant.domain.brand import Pack
from assistant.domain.conversation import TurnRecord
from assistant.domain.mention import Mention
from assistant.errors import Infrastructure, NotFound
from assistant.ports import Channel, Clock, Link, Presence, Respond, Store, Work
from assistant.worker import TEND_S, WATCH_OVER_S, Worked, no_passages, repeat, retract, tend, watch_over
from assistant.worker.together import Together
from assistant.workflows.answer import answer_or_wait
from assistant.workflows.dispatch import Desk, Glance, Shed, dispatch, give_back, recover, sweep
from assistant.workflows.forget_words import forget_regularly
from assistant.workflows.hear import pause
from assistant.workflows.resume import resume
from assistant.workflows.revisit import keep_up
from assistant.workflows.settle import Passages
from assistant.workflows.unfold import unfold

LONGEST_PAUSE_S = 30.0
"""An index that is back is noticed within this."""
READ_AT_ONCE = 64
"""Mentions of one micro-batch of the firehose."""
ANSWERED_AT_ONCE = 32
SENT_AT_ONCE = 8
"""Replies one process has on their way; a network may take 4 s for one."""
WATCH_S = 0.5
"""How often the leader looks for the dead: a kill is noticed that soon, and the outbox looks every 0.2 s."""
TAKE_UP_S = 2.0
"""How often each process looks for work it took and lost sight of."""
LOST_AFTER_S = 600
"""A mention handed over and unanswered for so long is answered without its workflow."""
TIDY_S = 600
SYNC_S = 5.0
"""Pause between two looks at which sources of knowledge are due."""
KEEP_DAYS = 3
"""How long finished workflows are kept for people who look into an incident."""

log = structlog.get_logger()


class DurableWorker:
    """One brand's worker on the durable engine. Any number may run on one database."""

    def __init__(
        self,
        *,
        store: Store,
        respond: Respond,
        glance: Glance,
        pack: Pack,
        channels: Mapping[str, Channel],
        clock: Clock,
        work: Work,
        presence: Presence,
        shed: Shed | None = None,
        most_waiting: int = 0,
        world: Callable[[], World] | None = None,
        links: Mapping[str, Link] | None = None,
        sync_sources: Callable[[], int] = lambda: 0,
        renewed: Callable[[], Pack] | None = None,
        index_waiting: Callable[[], int] = lambda: 0,
        passages: Passages = no_passages,
    ) -> None:
        self._store = store
        self._respond = respond
        self._glance = glance
        self._pack = pack
        self._channels = channels
        self._clock = clock
        self._work = work
        self._presence = presence
        self._shed = shed
        self._most_waiting = most_waiting
        self._world = world
        self._links = links or {}
        self._passages = passages
        self._cut_off = False
        self._sync_sources = sync_sources
        self._renewed = renewed
        self._index_waiting = index_waiting

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; what is under way is finished first, the rest stays for a later start."""
        self._together = Together(self._answer_many, batch=ANSWERED_AT_ONCE)
        await asyncio.to_thread(self._work.start, answer=self._answer, deliver=self._deliver_one)
        log.info("worker_started", name=self._presence.name, brand=self._pack.brand.id)
        try:
            async with asyncio.TaskGroup() as group:
                for job in (self._read_new, self._deliver_due, self._retract):
                    group.create_task(repeat(job, stop))
                group.create_task(repeat(self._watch, stop, pause_s=WATCH_S, longest_backoff_s=WATCH_S))
                group.create_task(repeat(self._take_up, stop, pause_s=TAKE_UP_S))
                group.create_task(repeat(self._tend, stop, pause_s=TEND_S))
                group.create_task(repeat(self._resume, stop, pause_s=TEND_S, longest_backoff_s=LONGEST_PAUSE_S))
                group.create_task(repeat(self._watch_over, stop, pause_s=WATCH_OVER_S))
                group.create_task(repeat(self._tidy, stop, pause_s=TIDY_S))
                group.create_task(repeat(self._sync, stop, pause_s=SYNC_S))
                group.create_task(repeat(self._index, stop, pause_s=RENEW_S))
                group.create_task(repeat(self._renew, stop, pause_s=RENEW_S))
                group.create_task(self._together.run(stop))
                group.create_task(forget_regularly(self._store, stop))
                for name, link in self._links.items():
                    group.create_task(self._listen(name, link, stop))
        finally:
            await asyncio.to_thread(self._work.close)
            log.info("worker_stopped", name=self._presence.name)

    async def _listen(self, name: str, link: Link, stop: asyncio.Event) -> None:
        """One process listens to a network: two would only hear everything twice."""
        while not stop.is_set():
            if not await self._leads():
                await pause(stop, WATCH_S)
                continue
            enough = asyncio.Event()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._stop_with_the_lead(stop, enough))
                group.create_task(
                    keep_up(link, channel=name, store=self._store, pack=self._pack, clock=self._clock, stop=enough)
                )

    async def _leads(self) -> bool:
        """A process that can't ask doesn't lead: another one may."""
        try:
            return await asyncio.to_thread(self._presence.leads)
        except Infrastructure as problem:
            log.warning("lead_unknown", problem=str(problem))
            return False

    async def _stop_with_the_lead(self, stop: asyncio.Event, enough: asyncio.Event) -> None:
        while not stop.is_set() and await self._leads():
            await pause(stop, WATCH_S)
        enough.set()

    async def _read_new(self) -> Worked:
        """A round that broke off left its mentions claimed, perhaps unseen: they are let go before the next one."""
        if self._cut_off:
            await asyncio.to_thread(give_back, store=self._store, presence=self._presence, brand_id=self._pack.brand.id)
        self._cut_off = True
        desk = Desk(
            store=self._store,
            glance=self._glance,
            respond=self._respond,
            work=self._work,
            presence=self._presence,
            pack=self._pack,
            clock=self._clock,
            shed=self._shed,
            most_waiting=self._most_waiting,
        )
        read = await dispatch(desk, limit=READ_AT_ONCE)
        self._cut_off = False
        return Worked(answered=read)

    async def _deliver_due(self) -> Worked:
        await asyncio.to_thread(unfold, self._store)  # who wrote on meanwhile isn't answered to the first line alone
        delivered = await asyncio.to_thread(
            deliver_due,
            self._store,
            self._channels,
            brand_id=self._pack.brand.id,
            clock=self._clock,
            by=self._presence.name,
            at_once=SENT_AT_ONCE,
            world=self._world,
        )
        return Worked(delivered=delivered)

    async def _retract(self) -> Worked:
        return await retract(self._store, self._channels, pack=self._pack, clock=self._clock)

    async def _watch(self) -> Worked:
        given_back = await asyncio.to_thread(
            recover,
            store=self._store,
            work=self._work,
            presence=self._presence,
            brand_id=self._pack.brand.id,
            clock=self._clock,
        )
        if given_back:
            log.warning("work_of_the_dead_given_back", count=given_back)
        return Worked()

    async def _take_up(self) -> Worked:
        dropped = await asyncio.to_thread(self._work.resume_dropped)
        if dropped:
            log.warning("dropped_work_taken_up", count=dropped)
        return Worked()

    async def _tend(self) -> Worked:
        """One process does: two would only write the same drafts again."""
        if not await asyncio.to_thread(self._presence.leads):
            return Worked()
        return await tend(
            store=self._store, respond=self._respond, pack=self._pack, clock=self._clock, passages=self._passages
        )

    async def _watch_over(self) -> Worked:
        """One process does, as with the rest of the desk's clocks."""
        if not await asyncio.to_thread(self._presence.leads):
            return Worked()
        return await watch_over(self._store, pack=self._pack, clock=self._clock, world=self._world)

    async def _tidy(self) -> Worked:
        now = self._clock()
        await sweep(
            store=self._store,
            respond=self._respond,
            pack=self._pack,
            clock=self._clock,
            before=now - timedelta(seconds=LOST_AFTER_S),
            limit=READ_AT_ONCE,
        )
        if await asyncio.to_thread(self._presence.leads):
            await asyncio.to_thread(self._work.forget, finished_before=now - timedelta(days=KEEP_DAYS))
        return Worked()

    async def _sync(self) -> Worked:
        """One process reads the brand's sources."""
        if await asyncio.to_thread(self._presence.leads):
            await asyncio.to_thread(self._sync_sources)
        return Worked()

    async def _index(self) -> Worked:
        """One process writes the index. What stops in the middle is begun again by whoever leads then."""
        if await asyncio.to_thread(self._presence.leads):
            await asyncio.to_thread(self._index_waiting)
        return Worked()

    async def _renew(self) -> Worked:
        """Articles that changed hold from the next batch on."""
        if self._renewed is not None:
            self._pack = await asyncio.to_thread(self._renewed)
        return Worked()

    async def _resume(self) -> Worked:
        """One process asks whether the index is back."""
        if not await asyncio.to_thread(self._presence.leads):
            return Worked()
        resumed = await resume(
            store=self._store, respond=self._respond, pack=self._pack, clock=self._clock, limit=ANSWERED_AT_ONCE
        )
        return Worked(answered=resumed)

    async def _answer_many(self, mentions: Sequence[Mention]) -> Sequence[TurnRecord | None]:
        return await answer_or_wait(
            mentions, store=self._store, respond=self._respond, pack=self._pack, clock=self._clock
        )

    def _answer(self, mention_id: str) -> Sequence[str]:
        """Called by the engine, in its threads, perhaps again after a crash.

        What another brand's worker put where all could take it, before brands had queues of their own, is left to the
        sweep of its own.
        """
        with self._store.read() as look:
            record = look.current_turn(mention_id)
            mention = record.turn.mention if record else look.mention(mention_id)
        if mention.brand_id != self._pack.brand.id:
            log.warning("of_another_brand", mention_id=mention_id, brand=mention.brand_id)
            return ()
        if record is None:
            record = self._together.answer(mention)
        if record is None:
            return ()  # put off until the index is back
        with self._store.read() as look:
            try:
                return [look.reply(reply_id(record)).id]
            except NotFound:
                return []

    def _deliver_one(self, reply_id: str) -> None:
        name = self._presence.name
        deliver(self._store, self._channels, reply_id, clock=self._clock, by=name, world=self._world)
