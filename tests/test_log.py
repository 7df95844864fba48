"""What a log shipper reads: one JSON object a line, whoever wrote it."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from assistant import log


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The root logger and structlog are the process's."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_what_libraries_say_is_one_json_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(level="info", json=True)
    try:
        int("broken")
    except ValueError:
        logging.getLogger("some.library").exception("it failed")
    structlog.get_logger().info("worker_started", name="a")
    theirs, ours = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("it failed", "error", "some.library")
    assert "ValueError: invalid literal" in theirs["exception"]
    assert (ours["event"], ours["level"]) == ("worker_started", "info")


def test_what_libraries_only_tell_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(level="info", json=True)
    log.configure(level="info", json=True)
    logging.getLogger("some.library").info("a request")
    logging.getLogger("some.library").warning("a warning")
    assert capsys.readouterr().err.count("a warning") == 1
