"""Decisions a second with the durable engine, and the share of CPU the engine takes; thinking costs nothing here.

The same mentions go through the plain loop over rows and through one workflow each, on SQLite in one process.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from assistant import log
from assistant.adapters.channels.file_drop import FileDrop
from assistant.adapters.dbos_work import DbosWork
from assistant.adapters.sql.presence import FilePresence
from assistant.adapters.sql.store import SqlStore
from assistant.compose import utc_now
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.understanding import Understanding
from assistant.worker import Worker
from assistant.worker.durable import DurableWorker
from tests.desk_builders import make_mention, make_pack, make_turn, make_understanding


async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
    return [make_turn(mention) for mention in mentions]


def glance(mentions: Sequence[Mention]) -> Sequence[Understanding]:
    return [make_understanding() for _ in mentions]


async def measure(worker: Worker | DurableWorker, store: SqlStore, count: int) -> tuple[float, float]:
    """Mentions a second and CPU ms each, from intake to the reply on disk."""
    with store.begin() as tx:
        tx.take_in_many([make_mention(str(number)) for number in range(count)], at=utc_now())
    started, cpu, stop = time.perf_counter(), time.process_time(), asyncio.Event()
    running = asyncio.create_task(worker.run_forever(stop))
    while True:
        await asyncio.sleep(0.1)
        with store.read() as look:
            if look.tally(brand_id="skylark") == {"sent": count}:
                break
    took = time.perf_counter() - started, time.process_time() - cpu
    stop.set()
    await running
    return count / took[0], 1000 * took[1] / count


def main() -> None:
    """Print both, and what the engine adds."""
    options = argparse.ArgumentParser()
    options.add_argument("--mentions", type=int, default=300)
    options.add_argument("--data", help="ignored; `make bench` gives it to every benchmark")
    count = options.parse_args().mentions
    log.configure(level="warning", json=False)
    each: dict[str, tuple[float, float]] = {}
    for name in ("rows alone", "one workflow each"):
        with tempfile.TemporaryDirectory() as folder, closing(SqlStore(f"sqlite:///{folder}/store.db")) as store:
            channels = {"x": FileDrop("x", Path(folder))}
            if name == "rows alone":
                plain = Worker(store=store, respond=respond, pack=make_pack(), channels=channels, clock=utc_now)
                each[name] = asyncio.run(measure(plain, store, count))
                continue
            with closing(FilePresence(Path(folder) / "running")) as presence:
                durable = DurableWorker(
                    store=store,
                    respond=respond,
                    glance=glance,
                    pack=make_pack(),
                    channels=channels,
                    clock=utc_now,
                    work=DbosWork(f"sqlite:///{folder}/work.db", name=presence.name),
                    presence=presence,
                )
                each[name] = asyncio.run(measure(durable, store, count))
    for name, (rate, cpu_ms) in each.items():
        print(f"{name}: {rate:.0f} decisions and deliveries/s, {cpu_ms:.1f} CPU ms each")
    plain_ms, durable_ms = each["rows alone"][1], each["one workflow each"][1]
    added = durable_ms - plain_ms
    print(f"the engine adds {added:.1f} CPU ms a decision, {added / durable_ms:.0%} of all work but thinking")


if __name__ == "__main__":
    main()
