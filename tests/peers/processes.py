"""Real servers on this machine for the time of some tests: started on free ports, ended by the process they are."""

import contextlib
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

CACHE = Path.home() / ".cache" / "assistant-peers"
"""Where `make peers` puts what it installs."""


def needs(*paths: str | Path) -> None:
    """Skip, saying what is missing, where a peer isn't installed, or its installation was cut off."""
    missing = [str(path) for path in paths if not Path(path).exists() or not _is_whole(Path(path))]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}; `make peers` installs it")


def _is_whole(path: Path) -> bool:
    """What `setup.sh` installs has a `.ready` beside it, written last."""
    return CACHE not in path.parents or (CACHE / path.relative_to(CACHE).parts[0] / ".ready").exists()


def newest_node(major: int) -> str:
    """Where Node is; skips where there is none of this version or later."""
    node = shutil.which("node")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout if node else "v0"
    if node is None or int(said.strip().removeprefix("v").partition(".")[0]) < major:
        pytest.skip(f"not installed: Node {major} or later")
    return node


def free_ports(count: int) -> list[int]:
    """Ports nobody uses now."""
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in taken]


@contextlib.contextmanager
def running(
    command: Sequence[str],
    *,
    log: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    ready: str | int,
    within_s: float = 180,
) -> Iterator[int]:
    """A process that is ready when it printed a text or listens on a port; yields its id. Ended at the end."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.PIPE, stdout=out, stderr=out)
    try:
        until = time.monotonic() + within_s
        while not _is_ready(ready, log):
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"{command[0]} didn't start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield process.pid
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def _is_ready(ready: str | int, log: Path) -> bool:
    if isinstance(ready, str):
        return ready in log.read_text(errors="replace")
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", ready), 1):
        return True
    return False


class Gate:
    """A door in front of a server: what goes through `port` reaches `behind`, while it is open."""

    def __init__(self, behind: int) -> None:
        self._behind = behind
        self.open = True
        self._lines: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._admit, daemon=True).start()

    def shut(self) -> None:
        self.open = False
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        self._lines.clear()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.shut()

    def _admit(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            if not self.open:
                line.close()
                continue
            inside = socket.create_connection(("127.0.0.1", self._behind))
            self._lines += [line, inside]
            for one, other in ((line, inside), (inside, line)):
                threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65_536):
            other.sendall(data)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)
