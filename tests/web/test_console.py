"""The console's pages: what waits, the draft with its evidence, and what an agent can do."""

import re

import pytest
from starlette.testclient import TestClient

from tests.web.test_api import take


def test_home_is_the_queue(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Nothing here" in page.text


def test_a_draft_stands_beside_its_reasons_and_sentences(client: TestClient) -> None:
    take(client, "what about this", author={"handle": "@someone", "followers": 3})
    page = client.get("/queue/review").text
    assert "@someone" in page
    assert "what about this" in page
    assert "55 x 40 x 20 cm" in page
    assert "Automatic answers are not allowed for this kind of question." in page


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}"])
def test_customer_text_is_only_text(client: TestClient, text: str) -> None:
    take(client, text, author={"handle": text})
    page = client.get("/queue/review").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert ">49<" not in page


def _form(page: str) -> tuple[str, dict[str, str]]:
    action = re.search(r'action="(/queue/[^"]+/review)"', page)
    assert action is not None
    hidden = dict(re.findall(r'type="hidden" name="(turn_id|seen_version)" value="([^"]+)"', page))
    return action[1], hidden


def test_accepting_sends_and_moves_on(client: TestClient) -> None:
    taken = take(client, "what about this")
    action, hidden = _form(client.get("/queue/review").text)
    done = client.post(action, data={**hidden, "disposition": "accepted"}, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/queue/review")
    detail = client.get(f"/api/conversations/{taken['conversation_id']}").json()
    assert detail["turns"][0]["disposition"] == "accepted"
    assert len(detail["replies"]) == 1
    assert "Nothing here" in client.get("/queue/review").text


def test_a_refusal_shows_why_and_keeps_what_was_typed(client: TestClient) -> None:
    take(client, "what about this")
    action, hidden = _form(client.get("/queue/review").text)
    data = {**hidden, "seen_version": "77", "disposition": "edited", "text": "My own careful words."}
    refused = client.post(action, data=data)
    assert refused.status_code == 409
    assert "changed since you saw it" in refused.text
    assert "My own careful words." in refused.text


def test_answering_where_there_is_no_draft(client: TestClient) -> None:
    taken = take(client, "help")
    action, hidden = _form(client.get("/queue/handoff").text)
    data = {**hidden, "disposition": "responded", "text": "Thanks, we're looking at it with you."}
    assert client.post(action, data=data).status_code == 200
    detail = client.get(f"/api/conversations/{taken['conversation_id']}").json()
    assert detail["replies"][0]["text"] == "Thanks, we're looking at it with you."
    assert detail["replies"][0]["automated"] is False


def test_stopping_automation_is_one_click(client: TestClient) -> None:
    page = client.post("/automation/kill-switch", data={"on": "true", "view": "handoff"})
    assert "Automation is off" in page.text
    assert client.get("/api/automation").json()["kill_switch"] is True


def test_an_unknown_view_is_not_found(client: TestClient) -> None:
    assert client.get("/queue/everything").status_code == 422


def test_static_files_are_served(client: TestClient) -> None:
    for path in ("/static/own/console.css", "/static/own/mark.svg", "/static/htmx/htmx-4.min.js"):
        assert client.get(path).status_code == 200
