"""The long version of the fault tests: `make chaos` (1,000 kills), on SQLite and on Postgres, with recovery times."""

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


def run(database: str, folder: Path, *, kills: int, workers: int, seed: int) -> list[float]:
    """Seconds from each kill to the next post the network accepted. Raises where anything is lost or doubled."""
    chance = random.Random(seed)  # noqa: S311  # told at the start, so that a run can be repeated
    recovered: list[float] = []
    ids = [f"c{number}" for number in range((kills + 1) * EVERY)]
    with Field(database, folder, workers=workers) as field:
        field.misbehave([chance.choice(MISHAPS) if chance.random() < 0.1 else "none" for _ in ids])
        sender = field.post_mentions(ids, pause_s=0.05)
        for number in range(1, kills + 1):
            field.wait_until(lambda number=number: len(field.posts()) >= number * EVERY, seconds=300)  # type: ignore[misc]
            before = len(field.posts())
            field.kill_any(chance)
            recovered.append(field.wait_until(lambda before=before: len(field.posts()) > before, seconds=300))  # type: ignore[misc]
        sender.join()
        field.wait_until(lambda: field.all_sent(len(ids)), seconds=900)
        field.check(ids)
    return sorted(recovered)


def main() -> None:
    """Half of the kills on each database."""
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=1000)
    options.add_argument("--seed", type=int, default=time.time_ns() % 100_000)
    chosen = options.parse_args()
    print(f"seed {chosen.seed}")
    for name, workers in (("sqlite", 1), ("postgres", 3)):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = f"sqlite:///{folder}/store.db" if name == "sqlite" else stack.enter_context(postgres.database())
            took = run(url, folder, kills=chosen.kills // 2, workers=workers, seed=chosen.seed)
        late = took[min(len(took) - 1, len(took) * 95 // 100)]
        said = f"recovery p50 {took[len(took) // 2]:.1f} s, p95 {late:.1f} s, longest {took[-1]:.1f} s"
        print(f"{name}: {len(took)} kills, every reply posted exactly once; {said}", flush=True)


if __name__ == "__main__":
    main()
