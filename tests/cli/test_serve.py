"""What `assistant serve` says as it begins, and where it can't."""

import json
import socket
import subprocess
import sys

import pytest
import structlog

from assistant import log
from assistant.cli.serve import _listening, _say_where
from assistant.errors import Infrastructure
from assistant.settings import Settings


def test_where_it_serves_is_one_json_line_among_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(level="info", json=True)
    _say_where("http://127.0.0.1:8000", Settings(log_format="json"))
    structlog.get_logger().info("worker_started")
    first, _ = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["event"], first["console"]) == ("serving", "http://127.0.0.1:8000/")


def test_where_it_serves_is_said_to_people(capsys: pytest.CaptureFixture[str]) -> None:
    _say_where("http://127.0.0.1:8000", Settings(log_format="console"))
    assert (
        capsys.readouterr().err == "console http://127.0.0.1:8000/   API http://127.0.0.1:8000/docs   (Ctrl+C stops)\n"
    )


def test_a_host_nobody_knows_is_named_with_the_reason() -> None:
    with (
        pytest.raises(Infrastructure, match=r"nowhere\.invalid:0: (Name|Temp|nodename).*ASSISTANT_HOST"),
        _listening("nowhere.invalid", 0),
    ):
        pass


def test_a_port_in_use_is_named() -> None:
    with _listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(Infrastructure, match=rf"127.0.0.1:{port}: Address already in use; .*ASSISTANT_PORT"),
            _listening("127.0.0.1", port),
        ):
            pass


@pytest.mark.network
def test_an_answer_is_not_kept_back_until_the_client_has_confirmed_its_head() -> None:
    """Clients that keep their connection waited 40 ms for every answer's body."""
    with _listening("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        taken, _ = listening.accept()
        with taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


STUCK = """
import asyncio, time
from assistant.cli import serve

serve.LONGEST_STOP_S = 0.5

class Stuck:
    async def run_forever(self, stop):
        print("runs", flush=True)
        await stop.wait()
        await asyncio.to_thread(time.sleep, 60)

asyncio.run(serve._until_stopped(Stuck()))
"""


def test_a_worker_that_cannot_finish_ends_all_the_same() -> None:
    """Where the database is away, the engine asks it for ever: a SIGTERM was heard, and nothing came of it."""
    with subprocess.Popen([sys.executable, "-c", STUCK], stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "runs\n"
        worker.terminate()
        try:
            assert worker.wait(timeout=20) == 143
        finally:
            worker.kill()
