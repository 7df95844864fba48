"""A call whose answer got lost is sent again: the second one finds what the first did, and doubles nothing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.desk_builders import NOW, SetClock

BY = {"by": "ann"}


@pytest.fixture
def taken(client: TestClient) -> Mapping[str, Any]:
    """A conversation whose draft waits for review."""
    body: Mapping[str, Any] = client.post("/api/mentions?wait=1", json={"id": "1", "text": "please review"}).json()
    return body


@pytest.fixture
def talk(taken: Mapping[str, Any]) -> str:
    return f"/api/conversations/{taken['conversation_id']}"


def test_a_reply_is_taken_back_once(client: TestClient, taken: Mapping[str, Any], talk: str, clock: SetClock) -> None:
    version = client.get(talk).json()["conversation"]["version"]
    sent = {"disposition": "accepted", "seen_version": version, **BY}
    reply = client.post(f"/api/turns/{taken['turn']['id']}/review", json=sent).json()["reply"]
    first = client.post(f"/api/replies/{reply['id']}/undo", json=BY)
    clock.now += timedelta(minutes=5)
    again = client.post(f"/api/replies/{reply['id']}/undo", json=BY)
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    undone = [each for each in client.get(f"{talk}/log").json() if each["event"] == "reply_undone"]
    assert len(undone) == 1


def test_what_went_out_cannot_be_taken_back_later(
    client: TestClient, taken: Mapping[str, Any], talk: str, clock: SetClock
) -> None:
    """Also where an earlier reply to the same message had been."""
    review = f"/api/turns/{taken['turn']['id']}/review"

    def send() -> str:
        version = client.get(talk).json()["conversation"]["version"]
        sent = {"disposition": "accepted", "seen_version": version, **BY}
        return f"/api/replies/{client.post(review, json=sent).json()['reply']['id']}/undo"

    assert client.post(send(), json=BY).status_code == 200
    undo = send()
    clock.now += timedelta(minutes=5)
    late = client.post(undo, json=BY)
    assert (late.status_code, late.json()["title"]) == (403, "NotAllowed")


def test_a_tag_is_put_on_or_taken_off_however_often_it_is_said(client: TestClient, talk: str) -> None:
    for on, tags in ((True, ["vip"]), (True, ["vip"]), (False, []), (False, []), (None, ["vip"]), (None, [])):
        said = client.post(f"{talk}/tags", json={"word": "VIP", "on": on, **BY})
        assert (on, said.json()["tags"]) == (on, tags)
    assert len([each for each in client.get(f"{talk}/log").json() if each["event"] == "tagged"]) == 4


def test_a_note_said_twice_in_a_minute_is_one(client: TestClient, talk: str, clock: SetClock) -> None:
    for text in ("called, no answer", " called, no answer\n", "called again"):
        noted = client.post(f"{talk}/notes", json={"text": text, **BY}).json()
    assert [each["text"] for each in noted] == ["called, no answer", "called again"]
    client.post(f"{talk}/notes", json={"text": "called again", "by": "bob"})
    clock.now += timedelta(minutes=2)
    noted = client.post(f"{talk}/notes", json={"text": "called again", "by": "bob"}).json()
    assert [each["author"] for each in noted] == ["ann", "ann", "bob", "bob"]


def test_a_promise_that_is_open_is_registered_once(client: TestClient, talk: str, clock: SetClock) -> None:
    promise = {"promise": "We'll call.", "owner": "ann", "due_at": (NOW + timedelta(days=1)).isoformat(), **BY}
    first = client.post(f"{talk}/tasks", json=promise).json()
    clock.now += timedelta(seconds=5)
    assert client.post(f"{talk}/tasks", json=promise).json() == first
    close = f"/api/tasks/{first['id']}/close"
    closed = client.post(close, json={"done": True, **BY})
    clock.now += timedelta(seconds=5)
    assert client.post(close, json={"done": True, **BY}).json() == closed.json()
    assert client.post(close, json={"done": False, **BY}).status_code == 409
    assert client.post(f"{talk}/tasks", json=promise).json()["id"] != first["id"]


def test_an_expert_is_asked_once(client: TestClient, talk: str, clock: SetClock) -> None:
    question = {"expert": "Dr. Ó", "question": "Is that so?", **BY}
    first = client.post(f"{talk}/ask-expert", json=question).json()
    clock.now += timedelta(seconds=5)
    assert client.post(f"{talk}/ask-expert", json=question).json() == first
    assert len(client.get(f"{talk}/expert-asks").json()) == 1


@pytest.mark.parametrize("settles", [True, False])
def test_who_settles_what_a_page_lists_misses_nothing_of_the_next(client: TestClient, settles: bool) -> None:
    """The last one of a page had no due time any more, so what came after it was what promises nothing."""
    for number in range(5):
        body = {"id": str(number), "text": "please review", "author": {"handle": f"h{number}"}}
        client.post("/api/mentions?wait=1", json=body)
    seen: list[str] = []
    asked: dict[str, Any] = {"state": "open", "limit": 2}
    while True:
        page = client.get("/api/conversations", params=asked).json()
        seen += [each["id"] for each in page["items"]]
        for each in page["items"] if settles else ():
            settled = {"seen_version": each["version"], **BY}
            assert client.post(f"/api/conversations/{each['id']}/resolve", json=settled).status_code == 200
        if page["next"] is None:
            break
        asked["after"] = page["next"]
    assert (len(seen), len(set(seen))) == (5, 5)
    full = client.get("/api/conversations", params={"limit": 5}).json()
    assert (len(full["items"]), full["next"]) == (5, None)


@pytest.mark.parametrize(("after", "status"), [("nobody", 404), ("nobody@soon", 422)])
def test_a_place_that_is_none_is_refused(client: TestClient, after: str, status: int) -> None:
    assert client.get("/api/conversations", params={"after": after}).status_code == status


def test_a_list_goes_on_after_a_conversation_by_its_id_too(client: TestClient) -> None:
    for number in range(3):
        body = {"id": str(number), "text": "please review", "author": {"handle": f"h{number}"}}
        client.post("/api/mentions?wait=1", json=body)
    ids = [each["id"] for each in client.get("/api/conversations").json()["items"]]
    rest = client.get("/api/conversations", params={"after": ids[0]}).json()["items"]
    assert [each["id"] for each in rest] == ids[1:]
