"""Starts aimock, an OpenAI-compatible server written by others, and tells it how to fail."""

import json
import re
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import which

import httpx
import pytest

FOLDER = Path(__file__).parent / "aimock"
PROGRAM = FOLDER / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"
START_S = 20


class Aimock:
    """A running server; `url` is what OPENAI_BASE_URL would hold."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.url = f"{address}/v1"

    def fail(self, **chaos: float) -> None:
        """Fail from now on: dropRate, malformedRate, rateLimitRate, disconnectRate in [0, 1], latencyMs."""
        httpx.post(f"{self._address}/__aimock/chaos", json=chaos).raise_for_status()

    def requests(self) -> Sequence[Mapping[str, object]]:
        """Every request since the last `forget`, oldest first."""
        found: Sequence[Mapping[str, object]] = httpx.get(f"{self._address}/__aimock/journal").json()
        return found

    def forget(self) -> None:
        """No faults, an empty journal, and fixtures from the start."""
        httpx.delete(f"{self._address}/__aimock/chaos").raise_for_status()
        httpx.post(f"{self._address}/__aimock/reset/journal").raise_for_status()


@contextmanager
def running(fixtures: Sequence[Mapping[str, object]], folder: Path) -> Iterator[Aimock]:
    """The server with these fixtures, stopped at the end. Skips the test, saying why, where it isn't installed."""
    node = which("node")
    if node is None or not PROGRAM.is_file():
        pytest.skip("aimock isn't installed; `make peers` installs it (needs Node 20 and npm)")
    file = folder / "fixtures.json"
    file.write_text(json.dumps({"fixtures": list(fixtures)}))
    log = folder / "aimock.log"
    with log.open("w") as out:
        process = subprocess.Popen([node, str(PROGRAM), "-p", "0", "-f", str(file)], stdout=out, stderr=out)
    try:
        yield Aimock(_address(process, log))
    finally:
        process.terminate()
        process.wait(10)


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"listening on (http://\S+)", log.read_text()):
            return found.group(1)
        time.sleep(0.05)
    raise RuntimeError(f"aimock didn't start: {log.read_text()[-500:]}")
