"""What can't be used: operators find in the log what to do, and people go on with what can."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from structlog.testing import capture_logs

from assistant.compose import Assistant
from assistant.domain.knowledge import Passage
from assistant.errors import IndexUnreadable, StoreUnavailable
from assistant.ports import Store
from assistant.web.app import create_app
from tests.pipeline_builders import article
from tests.web.conftest import OnePassage
from tests.web.test_api import take
from tests.web.test_console import form

SAID = "the store can't be used: disk is full (free space on that disk)"


def _full() -> None:
    raise StoreUnavailable(SAID)


def test_what_is_to_be_done_is_in_the_log(assistant: Assistant) -> None:
    client = TestClient(create_app(replace(assistant, clock=_full)))  # type: ignore[arg-type]  # it never returns
    with capture_logs() as logged:
        answer = client.post("/api/mentions?wait=1", json={"id": "1", "text": "what about this"})
    line = next(each for each in logged if each["event"] == "request_failed")
    assert (answer.status_code, line["problem"], line["log_level"]) == (503, SAID, "error")


class Away(OnePassage):
    """An index whose server is down."""

    def get(self, passage_ids: Sequence[str]) -> Mapping[str, Passage]:
        raise IndexUnreadable("the Chroma server does not answer any more; start it again")

    def count(self) -> int:
        raise IndexUnreadable("the Chroma server does not answer any more; start it again")


def test_without_the_index_there_is_still_traffic_to_take(assistant: Assistant) -> None:
    answer = TestClient(create_app(replace(assistant, index=Away()))).get("/api/ready")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert answer.json()["parts"]["index"].startswith("unusable: the Chroma server does not answer")


def test_people_read_and_answer_while_the_index_is_away(assistant: Assistant) -> None:
    client = TestClient(create_app(replace(assistant, index=Away())))
    taken = take(client, "what about this")
    action, fields = form(client, taken["conversation_id"])
    assert "55 x 40 x 20 cm" in fields["text"]
    sent = client.post(action, data={**fields, "disposition": "send"}, follow_redirects=False)
    assert sent.status_code == 303
    assert client.get(f"/api/conversations/{taken['conversation_id']}").json()["replies"]


def test_what_drafts_stand_on_is_read_from_the_articles_while_the_index_is_away(assistant: Assistant) -> None:
    pack = assistant.pack.model_copy(
        update={"articles": (article("bag-size"), article("later", valid_from=date(2036, 1, 1)))}
    )
    away = replace(assistant, index=Away(), pack=pack)
    found = away.passages(["bag-size@2#0", "bag-size@1#0", "later@2#0", "nothing@1#0"])
    assert list(found) == ["bag-size@2#0"]
    assert found["bag-size@2#0"].text.startswith("Every fare includes one small bag")


OUT = "the store postgresql://db.internal/desk can't be used: connection refused (start the database server)"
KEY = {"authorization": "Bearer open sesame"}


@pytest.fixture
def out(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Behind a key, while the database is away."""

    def away(*_: object) -> None:
        raise StoreUnavailable(OUT)

    store: Store = assistant.require_store()
    for door in ("read", "begin", "check"):
        monkeypatch.setattr(type(store), door, away)
    settings = assistant.settings.model_copy(update={"api_key": SecretStr("open sesame")})
    return TestClient(create_app(replace(assistant, settings=settings)), raise_server_exceptions=False)


@pytest.mark.parametrize("headers", [{}, KEY])
@pytest.mark.parametrize("path", ["/api/conversations", "/queue/waiting", "/login", "/docs"])
def test_who_can_t_be_looked_up_is_told_that_it_is_the_store(
    out: TestClient, path: str, headers: Mapping[str, str]
) -> None:
    """It was a crash of its own with every call; whoever asks may be a stranger, so the log alone names the host."""
    with capture_logs() as logged:
        answer = out.get(path, headers=dict(headers))
    assert answer.status_code == 503
    assert ("db.internal" in answer.text, "the store can" in answer.text.lower()) == (False, True)
    assert [(each["event"], each["problem"]) for each in logged] == [("request_failed", OUT)]
    if path.startswith("/api"):
        assert answer.json()["title"] == "StoreUnavailable"


def test_why_it_is_not_ready_is_for_who_has_the_key(out: TestClient) -> None:
    for headers, said in (({}, "unusable"), (KEY, f"unusable: {OUT}")):
        answer = out.get("/api/ready", headers=headers)
        assert (answer.status_code, answer.json()["parts"]["store"]) == (503, said)
