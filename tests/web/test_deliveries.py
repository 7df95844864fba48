"""The short way in answers as the documented one does, and what it accepted is found by whoever asks next."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.web.app import create_app
from assistant.workflows import intake_groups
from assistant.workflows.intake_groups import IntakeGroups

BODIES: dict[str, Any] = {
    "plain": {"id": "1", "text": "how big is a bag", "channel": "x"},
    "full": {
        "id": "2",
        "text": "and now? 🙂",
        "author": {"handle": "@Ann", "name": "Ann", "followers": 12},
        "thread": [{"role": "brand", "text": "55 cm."}],
        "created_at": "2026-03-02T09:00:00+01:00",
        "visibility": "private",
        "in_reply_to": "77",
    },
    "no channel of ours": {"id": "3", "text": "a", "channel": "pigeon"},
    "a field too many": {"id": "4", "text": "a", "auto_send": True},
    "a word for a number": {"id": "5", "text": "a", "author": {"followers": "many"}},
    "no text": {"id": "6"},
    "no object": ["id"],
}


@pytest.fixture
def delivering(assistant: Assistant) -> Iterator[Assistant]:
    """With intake in groups, as every process that serves."""
    intake = IntakeGroups(assistant.require_store(), assistant.clock)
    yield replace(assistant, intake=intake)
    intake.close()


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_short_and_usual_way_say_the_same(delivering: Assistant, body: object) -> None:
    """A parameter nobody knows sends it the usual way."""
    client = TestClient(create_app(delivering))
    short = client.post("/api/mentions", json=body)
    usual = client.post("/api/mentions?wait=0", json=body)
    assert short.status_code == usual.status_code
    assert short.headers["content-type"] == usual.headers["content-type"]
    told, again = short.json(), usual.json()
    assert (told.pop("new", None), again.pop("new", None)) in {(True, False), (None, None)}
    assert told == again


def test_no_json_is_no_json_either_way(delivering: Assistant) -> None:
    client = TestClient(create_app(delivering))
    for body in ("{", "", "[" * 200_000):
        said = {
            client.post(path, content=body, headers={"content-type": "application/json"}).status_code
            for path in ("/api/mentions", "/api/mentions?wait=0")
        }
        assert len(said) == 1
        assert said <= {400, 422}


def test_what_was_accepted_is_there_for_the_next_request(delivering: Assistant) -> None:
    client = TestClient(create_app(delivering))
    taken = client.post("/api/mentions", json=BODIES["plain"]).json()
    detail = client.get(f"/api/conversations/{taken['conversation_id']}").json()
    assert [each["id"] for each in detail["mentions"]] == [taken["mention_id"]]
    assert [each["id"] for each in client.get("/api/conversations").json()["items"]] == [taken["conversation_id"]]


def test_deciding_in_line_knows_what_was_only_put_down(delivering: Assistant) -> None:
    client = TestClient(create_app(delivering))
    taken = client.post("/api/mentions", json=BODIES["plain"]).json()
    decided = client.post("/api/mentions?wait=1", json=BODIES["plain"]).json()
    assert (decided["new"], decided["conversation_id"]) == (False, taken["conversation_id"])
    assert decided["turn"]["turn"]["route"]["decision"] == "AUTO_REPLY"


def test_a_key_is_asked_for_on_the_short_way_too(delivering: Assistant) -> None:
    settings = delivering.settings.model_copy(update={"api_key": SecretStr("open sesame")})
    client = TestClient(create_app(replace(delivering, settings=settings)))
    assert client.post("/api/mentions", json=BODIES["plain"]).status_code == 401
    key = {"authorization": "Bearer open sesame"}
    kept = client.post("/api/mentions", json=BODIES["plain"], headers=key)
    assert kept.status_code == 202
    assert kept.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors" in kept.headers["content-security-policy"]


def test_a_full_house_says_when_to_come_back(delivering: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_groups, "MOST_WAITING", 0)
    refused = TestClient(create_app(delivering)).post("/api/mentions", json=BODIES["plain"])
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert refused.json()["title"] == "Overloaded"
