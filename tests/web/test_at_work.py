"""Everything an agent does with a conversation, through the API, and what the log keeps of it."""

from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.domain.audit import first_break
from tests.desk_builders import NOW, SetClock, make_mention
from tests.web.test_desk import taken

OWN = {"disposition": "responded", "text": "Take the lift.", "by": "ann"}


def test_a_claim_keeps_the_others_out_and_can_be_taken_over(client: TestClient) -> None:
    mention = taken(client, "please review this")
    path = f"/api/conversations/{mention['conversation_id']}"
    assert client.post(f"{path}/claim", json={"by": "bo"}).json()["claimed_by"] == "bo"
    assert client.post(f"{path}/claim", json={"by": "ann"}).json()["claimed_by"] == "bo"
    version = client.get(path).json()["conversation"]["version"]
    turn = f"/api/turns/{mention['mention_id']}-1/review"
    refused = client.post(turn, json={**OWN, "seen_version": version})
    assert (refused.status_code, refused.json()["title"]) == (409, "ClaimedByAnother")
    assert client.post(f"{path}/take-over", json={"by": "ann"}).json()["claimed_by"] == "ann"
    assert client.post(turn, json={**OWN, "seen_version": version}).status_code == 200


def test_put_off_settled_and_opened_again(client: TestClient, clock: SetClock) -> None:
    mention = taken(client, "help me")
    path = f"/api/conversations/{mention['conversation_id']}"

    def version() -> int:
        found: int = client.get(path).json()["conversation"]["version"]
        return found

    promised = client.get(f"{path}/desk").json()["due_at"]
    until = (clock() + timedelta(hours=1)).isoformat()
    put_off = client.post(f"{path}/snooze", json={"by": "ann", "until": until, "seen_version": version()}).json()
    assert put_off["conversation"]["state"] == "snoozed"
    assert client.post(f"{path}/snooze", json={"by": "bo", "until": until, "seen_version": 1}).status_code == 409
    settled = client.post(f"{path}/resolve", json={"by": "ann", "seen_version": version()}).json()
    assert (settled["conversation"]["state"], settled["conversation"]["due_at"]) == ("resolved", None)
    opened = client.post(f"{path}/reopen", json={"by": "ann"}).json()
    assert (opened["conversation"]["state"], opened["conversation"]["due_at"]) == ("open", promised)
    assert client.post(f"{path}/tags", json={"by": "ann", "word": "Pram"}).json()["tags"] == ["pram"]
    assert [each["text"] for each in client.post(f"{path}/notes", json={"by": "ann", "text": "Call."}).json()] == [
        "Call."
    ]
    assert client.post("/api/conversations/nobody/reopen", json={"by": "ann"}).status_code == 404


def test_the_log_of_one_conversation_says_who_did_what_on_what(client: TestClient, assistant: Assistant) -> None:
    mention = taken(client, "please review this")
    taken(client, "something else", "2")
    path = f"/api/conversations/{mention['conversation_id']}"
    version = client.get(path).json()["conversation"]["version"]
    sent = client.post(f"/api/turns/{mention['mention_id']}-1/review", json={**OWN, "seen_version": version}).json()
    assert sent["reply"]["state"] == "due"
    told = client.get(f"{path}/log").json()
    assert [(each["actor"], each["event"]) for each in told][:1] == [("assistant", "turn_decided")]
    (reviewed,) = [each for each in told if each["event"] == "turn_reviewed"]
    assert (reviewed["actor"], reviewed["facts"]["disposition"]) == ("ann", "responded")
    with assistant.require_store().read() as look:
        assert first_break(look.audit_after(-1, limit=100)) is None


def test_a_reply_sent_through_the_api_can_be_taken_back_for_a_moment(client: TestClient, clock: SetClock) -> None:
    mention = taken(client, "please review this")
    path = f"/api/conversations/{mention['conversation_id']}"

    def send() -> str:
        version = client.get(path).json()["conversation"]["version"]
        sent = client.post(f"/api/turns/{mention['mention_id']}-1/review", json={**OWN, "seen_version": version})
        return f"/api/replies/{sent.json()['reply']['id']}/undo"

    assert client.post(send(), json={"by": "ann"}).json()["state"] == "held"
    clock.forward(1)
    late = send()
    clock.forward(10)
    assert client.post(late, json={"by": "ann"}).status_code == 403


def test_who_was_late_before_a_send_is_as_late_after_it_was_undone(client: TestClient, clock: SetClock) -> None:
    mention = taken(client, "please review this")
    path = f"/api/conversations/{mention['conversation_id']}"
    promised = client.get(f"{path}/desk").json()["due_at"]
    clock.forward(5 * 24 * 3600)
    version = client.get(path).json()["conversation"]["version"]
    sent = client.post(f"/api/turns/{mention['mention_id']}-1/review", json={**OWN, "seen_version": version}).json()
    client.post(f"/api/replies/{sent['reply']['id']}/undo", json={"by": "ann"})
    assert client.get(f"{path}/desk").json()["due_at"] == promised


def test_who_accepts_and_writes_other_words_is_told_that_these_would_not_be_sent(client: TestClient) -> None:
    mention = taken(client, "please review this")
    path = f"/api/conversations/{mention['conversation_id']}"
    detail = client.get(path).json()
    seen, draft = detail["conversation"]["version"], detail["turns"][0]["turn"]["draft"]["text"]
    turn = f"/api/turns/{mention['mention_id']}-1/review"
    accepting = {"disposition": "accepted", "seen_version": seen, "by": "ann"}
    refused = client.post(turn, json={**accepting, "text": "Other words."})
    assert (refused.status_code, "`edited`" in refused.json()["detail"]) == (422, True)
    assert client.post(turn, json={**accepting, "text": draft}).status_code == 200


def test_who_waits_for_the_knowledge_base_is_listed_with_why_and_taken_by_hand(
    client: TestClient, assistant: Assistant
) -> None:
    mention, until = make_mention("waits", handle="ann"), NOW + timedelta(minutes=90)
    with assistant.require_store().begin() as tx:
        talk = tx.take_in(mention, at=NOW).conversation_id
        tx.let_wait(mention.id, until=until)
    (waits,) = client.get("/api/waiting-answers").json()
    assert (waits["conversation_id"], waits["mention_id"]) == (talk, mention.id)
    assert (datetime.fromisoformat(waits["until"]), waits["why"][:18]) == (until, "The knowledge base")
    assert datetime.fromisoformat(client.get(f"/api/conversations/{talk}").json()["waits_until"]) == until
    (record,) = client.post(f"/api/conversations/{talk}/by-hand", json={"by": "bea"}).json()
    assert record["turn"]["mention_id"] == mention.id
    assert client.get(f"/api/conversations/{talk}/desk").json()["assignment"]["agent"] == "bea"
    assert client.get("/api/waiting-answers").json() == []
    assert client.get(f"/api/conversations/{talk}").json()["waits_until"] is None
    assert client.post(f"/api/conversations/{talk}/by-hand", json={"by": "bea"}).status_code == 403
    assert client.post("/api/conversations/nobody/by-hand", json={"by": "bea"}).status_code == 404


@pytest.mark.parametrize("late_minutes", [0, 600])
def test_a_reply_taken_back_at_once_leaves_the_promise_as_it_was(
    client: TestClient, clock: SetClock, late_minutes: int
) -> None:
    mention = taken(client, "please review this")
    path = f"/api/conversations/{mention['conversation_id']}"
    clock.forward(60 * late_minutes)
    before = client.get(path).json()["conversation"]
    body = {**OWN, "seen_version": before["version"]}
    reply = client.post(f"/api/turns/{mention['mention_id']}-1/review", json=body).json()["reply"]
    clock.forward(5)
    assert client.post(f"/api/replies/{reply['id']}/undo", json={"by": "ann"}).status_code == 200
    assert client.get(path).json()["conversation"]["due_at"] == before["due_at"]
