"""The durable worker where its database fails it in the middle of something."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence

import pytest
from structlog.testing import capture_logs

from assistant.domain.brand import Pack
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.understanding import Understanding
from assistant.errors import StoreUnavailable
from assistant.worker.durable import DurableWorker
from tests.desk_builders import NOW, SetClock, make_mention, make_pack, make_understanding
from tests.stores import new_store
from tests.workflows.test_dispatch import Alive, Ledger, respond

pytestmark = pytest.mark.anyio


class Told(Ledger):
    """Durable work that says when something was put in; nobody carries it out."""

    def __init__(self) -> None:
        super().__init__()
        self.filled = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def start(self, *, answer: object, deliver: object) -> None:
        """Nothing runs."""

    def put(self, mentions: Mapping[str, int]) -> None:
        super().put(mentions)
        self._loop.call_soon_threadsafe(self.filled.set)

    def close(self) -> None:
        """Nothing ran."""


async def test_mentions_of_a_round_that_broke_off_are_seen_to_in_a_later_one() -> None:
    store, work, stop = new_store(), Told(), asyncio.Event()
    rounds: list[int] = []

    def glance(mentions: Sequence[Mention]) -> Sequence[Understanding | None]:
        rounds.append(len(mentions))
        if len(rounds) == 1:
            raise StoreUnavailable("the server went away")
        return [make_understanding() for _ in mentions]

    with store.begin() as tx:
        tx.take_in(make_mention("1"), at=NOW)
    worker = DurableWorker(
        store=store,
        respond=respond,
        glance=glance,
        pack=make_pack(),
        channels={},
        clock=SetClock(),
        work=work,
        presence=Alive(),
    )
    with capture_logs() as logged:
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            group.create_task(worker.run_forever(stop))
            await work.filled.wait()
            stop.set()
    told = [line["event"] for line in logged]
    assert (told[0], told[-1]) == ("worker_started", "worker_stopped")
    assert rounds == [1, 1]
    assert list(work.owed) == [make_mention("1").id]


class Mixed(Told):
    """An engine whose queue holds work of another brand, too."""

    def start(self, *, answer: object, deliver: object) -> None:
        assert callable(answer)
        threading.Thread(target=self._begin, args=(answer,), daemon=True).start()

    def _begin(self, answer: Callable[[str], Sequence[str]]) -> None:
        self.came = [answer(make_mention("1", brand_id=brand_id).id) for brand_id in ("other", "skylark")]
        self._loop.call_soon_threadsafe(self.filled.set)


async def test_work_of_another_brand_on_the_same_database_is_left_to_its_own_workers() -> None:
    store, work, stop = new_store(), Mixed(), asyncio.Event()
    with store.begin() as tx:
        for brand_id in ("other", "skylark"):
            tx.take_in(make_mention("1", brand_id=brand_id), at=NOW)
    worker = DurableWorker(
        store=store,
        respond=respond,
        glance=lambda mentions: [make_understanding() for _ in mentions],
        pack=make_pack(),
        channels={},
        clock=SetClock(),
        work=work,
        presence=Alive(),
    )
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(worker.run_forever(stop))
        await work.filled.wait()
        stop.set()
    with store.read() as look:
        thought = [look.current_turn(make_mention("1", brand_id=each).id) for each in ("other", "skylark")]
    assert [record is not None for record in thought] == [False, True]
    assert work.came[0] == ()


@pytest.mark.parametrize("leads", [True, False])
async def test_one_process_indexes_what_was_written(leads: bool) -> None:
    indexed, tended, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def index_waiting() -> int:
        loop.call_soon_threadsafe(indexed.set)
        return 1

    def renewed() -> Pack:
        loop.call_soon_threadsafe(tended.set)
        return make_pack()

    worker = DurableWorker(
        store=new_store(),
        respond=respond,
        glance=lambda mentions: [make_understanding() for _ in mentions],
        pack=make_pack(),
        channels={},
        clock=SetClock(),
        work=Told(),
        presence=Alive() if leads else Follows(),
        renewed=renewed,
        index_waiting=index_waiting,
    )
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(worker.run_forever(stop))
        await (indexed if leads else tended).wait()
        stop.set()
    assert indexed.is_set() is leads


@pytest.mark.parametrize("leads", [True, False])
async def test_one_process_gives_the_answers_that_waited_for_the_index(leads: bool) -> None:
    store, asked, tended, stop = new_store(), asyncio.Event(), asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    with store.begin() as tx:
        tx.take_in(make_mention("1"), at=NOW)
        tx.let_wait(make_mention("1").id, until=NOW)

    async def asking(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        asked.set()
        return await respond(mentions)

    def renewed() -> Pack:
        loop.call_soon_threadsafe(tended.set)
        return make_pack()

    worker = DurableWorker(
        store=store,
        respond=asking,
        glance=lambda mentions: [make_understanding() for _ in mentions],
        pack=make_pack(),
        channels={},
        clock=SetClock(),
        work=Told(),
        presence=Alive() if leads else Follows(),
        renewed=renewed,
    )
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(worker.run_forever(stop))
        await (asked if leads else tended).wait()
        stop.set()
    with store.read() as look:
        assert (look.current_turn(make_mention("1").id) is not None) is leads


class Follows(Alive):
    """Another process leads."""

    def leads(self) -> bool:
        return False
