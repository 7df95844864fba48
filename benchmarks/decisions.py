"""Decisions a second with the durable engine, and the share of CPU the engine takes; thinking costs nothing here.

The same mentions go through the plain loop over rows and through one workflow each: on SQLite in one process, and on a
Postgres of its own with workers as processes (`--workers 1 2 4`), which share this machine's cores with the server.
"""

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from assistant import log
from assistant.adapters.channels.file_drop import FileDrop
from assistant.adapters.dbos_work import DbosWork
from assistant.adapters.sql.presence import FilePresence, PostgresPresence
from assistant.adapters.sql.store import SqlStore
from assistant.compose import utc_now
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.understanding import Understanding
from assistant.ports import Presence
from assistant.worker import Worker
from assistant.worker.durable import DurableWorker
from tests import postgres
from tests.desk_builders import make_mention, make_pack, make_turn, make_understanding

PLAIN, DURABLE = "rows alone", "one workflow each"


class Measured(NamedTuple):
    """Mentions a second and the workers' CPU ms each, from intake to the reply on disk."""

    rate: float
    cpu_ms: float


async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
    return [make_turn(mention) for mention in mentions]


def glance(mentions: Sequence[Mention]) -> Sequence[Understanding]:
    return [make_understanding() for _ in mentions]


async def work(kind: str, url: str, folder: Path, stop: asyncio.Event) -> None:
    """One worker until `stop`."""
    channels = {"x": FileDrop("x", folder)}
    with closing(SqlStore(url)) as store:
        if kind == PLAIN:
            plain = Worker(store=store, respond=respond, pack=make_pack(), channels=channels, clock=utc_now)
            await plain.run_forever(stop)
            return
        on_server = url.startswith("postgres")
        presence: Presence = PostgresPresence(url) if on_server else FilePresence(folder / "running")
        with closing(presence):
            engine = url if on_server else f"sqlite:///{folder}/work.db"
            durable = DurableWorker(
                store=store,
                respond=respond,
                glance=glance,
                pack=make_pack(),
                channels=channels,
                clock=utc_now,
                work=DbosWork(engine, name=presence.name, brand_id="skylark"),
                presence=presence,
            )
            await durable.run_forever(stop)


async def work_until_told(kind: str, url: str, folder: Path) -> None:
    """A worker as a process of its own."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await work(kind, url, folder, stop)


def measure(kind: str, url: str, folder: Path, *, workers: int, count: int) -> Measured:
    """Workers are up and have answered one mention each before the clock starts."""
    with closing(SqlStore(url)) as store, ExitStack() as stack:
        pids = [stack.enter_context(running(kind, url, folder)) for _ in range(workers)]
        take_in(store, [f"warm-{number}" for number in range(32 * workers)])
        wait_for(store, 32 * workers)
        started, cpu = time.perf_counter(), sum(map(cpu_s, pids))
        take_in(store, [str(number) for number in range(count)])
        wait_for(store, 32 * workers + count)
        took, cpu = time.perf_counter() - started, sum(map(cpu_s, pids)) - cpu
    return Measured(count / took, 1000 * cpu / count)


@contextmanager
def running(kind: str, url: str, folder: Path) -> Iterator[int]:
    """A worker; its process's id."""
    with subprocess.Popen([sys.executable, __file__, "--work", kind, url, str(folder)]) as process:
        yield process.pid
        process.terminate()


def take_in(store: SqlStore, ids: Sequence[str]) -> None:
    with store.begin() as tx:
        tx.put_down([make_mention(each) for each in ids], at=utc_now())


def wait_for(store: SqlStore, sent: int) -> None:
    while True:
        with store.read() as look:
            if look.tally(brand_id="skylark") == {"sent": sent}:
                return
        time.sleep(0.1)


def cpu_s(pid: int) -> float:
    """Seconds a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def on_sqlite(count: int) -> None:
    each = {}
    for kind in (PLAIN, DURABLE):
        with tempfile.TemporaryDirectory() as folder:
            each[kind] = measure(kind, f"sqlite:///{folder}/store.db", Path(folder), workers=1, count=count)
    told("SQLite", each)


def on_postgres(count: int, workers: Sequence[int]) -> None:
    each = {}
    for kind, many in ((PLAIN, 1), *((DURABLE, many) for many in workers)):
        with tempfile.TemporaryDirectory() as folder, postgres.database() as url:
            each[f"{kind}, {many} worker(s)"] = measure(kind, url, Path(folder), workers=many, count=count)
    told("Postgres", each)


def told(where: str, each: dict[str, Measured]) -> None:
    """Print them; the first is without the engine."""
    plain_ms = next(iter(each.values())).cpu_ms
    for name, (rate, cpu_ms) in each.items():
        engine = f", {1 - plain_ms / cpu_ms:.0%} of it the engine's" if name.startswith(DURABLE) else ""
        print(f"{where}, {name}: {rate:.0f} decisions and deliveries/s, {cpu_ms:.1f} CPU ms each{engine}", flush=True)


def main() -> None:
    """Both databases."""
    options = argparse.ArgumentParser()
    options.add_argument("--mentions", type=int, default=300)
    options.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4], help="on Postgres; none leaves it out")
    options.add_argument("--data", help="ignored; `make bench` gives it to every benchmark")
    options.add_argument("--work", nargs=3)
    chosen = options.parse_args()
    log.configure(level="warning", json=False)
    if chosen.work:
        kind, url, folder = chosen.work
        asyncio.run(work_until_told(kind, url, Path(folder)))
        return
    on_sqlite(chosen.mentions)
    if chosen.workers:
        on_postgres(chosen.mentions, chosen.workers)


if __name__ == "__main__":
    main()
