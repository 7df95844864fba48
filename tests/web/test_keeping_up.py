"""While it serves, a process takes up what others write, whatever one look at it ran into."""

import time
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.compose.renewal import Renewal
from assistant.errors import StoreUnavailable
from assistant.web import app


class Breaking(Renewal):
    """Its first look meets what it meets."""

    def __init__(self, assistant: Assistant, problem: Exception) -> None:
        self._assistant = assistant
        self._problem = problem
        self.looks = 0

    def renew(self) -> bool:
        self.looks += 1
        if self.looks == 1:
            raise self._problem
        return False


@pytest.mark.parametrize("problem", [StoreUnavailable("the store is away"), FileNotFoundError("articles/bag-size.md")])
def test_a_look_that_failed_is_not_the_last_one(
    problem: Exception, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "RENEW_S", 0.01)
    breaking = Breaking(assistant, problem)
    with TestClient(app.create_app(replace(assistant, renewal=breaking))):
        until = time.monotonic() + 30  # a traceback alone may take seconds to write
        while breaking.looks < 2 and time.monotonic() < until:
            time.sleep(0.02)
    assert breaking.looks >= 2
