"""What `assistant serve` says as it begins, and where it can't."""

import json

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
