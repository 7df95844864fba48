"""While an agent writes: what to underline; what was promised and may be offered."""

from datetime import timedelta

from starlette.testclient import TestClient

from tests.desk_builders import NOW


def waiting(client: TestClient) -> dict[str, str]:
    turn = client.post("/api/mentions?wait=1", json={"text": "How big?", "id": "1", "channel": "x"}).json()["turn"]
    return {"turn": turn["id"], "conversation": turn["conversation_id"]}


def test_a_sentence_with_nothing_behind_it_is_underlined_where_it_stands(client: TestClient) -> None:
    at = waiting(client)
    text = "Hi there!\n\nBags may be 99 kg.   We'll call you today. Sorry about the wait."
    checked = client.post(f"/api/turns/{at['turn']}/check", json={"text": text}).json()
    spans = checked["spans"]
    assert [text[span["start"] : span["end"]] for span in spans] == [span["text"] for span in spans]
    assert [(span["text"], span["kind"]) for span in spans if not span["supported"]] == [
        ("Bags may be 99 kg.", "policy"),
        ("We'll call you today.", "promise"),
    ]
    assert spans[1]["missing"] == ["99 kg"]


def test_a_registered_promise_is_no_longer_underlined_until_its_task_is_closed(client: TestClient) -> None:
    at = waiting(client)
    promise = "We'll call you today."

    def underlined() -> bool:
        (span,) = client.post(f"/api/turns/{at['turn']}/check", json={"text": promise}).json()["spans"]
        return not span["supported"]

    assert underlined()
    body = {"promise": promise, "owner": "ana", "due_at": (NOW + timedelta(hours=8)).isoformat(), "by": "ana"}
    task = client.post(f"/api/conversations/{at['conversation']}/tasks", json=body)
    assert task.status_code == 201
    assert not underlined()
    assert client.get("/api/tasks", params={"conversation": at["conversation"], "state": "open"}).json() == [
        task.json()
    ]
    closed = client.post(f"/api/tasks/{task.json()['id']}/close", json={"done": True, "by": "ana"}).json()
    assert closed["state"] == "done"
    assert underlined()
    again = client.post(f"/api/tasks/{closed['id']}/close", json={"done": False, "by": "ana"})
    assert again.status_code == 409


def test_nothing_can_be_promised_for_a_moment_that_is_over(client: TestClient) -> None:
    at, over = waiting(client), NOW - timedelta(minutes=1)
    body = {"promise": "We'll call you today.", "owner": "ana", "due_at": over.isoformat(), "by": "ana"}
    refused = client.post(f"/api/conversations/{at['conversation']}/tasks", json=body)
    assert (refused.status_code, refused.json()["title"]) == (422, "InputInvalid")
    assert refused.json()["detail"].startswith("due_at: 2026-03-02 08:59 UTC is over")
    assert client.get("/api/tasks").json() == []


def test_tasks_are_read_to_the_end_page_by_page_while_some_are_closed(client: TestClient) -> None:
    at = waiting(client)
    for number, hours in enumerate((5, 2, 2, 9, 1)):
        due = (NOW + timedelta(hours=hours)).isoformat()
        body = {"promise": f"We'll call {number} times.", "owner": "ana", "due_at": due, "by": "ana"}
        assert client.post(f"/api/conversations/{at['conversation']}/tasks", json=body).status_code == 201
    everything = [task["id"] for task in client.get("/api/tasks").json()]
    read: list[str] = []
    while page := client.get("/api/tasks", params={"state": "open", "limit": 2, "after": read[-1:]}).json():
        read += [task["id"] for task in page]
        client.post(f"/api/tasks/{read[-1]}/close", json={"done": True, "by": "ana"})
    assert (len(read), read) == (5, everything)
    assert client.get("/api/tasks", params={"after": "nobody"}).status_code == 404


def test_tasks_of_a_conversation_that_isnt_there_are_not_found(client: TestClient) -> None:
    refused = client.get("/api/tasks", params={"conversation": "nope"})
    assert (refused.status_code, refused.json()["title"]) == (404, "NotFound")


def test_a_brand_without_offers_lists_none(client: TestClient) -> None:
    assert client.get("/api/offers").json() == []
