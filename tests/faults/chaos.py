"""The long version of the fault tests: `make chaos` (1,000 kills), on SQLite and on Postgres, with recovery times.

Before every second kill the network misbehaves. The others are timed where a mention waited for its reply: from the
kill until the network has the reply to every mention that was accepted before it.
"""

import argparse
import random
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests import postgres
from tests.faults.field import MISHAPS, Field

EVERY = 4
"""Mentions between two kills."""
PATIENCE_S = 900

Times = dict[str, list[float]]


def run(database: str, folder: Path, *, kills: int, workers: int, seed: int) -> Times:
    """Seconds to recover by what was killed. Raises where anything is lost or doubled."""
    chance = random.Random(seed)  # noqa: S311  # told at the start, so that a run can be repeated
    recovered: Times = {"web": [], "work": []}
    ids = [f"c{number}" for number in range((kills + 1) * EVERY)]
    with Field(database, folder, workers=workers) as field:
        sender = field.post_mentions(ids, pause_s=0.05)
        for number in range(1, kills + 1):
            field.wait_until(lambda number=number: len(field.posts()) >= number * EVERY, seconds=PATIENCE_S)  # type: ignore[misc]
            timed = number % 2 == 0
            field.misbehave([] if timed else [chance.choice((*MISHAPS, "none")) for _ in range(EVERY)])
            before = set(field.taken)
            waits = not before <= posted(field)
            name = field.kill_any(chance)
            if timed and waits:
                took = field.wait_until(lambda before=before: before <= posted(field), seconds=PATIENCE_S)  # type: ignore[misc]
                recovered[name.rstrip("0123456789")].append(took)
        sender.join()
        field.wait_until(lambda: field.all_sent(len(ids)), seconds=PATIENCE_S)
        field.check(ids)
    return recovered


def posted(field: Field) -> set[str]:
    """Mentions that have their reply on the network."""
    return {post["to"] for post in field.posts()}


def main() -> None:
    """Half of the kills on each database."""
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=1000)
    options.add_argument("--seed", type=int, default=time.time_ns() % 100_000)
    chosen = options.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    for name, workers in (("sqlite", 1), ("postgres", 3)):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = f"sqlite:///{folder}/store.db" if name == "sqlite" else stack.enter_context(postgres.database())
            recovered = run(url, folder, kills=chosen.kills // 2, workers=workers, seed=chosen.seed)
        replies = (chosen.kills // 2 + 1) * EVERY
        print(f"{name}: {chosen.kills // 2} kills, {replies} replies due, each posted exactly once")
        for what, times in recovered.items():
            print(f"  {what} killed: {described(sorted(times))}", flush=True)


def described(times: list[float]) -> str:
    """Median, 95th percentile and the longest."""
    if not times:
        return "never timed"
    middle, late = times[len(times) // 2], times[len(times) * 95 // 100]
    return f"n {len(times)}, recovery p50 {middle:.1f} s, p95 {late:.1f} s, longest {times[-1]:.1f} s"


if __name__ == "__main__":
    main()
