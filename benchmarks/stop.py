"""The kill switch under load, for real: from asking for the stop until the last post the network accepted.

Web, workers, store, engine, outbox and a network of ours as processes, mentions coming all the while; stops and
releases by turns, on SQLite with one worker and on Postgres with two.
"""

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from threading import Event, Thread

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx

from tests import postgres
from tests.faults.field import Field, Spawned

WATCHED_S = 6.0
"""How long the network is watched after a stop; the aim is 5 s."""
PAUSE_S = 0.1
"""Between two mentions."""
PATIENCE_S = 120


def stops(site: Field, many: int) -> list[float]:
    """Seconds from asking for each stop to the last post accepted; 0 where none was any more."""
    took, over = [], Event()
    sender = Thread(target=send, args=(site, over))
    sender.start()
    try:
        for _ in range(many):
            seen = len(site.posts())
            site.wait_until(lambda seen=seen: len(site.posts()) >= seen + 10, seconds=PATIENCE_S)  # type: ignore[misc]
            asked = time.monotonic()
            switch(site, on=True)
            time.sleep(WATCHED_S)
            took.append(max(0.0, site.posts()[-1]["at"] - asked))
            switch(site, on=False)
    finally:
        over.set()
        sender.join()
    return took


def send(site: Field, over: Event) -> None:
    """Mentions, one after the other."""
    for number in count():
        if over.is_set():
            return
        site.post_mentions([f"s{number}"], pause_s=PAUSE_S).join()


def switch(site: Field, *, on: bool) -> None:
    answer = httpx.put(f"{site.web}/api/automation/kill-switch", json={"on": on, "by": "benchmark"}, timeout=30)
    answer.raise_for_status()


def main() -> None:
    """Both databases."""
    options = argparse.ArgumentParser()
    options.add_argument("--stops", type=int, default=20)
    options.add_argument("--data", help="ignored; `make bench` gives it to every benchmark")
    chosen = options.parse_args()
    for name, workers in (("SQLite", 1), ("Postgres", 2)):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = f"sqlite:///{folder}/store.db" if name == "SQLite" else stack.enter_context(postgres.database())
            took = sorted(stops(stack.enter_context(Field(url, folder, workers=workers, starts=Spawned)), chosen.stops))
        after = sum(each > 0 for each in took)
        print(
            f"{name}, {workers} worker(s): {len(took)} stops, a post after {after} of them, "
            f"median {took[len(took) // 2]:.2f} s, latest {took[-1]:.2f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
