"""The long version of the fault tests: `make chaos` (1,000 kills), on SQLite and on Postgres, with recovery times.

Before every second kill the network misbehaves. The others are timed where a mention waited for its reply: from the
kill until the network has the reply to every mention that was accepted before it, at most the four that came with it.
"""

import argparse
import random
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests import postgres
from tests.faults.field import MISHAPS, Field, Spawned

EVERY = 4
"""Mentions of each kill, which comes somewhere among them; those of the kill before may still be under way."""
PAUSE_S = 0.1
PATIENCE_S = 900
ROUND = 50
"""Kills on one database before the next begins."""
WORKERS = {"sqlite": 1, "postgres": 3}

Times = dict[str, list[float]]


def run(database: str, folder: Path, *, kills: int, workers: int, seed: int) -> Times:
    """Seconds to recover by what was killed. Raises where anything is lost or doubled."""
    chance = random.Random(seed)  # noqa: S311  # told at the start, so that a run can be repeated
    recovered: Times = {"web": [], "work": []}
    ids = [f"c{number}" for number in range(kills * EVERY)]
    with Field(database, folder, workers=workers, starts=Spawned) as site:
        for number in range(kills):
            new, timed = number * EVERY, number % 2 == 1
            settled = new if timed else new - EVERY  # what waits for another try after a mishap isn't the kill's
            site.wait_until(lambda settled=settled: len(site.posts()) >= settled, seconds=PATIENCE_S)  # type: ignore[misc]
            site.misbehave([] if timed else [chance.choice((*MISHAPS, "none")) for _ in range(EVERY)])
            sender = site.post_mentions(ids[new : new + EVERY], pause_s=PAUSE_S)
            if timed:  # something has to wait for its reply
                site.wait_until(lambda new=new: len(site.taken) > new, seconds=PATIENCE_S)  # type: ignore[misc]
            time.sleep(chance.uniform(0, PAUSE_S if timed else EVERY * PAUSE_S))
            before = set(site.taken)
            waits = not before <= posted(site)
            name = site.kill_any(chance)
            if timed and waits:
                took = site.wait_until(lambda before=before: before <= posted(site), seconds=PATIENCE_S)  # type: ignore[misc]
                recovered[name.rstrip("0123456789")].append(took)
            sender.join()
        site.wait_until(lambda: site.all_sent(len(ids)), seconds=PATIENCE_S)
        site.check(ids)
    return recovered


def posted(site: Field) -> set[str]:
    """Mentions that have their reply on the network."""
    return {post["to"] for post in site.posts()}


def main() -> None:
    """Half of the kills on each database, in rounds by turns, each on a database of its own."""
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=1000)
    options.add_argument("--seed", type=int, default=time.time_ns() % 100_000)
    options.add_argument("--minutes", type=float, default=24 * 60, help="no round begins after that")
    chosen = options.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    done = {name: Sum() for name in WORKERS}
    until = time.monotonic() + 60 * chosen.minutes
    for number in range(-(-chosen.kills // (2 * ROUND))):
        for name, so_far in done.items():
            if time.monotonic() < until:
                kills = min(ROUND, chosen.kills // 2 - so_far.kills)
                so_far.add(kills, one_round(name, kills=kills, seed=chosen.seed + number))
                print(f"{name}: {so_far.described()}", flush=True)


def one_round(name: str, *, kills: int, seed: int) -> Times:
    """On a new database of that kind."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder}/store.db" if name == "sqlite" else stack.enter_context(postgres.database())
        return run(url, folder, kills=kills, workers=WORKERS[name], seed=seed)


@dataclass
class Sum:
    """What the rounds on one database came to."""

    kills: int = 0
    replies: int = 0
    recovered: Times = field(default_factory=lambda: {"web": [], "work": []})

    def add(self, kills: int, recovered: Times) -> None:
        self.kills += kills
        self.replies += kills * EVERY
        for what, times in recovered.items():
            self.recovered[what] += times

    def described(self) -> str:
        """In lines."""
        lines = [f"{self.kills} kills, {self.replies} replies due, each posted exactly once"]
        lines += [f"  {what} killed: {described(sorted(times))}" for what, times in self.recovered.items()]
        return "\n".join(lines)


def described(times: list[float]) -> str:
    """Median, 95th percentile and the longest."""
    if not times:
        return "never timed"
    middle, late = times[len(times) // 2], times[len(times) * 95 // 100]
    return f"n {len(times)}, recovery p50 {middle:.1f} s, p95 {late:.1f} s, longest {times[-1]:.1f} s"


if __name__ == "__main__":
    main()
