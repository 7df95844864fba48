"""Quality over the API: a case from a reply, a recall, and canaries."""

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.evals.suite import load_suite
from assistant.settings import Settings
from assistant.web.app import create_app
from tests.builders import an_article
from tests.web.test_api import take


@pytest.fixture
def client(assistant: Assistant, tmp_path: Path) -> TestClient:
    return TestClient(create_app(replace(assistant, settings=Settings(data_dir=tmp_path))))


def test_one_call_makes_a_case_of_a_reply_that_failed(client: TestClient, tmp_path: Path) -> None:
    taken = take(client, "what about this, ring me on +353 87 123 4567", author={"handle": "@someone"})
    turn_id = client.get(f"/api/conversations/{taken['conversation_id']}").json()["turns"][0]["id"]
    nothing = client.post(f"/api/turns/{turn_id}/harvest", json={})
    assert (nothing.status_code, nothing.json()["title"]) == (422, "InputInvalid")
    made = client.post(f"/api/turns/{turn_id}/harvest", json={"wrong": ["55 x 40 x 20 cm"]})
    assert made.status_code == 200
    assert "123 4567" not in made.text
    (case,) = load_suite(tmp_path / "harvest").cases
    assert made.json()["metadata"]["id"] == case.id
    assert client.post("/api/turns/none/harvest", json={"wrong": ["x"]}).status_code == 404


def test_a_recall_is_a_dry_run_unless_posted(assistant: Assistant) -> None:
    pack = assistant.pack.model_copy(update={"articles": (an_article("bag-size"),)})
    client = TestClient(create_app(replace(assistant, pack=pack)))
    empty = client.get("/api/recalls", params={"article_id": "bag-size", "version": 1})
    assert empty.json() == {
        "article_id": "bag-size",
        "version": 1,
        "applied": False,
        "replies": [],
        "regression_cases": [],
    }
    done = client.post("/api/recalls", json={"article_id": "bag-size", "version": 1, "by": "ann"})
    assert done.json()["applied"] is True
    assert client.get("/api/recalls", params={"article_id": "bag-size", "version": 0}).status_code == 422


def test_canaries_are_planted_without_saying_where(client: TestClient) -> None:
    planted = client.post("/api/canaries", json={"count": 1})
    assert planted.json() == {"planted": 1}
    (rate,) = client.get("/api/canaries").json()
    assert (rate["caught"], rate["n"]) == (0, 0)
    assert client.post("/api/canaries", json={"count": 0}).status_code == 422


def test_a_misspelt_article_is_not_said_to_be_recalled(client: TestClient) -> None:
    wrong: dict[str, str | int] = {"article_id": "bag-sise", "version": 1}
    assert client.get("/api/recalls", params=wrong).status_code == 404
    refused = client.post("/api/recalls", json={**wrong, "by": "ann"})
    assert (refused.status_code, refused.json()["detail"]) == (404, "no article 'bag-sise'")
