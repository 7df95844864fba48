"""A burst on the embedded default, for real: `assistant serve` as a process, mentions over HTTP, fitted models, SQLite.

Needs a data folder with index and models (`assistant index`, `assistant train`); it works on a copy. Says how long
urgent mentions and the others waited for their decision, whether any was lost, and how memory went.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import select

from assistant.adapters.sql.engine import reading
from assistant.adapters.sql.store import SqlStore
from assistant.adapters.sql.tables import mentions, turns
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Urgency
from assistant.settings import read_settings

CLIENTS = 8
PORT = 8765


def main() -> None:
    """Print what the burst did."""
    options = argparse.ArgumentParser()
    options.add_argument("--mentions", type=int, default=10_000)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument(
        "--from-data", type=Path, help="whose index and models are used (default: the settings' folder)"
    )
    options.add_argument("--data", help="ignored; `make bench` gives it to every benchmark")
    chosen = options.parse_args()
    source = chosen.from_data or read_settings().data_dir
    if missing := [part for part in ("index", "models", "cache") if not (source / part).is_dir()]:
        sys.exit(
            f"{source} lacks {', '.join(missing)}: run `assistant index` and `assistant train` first, "
            "or name another data folder with --from-data or ASSISTANT_DATA_DIR."
        )
    with tempfile.TemporaryDirectory() as folder:
        for part in ("index", "models", "cache"):
            shutil.copytree(source / part, Path(folder) / part)
        with served(folder) as process:
            memory = [resident(process.pid)]
            taken = send(chosen.mentions, chosen.seconds)
            print(f"{len(taken)} accepted in {max(taken) - min(taken):.0f} s")
            store = SqlStore(f"sqlite:///{folder}/assistant.db")
            started = time.monotonic()
            while left(store):
                memory.append(resident(process.pid))
                time.sleep(1)
            memory.append(resident(process.pid))
            print(f"all decided {time.monotonic() - started:.0f} s after the last one came")
            report(store, len(taken))
            print(f"memory before {memory[0]} MB, highest {max(memory)} MB, at the end {memory[-1]} MB")
            store.close()


@contextmanager
def served(folder: str) -> "Iterator[subprocess.Popen[bytes]]":
    """The product as anybody starts it."""
    environment = {**os.environ, "ASSISTANT_DATA_DIR": folder, "ASSISTANT_LOG_LEVEL": "warning"}  # noqa: TID251  # for the process started
    environment.pop("ASSISTANT_DATABASE_URL", None)
    command = [sys.executable, "-m", "assistant", "serve", "--port", str(PORT)]
    with subprocess.Popen(command, env=environment) as process:
        try:
            for _ in range(1200):
                if status("GET", "/api/ready", None) == 200:
                    break
                time.sleep(0.1)
            yield process
        finally:
            process.terminate()


def send(count: int, seconds: float) -> Sequence[float]:
    """When each was accepted, sent evenly; one that is refused is sent again, as a network does."""
    rows = [json.loads(line) for line in Path("knowledge/mentions/sample.jsonl").read_text().splitlines()]
    started, taken = time.monotonic(), list[float]()

    def client(first: int) -> None:
        for number in range(first, count, CLIENTS):
            time.sleep(max(0.0, started + seconds * number / count - time.monotonic()))
            row = {**rows[number % len(rows)], "id": f"burst-{number}", "author": {"handle": f"h{number}"}}
            while status("POST", "/api/mentions", row) != 202:
                time.sleep(0.2)
            taken.append(time.monotonic())

    threads = [threading.Thread(target=client, args=(first,)) for first in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def status(method: str, path: str, body: object) -> int:
    """Of one request; 0 where nobody listens."""
    http = HTTPConnection("127.0.0.1", PORT, timeout=30)
    try:
        http.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
        return http.getresponse().status
    except OSError:
        return 0
    finally:
        http.close()


def left(store: SqlStore) -> int:
    """Mentions without a decision."""
    with store.read() as look:
        return look.backlog(brand_id=brand(store), limit=1_000_000)


def brand(store: SqlStore) -> str:
    """The one brand of the store."""
    with reading(store._engine) as connection:
        return str(connection.scalar(select(mentions.c.brand_id).limit(1)))


def report(store: SqlStore, accepted: int) -> None:
    """Waits from intake to decision, from the store's own rows."""
    waits: dict[str, list[float]] = {"urgent": [], "others": []}
    query = select(mentions.c.taken_in_at, turns.c.created_at, turns.c.body).join_from(
        mentions, turns, turns.c.mention_id == mentions.c.id
    )
    with reading(store._engine) as connection:
        for row in connection.execute(query):
            read = Turn.model_validate_json(row.body).understanding
            urgent = read is None or read.urgency is Urgency.HIGH or bool(read.sensitivity)
            waits["urgent" if urgent else "others"].append((row.created_at - row.taken_in_at).total_seconds())
    print(f"lost: {accepted - sum(map(len, waits.values()))}")
    for name, times in waits.items():
        times.sort()
        middle, late = times[len(times) // 2], times[len(times) * 95 // 100]
        print(f"{name}: n {len(times)}, decided after p50 {middle:.1f} s, p95 {late:.1f} s, last {times[-1]:.1f} s")


def resident(pid: int) -> int:
    """Megabytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


if __name__ == "__main__":
    main()
