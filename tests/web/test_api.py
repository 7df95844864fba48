"""The API: mentions once each, decisions in line, reviews by compare and swap, problems that say what to do."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import PASSAGE


def take(client: TestClient, text: str, number: int = 1, **more: object) -> dict[str, Any]:
    answer = client.post("/api/mentions?wait=1", json={"id": str(number), "text": text, **more})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_mention_is_taken_in_once(client: TestClient) -> None:
    first = client.post("/api/mentions", json={"id": "1", "text": "hello"})
    again = client.post("/api/mentions", json={"id": "1", "text": "hello"})
    assert (first.status_code, first.json()["new"]) == (202, True)
    assert (again.status_code, again.json()["new"]) == (202, False)
    assert first.json()["mention_id"] == again.json()["mention_id"]


def test_waiting_answers_with_the_decision(client: TestClient) -> None:
    taken = take(client, "how big is a bag")
    assert taken["turn"]["turn"]["route"]["decision"] == "AUTO_REPLY"
    detail = client.get(f"/api/conversations/{taken['conversation_id']}").json()
    assert detail["replies"][0]["automated"] is True
    assert detail["allowed"] == {
        "turn_id": taken["turn"]["id"],
        "accept": False,
        "edit": False,
        "respond": False,
        "ignore": False,
        "why": "it was answered or settled already",
    }
    assert take(client, "how big is a bag")["turn"]["id"] == taken["turn"]["id"]


def test_the_queue_lists_what_waits_most_urgent_first(client: TestClient) -> None:
    for number, text in enumerate(["help", "what about this", "spam"]):
        take(client, text, number)
    listed = client.get("/api/conversations", params={"state": "open"}).json()
    assert {item["decision"] for item in listed["items"]} == {"HANDOFF", "REVIEW"}
    assert listed["counts"] == {"HANDOFF": 1, "REVIEW": 1}
    assert listed["next"] is None
    first = client.get("/api/conversations", params={"state": "open", "limit": 1}).json()
    second = client.get("/api/conversations", params={"state": "open", "limit": 1, "after": first["next"]}).json()
    assert [first["items"][0]["id"], second["items"][0]["id"]] == [item["id"] for item in listed["items"]]


def test_a_draft_is_accepted_once(client: TestClient) -> None:
    taken = take(client, "what about this")
    turn_id = taken["turn"]["id"]
    version = client.get(f"/api/conversations/{taken['conversation_id']}").json()["conversation"]["version"]
    review = {"disposition": "accepted", "seen_version": version, "by": "desk-1"}
    done = client.post(f"/api/turns/{turn_id}/review", json=review)
    assert done.status_code == 200, done.text
    assert done.json()["reply"]["approved_by"] == "desk-1"
    late = client.post(f"/api/turns/{turn_id}/review", json={**review, "by": "desk-2"})
    assert (late.status_code, late.json()["title"]) == (409, "AlreadyHandled")
    assert "desk-1" in late.json()["detail"]


def test_a_stale_view_is_refused(client: TestClient) -> None:
    taken = take(client, "what about this")
    review = {"disposition": "ignored", "seen_version": 999, "by": "desk-1"}
    answer = client.post(f"/api/turns/{taken['turn']['id']}/review", json=review)
    assert (answer.status_code, answer.json()["title"]) == (409, "StaleVersion")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"id": "1"}, "text"),
        ({"id": "", "text": "a"}, "id"),
        ({"id": "1", "text": "a", "auto_send": True}, "auto_send"),
        ({"id": "1", "text": "a", "thread": [{"role": "system", "text": "a"}]}, "thread.0.role"),
        ({"id": "1", "text": "a", "author": {"followers": -1}}, "author.followers"),
    ],
)
def test_what_cannot_be_used_is_named(client: TestClient, body: dict[str, object], field: str) -> None:
    answer = client.post("/api/mentions", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert field in [problem["field"] for problem in answer.json()["fields"]]


def test_an_unknown_channel_names_the_known_ones(client: TestClient) -> None:
    answer = client.post("/api/mentions", json={"id": "1", "text": "a", "channel": "pigeon"})
    assert (answer.status_code, answer.json()["title"]) == (422, "ChannelUnknown")
    assert "email" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/api/turns/none", "/api/conversations/none", "/api/passages/none"])
def test_what_does_not_exist_is_a_404(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("text", ["", "   ", "\u202e\u0000", "🙂" * 500, "a" * 1_000_000])
def test_odd_texts_are_taken(client: TestClient, text: str) -> None:
    assert take(client, text)["turn"]["turn"]["route"]["decision"] == "REVIEW"


def test_more_than_a_request_may_hold_is_refused(client: TestClient) -> None:
    answer = client.post("/api/mentions", json={"id": "1", "text": "a" * 2_500_000})
    assert answer.status_code == 413


def test_search_and_passages(client: TestClient) -> None:
    found = client.get("/api/search", params={"q": "bag"}).json()
    assert found["hits"][0]["passage"]["id"] == PASSAGE.id
    assert client.get(f"/api/passages/{PASSAGE.id.replace('#', '%23')}").json()["text"] == PASSAGE.text


def test_the_kill_switch_is_kept_and_shown(client: TestClient) -> None:
    on = client.put("/api/automation/kill-switch", json={"on": True, "by": "duty-manager"})
    assert on.json()["kill_switch"] is True
    assert client.get("/api/automation").json()["kill_switch"] is True
    held = client.post("/api/automation/holds", json={"scope": "baggage", "reason": "recall", "by": "duty-manager"})
    assert [hold["scope"] for hold in held.json()["holds"]] == ["baggage"]
    typo = client.post("/api/automation/holds", json={"scope": "baggge", "reason": "recall", "by": "duty-manager"})
    assert (typo.status_code, client.get("/api/automation").json()["holds"]) == (422, held.json()["holds"])
    free = client.post("/api/automation/holds/baggage/release", json={"by": "duty-manager"})
    assert free.json()["holds"] == []


@pytest.mark.parametrize("written", ["skylark/public/self_serve", "skylark%2Fpublic%2Fself_serve"])
def test_a_held_slice_is_released_by_its_name(client: TestClient, written: str) -> None:
    hold = {"scope": "skylark/public/self_serve", "reason": "recall", "by": "duty-manager"}
    assert client.post("/api/automation/holds", json=hold).status_code == 200
    free = client.post(f"/api/automation/holds/{written}/release", json={"by": "duty-manager"})
    assert (free.status_code, free.json()["holds"]) == (200, [])


def test_probes(client: TestClient) -> None:
    assert client.get("/api/health").json()["status"] == "ok"
    ready = client.get("/api/ready")
    assert ready.status_code == 200
    parts = {"store": "ok", "index": "1 passages", "embedder": "local", "drafter": "extractive"}
    assert ready.json()["parts"] == parts
