"""Suites run by a real service in a real process: to their end, ended by a person, and gone on with."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.network, pytest.mark.usefixtures("demo")]

ROOT = Path(__file__).parents[2]
PATIENCE_S = 240
"""On a machine that is busy with other things; some 20 s where it isn't."""

MANY = ["abstain", "no-reply", "tier-one"]
"""Enough cases that a run of them isn't over before somebody ends it."""


class Service:
    """A service that was started in a folder with suites, and its process."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self.process = process
        self._url = url

    def ask(self, path: str, **body: object) -> dict[str, Any]:
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self._url + path, data, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def newest(self, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The newest run, as soon as that holds of it."""
        given_up = time.monotonic() + PATIENCE_S
        while not until(run := self.ask("/api/suite-runs/newest")):
            assert time.monotonic() < given_up, run
            time.sleep(0.1)
        return run


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the service is started: some suites as they ship, and no run yet."""
    for name in ("channel-fit", *MANY):
        shutil.copytree(ROOT / "evals" / "suites" / name, tmp_path / "evals" / "suites" / name)
    return tmp_path


@contextmanager
def serving(place: Path, environment: dict[str, str]) -> Iterator[Service]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "assistant", "serve", "--no-worker", "--port", str(port)]
    paths = {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment | paths, cwd=place, stdout=subprocess.DEVNULL) as process:
        service, given_up = Service(process, f"http://127.0.0.1:{port}"), time.monotonic() + PATIENCE_S
        try:
            while True:
                try:
                    service.ask("/api/ready")
                    break
                except OSError:
                    assert time.monotonic() < given_up
                    time.sleep(0.2)
            yield service
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def has_ended(run: dict[str, Any]) -> bool:
    return run["ended_at"] is not None


def has_begun(run: dict[str, Any]) -> bool:
    return bool(run["done"])


def test_a_run_ends_with_what_its_gates_say_and_one_that_came_to_nothing_is_gone_on_with(
    place: Path, environment: dict[str, str]
) -> None:
    with serving(place, environment) as service:
        service.ask("/api/suite-runs", by="quinn", suites=["channel-fit"])
        whole = service.newest(has_ended)
        assert (whole["outcome"], whole["problem"]) == ("passed", "")
        told = service.ask(f"/api/suite-runs/{whole['run']}")
        assert {gate["suite"] for gate in told["gates"]} == {"channel-fit"}
        assert told["manifest"]["versions"].keys() >= {"prompts", "heads", "pack", "charts"}
        service.ask("/api/suite-runs", by="quinn", suites=MANY)
        service.newest(has_begun)
        service.ask("/api/suite-runs/newest/end", by="quinn")
        assert service.newest(has_ended)["problem"] == "quinn ended it"
        service.ask("/api/suite-runs", by="quinn", suites=MANY)
        after = service.newest(has_ended)
        assert after["outcome"] == "passed"
        assert service.ask(f"/api/suite-runs/{after['run']}")["manifest"]["reused"] > 0
    runs = {path.name for path in (place / "evals" / "runs").iterdir()}
    assert runs == {whole["run"], after["run"]}, "nothing is left of the one that was ended"
