"""The inbox among many conversations, on SQLite and on Postgres: the p99 of every view an agent opens.

`make bench-inbox` takes a million; `ASSISTANT_TEST_POSTGRES_URL` names another server than the one from pip.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from assistant.adapters.sql.engine import writing
from assistant.adapters.sql.store import SqlStore
from assistant.adapters.sql.tables import conversations
from assistant.domain.vocabulary import ConversationState, Decision
from assistant.ports import Reading
from tests import postgres

START = datetime(2026, 1, 1, tzinfo=UTC)
ACTIVE_ONE_IN = 20
QUEUES = ("care", "baggage", "safety", "legal", "travelling_now")
BOTH = (ConversationState.OPEN, ConversationState.PENDING)


def fill(store: SqlStore, rows: int) -> None:
    """One in twenty is open or pending; the rest is resolved, as after a year."""
    chance = random.Random(1)  # noqa: S311  # the same rows every time
    for first in range(0, rows, 10_000):
        with writing(store._engine) as connection:
            connection.execute(insert(conversations), [row(n, chance) for n in range(first, min(rows, first + 10_000))])
    with writing(store._engine) as connection:
        connection.execute(text("ANALYZE"))


def row(number: int, chance: random.Random) -> dict[str, object]:
    active = number % ACTIVE_ONE_IN == 0
    at = START + timedelta(seconds=chance.randrange(30_000_000))
    return {
        "id": f"{number:020d}",
        "brand_id": "larkspur",
        "channel": "x",
        "handle": f"h{number}",
        "visibility": "public",
        "state": chance.choice(("open", "pending")) if active else "resolved",
        "queue": chance.choice(QUEUES),
        "decision": chance.choice(("AUTO_REPLY", "REVIEW", "HANDOFF", "NO_REPLY")),
        "due_at": at,
        "preview": "How big may my bag be?",
        "version": 1,
        "created_at": at,
        "updated_at": at,
    }


def far_down(look: Reading) -> object:
    """What comes after the one numbered 20,000."""
    last = look.conversation(f"{20_000:020d}")
    return look.conversations(brand_id="larkspur", states=BOTH, after=(last.due_at, last.id))


VIEWS: dict[str, Callable[[Reading], object]] = {
    "all": lambda look: look.conversations(brand_id="larkspur"),
    "open and pending": lambda look: look.conversations(brand_id="larkspur", states=BOTH),
    "to review": lambda look: look.conversations(brand_id="larkspur", states=BOTH, decisions=[Decision.REVIEW]),
    "one queue": lambda look: look.conversations(brand_id="larkspur", states=BOTH, queue="legal"),
    "a page far down": far_down,
    "counts": lambda look: look.count_by_decision(brand_id="larkspur"),
}


def main() -> None:
    """Print p50 and p99 of each view on both databases."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--times", type=int, default=200)
    options.add_argument("--data", help="ignored; `make bench` gives it to every benchmark")
    chosen = options.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        for name, url in (
            ("sqlite", f"sqlite:///{folder}/store.db"),
            ("postgres", stack.enter_context(postgres.database())),
        ):
            store = SqlStore(url)
            started = time.monotonic()
            fill(store, chosen.rows)
            print(f"{name}: {chosen.rows} conversations in {time.monotonic() - started:.0f} s")
            for view, ask in VIEWS.items():
                took = sorted(once(store, ask) for _ in range(chosen.times))
                print(f"  {view:18} p50 {took[len(took) // 2]:6.1f} ms   p99 {took[len(took) * 99 // 100]:6.1f} ms")
            store.close()


def once(store: SqlStore, ask: Callable[[Reading], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    with store.read() as look:
        ask(look)
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()
