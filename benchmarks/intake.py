"""Webhook intake against a bare FastAPI handler with one group-committed insert, both durable, in one run.

Two servers of their own take turns on the same machine; clients keep connections open. The share and the p99 count:
absolute rates belong to the machine.
"""

import argparse
import json
import queue
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

CLIENTS = 32


def bare(folder: Path) -> object:
    """The yardstick: parse, hand over, wait for the commit of the group."""
    import asyncio

    from fastapi import FastAPI
    from pydantic import BaseModel

    class Body(BaseModel):
        id: str
        text: str
        channel: str

    waiting: queue.Queue[tuple[Body, Future[None]]] = queue.Queue()

    def commit() -> None:
        with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("CREATE TABLE IF NOT EXISTS m (id TEXT PRIMARY KEY, body TEXT)")
            while True:
                group = [waiting.get()]
                while len(group) < 256 and not waiting.empty():
                    group.append(waiting.get())
                connection.execute("BEGIN IMMEDIATE")
                rows = [(body.id, body.model_dump_json()) for body, _ in group]
                connection.executemany("INSERT OR IGNORE INTO m VALUES (?, ?)", rows)
                connection.execute("COMMIT")
                for _, done in group:
                    done.set_result(None)

    threading.Thread(target=commit, daemon=True).start()
    app = FastAPI()

    @app.post("/api/mentions", status_code=202)
    async def take(body: Body) -> dict[str, str]:
        done: Future[None] = Future()
        waiting.put((body, done))
        await asyncio.wrap_future(done)
        return {"id": body.id}

    return app


def ours(folder: Path) -> object:
    """The product's own application; the pipeline isn't asked, so none is loaded."""
    from assistant.adapters.sql.store import SqlStore
    from assistant.compose import Assistant, load_brand, utc_now
    from assistant.settings import Settings
    from assistant.web.app import create_app
    from assistant.workflows.intake_groups import IntakeGroups

    settings = Settings(data_dir=folder)
    store = SqlStore(f"sqlite:///{folder}/ours.db")
    nothing: dict[str, None] = dict.fromkeys(("respond", "embedder", "index", "drafter"))
    assistant = Assistant(
        settings=settings,
        pack=load_brand(settings, None),
        store=store,
        channels={},
        clock=utc_now,
        intake=IntakeGroups(store, utc_now),
        **nothing,  # type: ignore[arg-type]  # intake asks for none of these
    )
    return create_app(assistant)


def serve(which: str, folder: Path, port: int) -> None:
    import uvicorn

    app = {"bare": bare, "ours": ours}[which](folder)
    uvicorn.run(app, port=port, log_level="error", access_log=False)  # type: ignore[arg-type]


def load(port: int, prefix: str, seconds: float) -> list[float]:
    """Milliseconds of each accepted request."""
    took: list[float] = []
    until = time.monotonic() + seconds

    def client(number: int) -> None:
        with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as http:
            count = 0
            while time.monotonic() < until:
                body = {"id": f"{prefix}-{number}-{count}", "text": "How big may my bag be?", "channel": "x"}
                started = time.perf_counter()
                http.request("POST", "/api/mentions", json.dumps(body), {"Content-Type": "application/json"})
                answer = http.getresponse()
                answer.read()
                assert answer.status == 202, answer.status
                took.append(1000 * (time.perf_counter() - started))
                count += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def main() -> None:
    """Alternate short rounds, so that what else the machine does falls on both."""
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=2.0)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--data", help="ignored; `make bench` gives it to every benchmark")
    options.add_argument("--serve", nargs=3)
    chosen = options.parse_args()
    if chosen.serve:
        serve(chosen.serve[0], Path(chosen.serve[1]), int(chosen.serve[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        ports = {"bare": _free_port(), "ours": _free_port()}
        servers = [
            subprocess.Popen([sys.executable, __file__, "--serve", which, folder, str(port)])
            for which, port in ports.items()
        ]
        try:
            for port in ports.values():
                _wait(port)
                load(port, "warm", 0.5)
            took: dict[str, list[list[float]]] = {which: [] for which in ports}
            for number in range(chosen.rounds):
                for which, port in ports.items():
                    took[which].append(load(port, f"r{number}", chosen.seconds))
        finally:
            for server in servers:
                server.kill()
                server.wait()
    for which, rounds in took.items():
        every = sorted(ms for each in rounds for ms in each)
        rate = statistics.median(len(each) / chosen.seconds for each in rounds)
        middle, late = every[len(every) // 2], every[len(every) * 99 // 100]
        print(f"{which}: {rate:.0f} accepted/s, p50 {middle:.1f} ms, p99 {late:.1f} ms")
    shares = [len(a) / len(b) for a, b in zip(took["ours"], took["bare"], strict=True)]
    print(f"share of the bare handler: {statistics.median(shares):.0%} (rounds {[f'{share:.0%}' for share in shares]})")


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=1)) as http:
                http.request("GET", "/openapi.json")
                http.getresponse().read()
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing listens on {port}")


if __name__ == "__main__":
    main()
