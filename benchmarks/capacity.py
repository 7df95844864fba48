"""From measured costs to machines: what a load needs, and how long urgent mentions wait in a burst.

With `--measure` the thinking is measured here with the fitted models of ASSISTANT_DATA_DIR; else the costs below hold.
"""

import argparse
import asyncio
import heapq
import json
import random
import time
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Costs:
    """CPU milliseconds of one mention on one quiet core, from benchmarks/decisions.py, intake.py and `--measure`.

    `intake` is put down (0.2) and unfolded (0.3). `answer` is `read` times what `--measure` says of the two in one run.
    """

    intake: float = 0.5
    read: float = 4.0
    answer: float = 7.2
    rows: float = 5.5
    engine: float = 9.2

    def of_mention(self, owed: float) -> float:
        """A mention heard, of which the share `owed` needs an answer."""
        return self.intake + self.read + owed * (self.answer + self.rows + self.engine)


def cores(rate: float, costs: Costs, *, owed: float, busy: float = 0.6) -> float:
    """Cores that are `busy` at that many mentions a second."""
    return rate * costs.of_mention(owed) / 1000 / busy


def burst(costs: Costs, *, mentions: int, seconds: float, urgent: float, owed: float, workers: int) -> dict[str, float]:
    """Seconds until the decision in a burst on an idle installation, urgent first within what has been read."""
    chance = random.Random(1)  # noqa: S311  # a model, the same every time
    arrivals = sorted(chance.uniform(0, seconds) for _ in range(mentions))
    free = [0.0] * workers
    unread, waiting = list(reversed(arrivals)), [(9, 0.0)][:0]
    waits: dict[int, list[float]] = {1: [], 2: []}
    while unread or waiting:
        now = heapq.heappop(free)
        if unread and unread[-1] <= now:  # reading goes first: it finds the urgent ones
            arrived = unread.pop()
            if chance.random() < owed:
                heapq.heappush(waiting, (1 if chance.random() < urgent else 2, arrived))
            heapq.heappush(free, now + (costs.intake + costs.read) / 1000)
        elif waiting:
            priority, arrived = heapq.heappop(waiting)
            done = now + (costs.answer + costs.rows + costs.engine) / 1000
            waits[priority].append(done - arrived)
            heapq.heappush(free, done)
        else:
            heapq.heappush(free, unread[-1])
    return {
        "urgent p95": _p95(waits[1]),
        "others p95": _p95(waits[2]),
        "drained after": max(free),
    }


def _p95(waits: list[float]) -> float:
    return sorted(waits)[len(waits) * 95 // 100] if waits else 0.0


def measured(costs: Costs) -> Costs:
    """Reading and answering the sample mentions of the pack, batched as the worker does."""
    from assistant.compose import open_assistant
    from assistant.settings import read_settings

    with open_assistant(read_settings(), with_store=False) as assistant:
        rows = [json.loads(line) for line in Path("knowledge/mentions/sample.jsonl").read_text().splitlines()[:192]]
        mentions = [assistant.parse(row, position=str(number)) for number, row in enumerate(rows)]
        assert assistant.glance is not None
        assistant.glance(mentions[:32])
        asyncio.run(_respond(assistant.respond, mentions[:32]))
        started = time.process_time()
        for first in range(0, len(mentions), 64):
            assistant.glance(mentions[first : first + 64])
        read = time.process_time()
        for first in range(0, len(mentions), 32):
            asyncio.run(_respond(assistant.respond, mentions[first : first + 32]))
        answered = time.process_time()
    each = 1000 / len(mentions)
    return replace(costs, read=(read - started) * each, answer=(answered - read) * each)


async def _respond(respond: object, mentions: object) -> None:
    await respond(mentions)  # type: ignore[operator]  # the pipeline


def main() -> None:
    """Print the table of docs/scaling.md."""
    options = argparse.ArgumentParser()
    options.add_argument("--measure", action="store_true", help="measure reading and thinking here, with fitted models")
    options.add_argument("--owed", type=float, default=0.5, help="share of mentions that need an answer")
    options.add_argument("--data", help="ignored; `make bench` gives it to every benchmark")
    chosen = options.parse_args()
    costs = measured(Costs()) if chosen.measure else Costs()
    print(costs)
    for rate in (1, 10, 100, 1000, 10_000):
        print(f"{rate:>6} mentions/s: {cores(rate, costs, owed=chosen.owed):8.1f} cores at 60 %")
    for workers in (1, 2, 4, 8):
        found = burst(costs, mentions=10_000, seconds=60, urgent=0.1, owed=chosen.owed, workers=workers)
        print(f"10,000 in 60 s on {workers} core(s): " + ", ".join(f"{name} {s:.0f} s" for name, s in found.items()))


if __name__ == "__main__":
    main()
