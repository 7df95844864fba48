"""An operator finds in the log what to do about an answer of 503."""

from dataclasses import replace

from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from assistant.compose import Assistant
from assistant.errors import StoreUnavailable
from assistant.web.app import create_app

SAID = "the store can't be used: disk is full (free space on that disk)"


def _full() -> None:
    raise StoreUnavailable(SAID)


def test_what_is_to_be_done_is_in_the_log(assistant: Assistant) -> None:
    client = TestClient(create_app(replace(assistant, clock=_full)))  # type: ignore[arg-type]  # it never returns
    with capture_logs() as logged:
        answer = client.post("/api/mentions?wait=1", json={"id": "1", "text": "what about this"})
    line = next(each for each in logged if each["event"] == "request_failed")
    assert (answer.status_code, line["problem"], line["log_level"]) == (503, SAID, "error")
