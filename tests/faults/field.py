"""A whole installation that can be hurt: platform, web and workers as processes, each started again when it dies."""

import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import httpx

from assistant.adapters.sql.store import SqlStore
from assistant.domain.audit import first_break
from assistant.domain.conversation import ReplyState
from tests.desk_builders import make_pack
from tests.faults.forked import Forked

MISHAPS = ("refuse", "busy", "drop_before", "drop_after", "error_after", "stall")
BRAND = make_pack().brand.id


class Running(Protocol):
    """A process that was started."""

    def poll(self) -> int | None: ...

    def wait(self) -> int | None: ...

    def kill(self) -> None: ...


class Spawned(subprocess.Popen[str]):
    """Started afresh, as an operator's is. What it says goes to the end of `log`."""

    def __init__(self, arguments: Sequence[str], log: Path) -> None:
        with log.open("a") as out:
            command = [sys.executable, "-m", "tests.faults.process", *arguments]
            super().__init__(command, stdout=out, stderr=subprocess.STDOUT, text=True)


class Field:
    """`workers` workers and one web process on one database, each begun by `starts`. Use it in a `with` block: nothing
    outlives it."""

    def __init__(
        self,
        database: str,
        folder: Path,
        *,
        workers: int,
        patience_s: float | None = None,
        starts: Callable[[Sequence[str], Path], Running] = Forked,
    ) -> None:
        self.database = database
        engine = f"sqlite:///{folder}/work.db" if database.startswith("sqlite") else database
        self._log = folder / "processes.log"
        self._starts = starts
        platform = [sys.executable, "-m", "tests.faults.platform"]
        self._platform = subprocess.Popen(platform, stdout=subprocess.PIPE, text=True)
        assert self._platform.stdout is not None
        said = self._platform.stdout.readline().strip()
        self.http = httpx.Client(timeout=60)
        self.platform = f"http://127.0.0.1:{said}"
        self.store = SqlStore(database)
        self._port = _free_port()
        patience = f"{patience_s or 0:g}"
        self.web = f"http://127.0.0.1:{self._port}"
        arguments = (database, engine, str(folder), self.platform, patience)
        self.taken: list[str] = []
        self._commands: dict[str, tuple[str, ...]] = {"web": ("web", *arguments, str(self._port))}
        self._commands |= {f"work{number}": ("work", *arguments) for number in range(workers)}
        self.processes: dict[str, Running] = {}

    def __enter__(self) -> "Field":
        for name in self._commands:
            self.start(name)
        return self

    def __exit__(self, *_: object) -> None:
        running: list[Running] = [*self.processes.values(), self._platform]
        for process in running:
            process.kill()
            process.wait()
        if self._platform.stdout:
            self._platform.stdout.close()
        self.http.close()
        self.store.close()

    def start(self, name: str) -> None:
        self.processes[name] = self._starts(self._commands[name], self._log)

    def kill(self, name: str) -> None:
        """SIGKILL, as the kernel does where memory runs out."""
        process = self.processes[name]
        process.kill()
        process.wait()

    def kill_any(self, chance: random.Random) -> str:
        """Kill one process and start it again; its name."""
        name = chance.choice(sorted(self.processes))
        self.kill(name)
        self.start(name)
        return name

    def misbehave(self, plan: Sequence[str]) -> None:
        """How the platform treats the next posts."""
        self.http.post(f"{self.platform}/plan", json=list(plan)).raise_for_status()

    def post_mentions(self, ids: Sequence[str], *, pause_s: float = 0.0) -> threading.Thread:
        """Send mentions as a network's webhook does: again and again until each is taken."""

        def send() -> None:
            with httpx.Client(base_url=self.web, timeout=5) as client:
                for each in ids:
                    while not _taken(client, each):
                        time.sleep(0.1)
                    self.taken.append(each)
                    time.sleep(pause_s)

        thread = threading.Thread(target=send)
        thread.start()
        return thread

    def posts(self) -> Sequence[Mapping[str, Any]]:
        """What the platform accepted."""
        found: Sequence[Mapping[str, Any]] = self.http.get(f"{self.platform}/posts").json()
        return found

    def wait_until(self, done: Callable[[], bool], *, seconds: float) -> float:
        """Seconds it took; raises `TimeoutError`. A process that ended by itself fails the test at once."""
        started = time.monotonic()
        while not done():
            fallen = [name for name, process in self.processes.items() if process.poll() is not None]
            assert not fallen, f"{fallen} ended by themselves: {self._last_words()}"
            if time.monotonic() - started > seconds:
                raise TimeoutError(f"not done after {seconds} s: {self.tally()}, {self._last_words()}")
            time.sleep(0.1)
        return time.monotonic() - started

    def all_sent(self, count: int) -> bool:
        """Whether that many replies are sent by our own books, and none is on its way."""
        return self.tally() == {ReplyState.SENT.value: count}

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text().splitlines()[-20:])

    def tally(self) -> dict[str, int]:
        """Replies by state; `unanswered` counts mentions without a turn."""
        try:
            with self.store.read() as look:
                found = look.tally(brand_id=BRAND)
                waiting = look.backlog(brand_id=BRAND, limit=10_000)
        except Exception as broken:  # the database may be down on purpose
            return {type(broken).__name__: 1}
        return {**found, **({"unanswered": waiting} if waiting else {})}

    def check(self, ids: Sequence[str]) -> None:
        """Every mention is accounted for, every due reply is on the platform exactly once, the audit log is whole."""
        posted = sorted(post["to"] for post in self.posts())
        assert posted == sorted(ids)
        assert self.all_sent(len(ids)), self.tally()
        with self.store.read() as look:
            entries = look.audit(limit=100_000)
        assert first_break(entries) is None
        assert sum(entry.event == "reply_sent" for entry in entries) == len(ids)


def _taken(client: httpx.Client, mention_id: str) -> bool:
    body = {"id": mention_id, "text": "How big may my bag be?", "channel": "x"}
    try:
        return client.post("/api/mentions", json=body).status_code == 202
    except httpx.HTTPError:
        return False


def _free_port() -> int:
    """Below the ports that outgoing connections take: while the web process is down, nothing else gets it."""
    for port in random.sample(range(10_000, 30_000), 100):
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    raise OSError("no free port found")
