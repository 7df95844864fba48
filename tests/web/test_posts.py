"""A text longer than one post: the desk sees the posts it becomes, each with its length, before it sends."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.domain.brand import ChannelPolicy
from assistant.web.app import create_app

LONG = " ".join(
    f"Line {word} says that bags go under the seat, please." for word in ("one", "two", "three", "four") * 3
)


@pytest.fixture
def client(assistant: Assistant) -> TestClient:
    pack = assistant.pack.model_copy(update={"channels": (ChannelPolicy(name="x", max_parts=3),)})
    return TestClient(create_app(replace(assistant, pack=pack)))


def _taken(client: TestClient) -> tuple[str, str, int]:
    body = {"text": "what about this", "id": "1", "channel": "x", "author": {"handle": "@ann"}}
    turn = client.post("/api/mentions?wait=1", json=body).json()["turn"]
    here = client.get(f"/api/conversations/{turn['conversation_id']}").json()
    return turn["id"], turn["conversation_id"], here["conversation"]["version"]


def test_the_posts_are_shown_measured_and_kept(client: TestClient) -> None:
    turn, conversation, version = _taken(client)
    checked = client.post(f"/api/turns/{turn}/check", json={"text": LONG}).json()
    assert [post["text"][-6:] for post in checked["posts"]] == [" (1/3)", " (2/3)", " (3/3)"]
    assert all(0 < post["measures"] <= 280 for post in checked["posts"])
    assert "fit" not in [finding["guardrail"] for finding in checked["findings"]]
    ledger = client.post(f"/conversations/{conversation}/measure", data={"turn_id": turn, "text": LONG}).text
    assert 'aria-label="Sent as 3 posts"' in ledger
    assert ledger.count("of 280</span>") == 3
    body = {"seen_version": version, "disposition": "responded", "text": LONG, "by": "ann"}
    assert client.post(f"/api/turns/{turn}/review", json=body).status_code == 200
    (reply,) = client.get(f"/api/conversations/{conversation}").json()["replies"]
    assert reply["parts"] == [post["text"] for post in checked["posts"]]
    assert "0 of 3 posts out" in client.get(f"/conversations/{conversation}").text


def test_one_post_is_shown_as_one_and_too_many_are_refused(client: TestClient) -> None:
    turn, _, version = _taken(client)
    assert len(client.post(f"/api/turns/{turn}/check", json={"text": "Short."}).json()["posts"]) == 1
    body = {"seen_version": version, "disposition": "responded", "text": f"{LONG} {LONG}", "by": "ann"}
    refused = client.post(f"/api/turns/{turn}/review", json=body)
    assert (refused.status_code, "3 posts are the most" in refused.text) == (403, True)
