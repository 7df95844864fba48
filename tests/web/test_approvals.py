"""A second person's word, through the API and the console."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.desk.agents import add_agent
from assistant.domain.agent import Role
from assistant.domain.agents import LadderStep, OnCall
from assistant.web.app import create_app
from tests.builders import QuickPasswords
from tests.web.conftest import PASSWORD
from tests.web.test_desk import taken

LADDERS = {"baggage": (LadderStep(who="counsel", acknowledge_minutes=15),)}
TEXT = "We would like to talk this over with you."


@pytest.fixture
def guarded(assistant: Assistant) -> TestClient:
    """Every answer from the baggage queue needs a second person."""
    pack = assistant.pack.model_copy(update={"on_call": OnCall(ladders=LADDERS, approvals=("baggage",))})
    return TestClient(create_app(replace(assistant, pack=pack)))


def test_asked_in_the_console_approved_by_another_sent_as_it_stands(guarded: TestClient) -> None:
    said = taken(guarded, "help me")
    page, turn = f"/conversations/{said['conversation_id']}", f"{said['mention_id']}-1"
    assert "Answers from this queue need a second person" in guarded.get(page).text
    version = guarded.get(f"/api{page}").json()["conversation"]["version"]
    form = {"turn_id": turn, "seen_version": version, "disposition": "send", "text": TEXT}
    assert guarded.post(f"{page}/review", data=form).status_code == 403
    guarded.post(f"{page}/approval", data={"turn_id": turn, "text": TEXT})
    (asked,) = guarded.get("/api/approvals?only_open=true").json()
    assert (asked["text"], asked["team"]) == (TEXT, "baggage")
    refused = guarded.post(f"{page}/approval/{asked['id']}", data={"approve": "true"})
    assert refused.status_code == 403
    given = {"approve": True, "by": "counsel", "why": "Kind and safe."}
    assert guarded.post(f"/api/approvals/{asked['id']}/decide", json=given).json()["approved"] is True
    shown = guarded.get(page).text
    assert "counsel approved" in shown
    assert f">{TEXT}</textarea>" in shown
    assert guarded.post(f"{page}/review", data=form, follow_redirects=False).status_code == 303
    assert guarded.get("/api/approvals?only_open=true").json() == []


def test_what_needs_no_approval_can_not_be_asked_for(client: TestClient) -> None:
    said = taken(client, "help me")
    asked = client.post(f"/api/turns/{said['mention_id']}-1/ask-approval", json={"text": TEXT, "by": "ann"})
    assert (asked.status_code, "need no approval" in asked.json()["detail"]) == (422, True)
    assert client.post("/api/approvals/none/decide", json={"approve": True, "by": "ann"}).status_code == 404
    assert "need a second person" not in client.get(f"/conversations/{said['conversation_id']}").text


@pytest.mark.parametrize("text", ["We'd rather talk this over.", "A cabin bag may measure 55 x 40 x 20 cm, we hear."])
def test_what_a_tool_has_approved_is_what_would_go_out(guarded: TestClient, text: str) -> None:
    """A changed draft is sent with other words on who wrote it, so what was approved never was what was sent."""
    said = taken(guarded, "please review this")
    turn = f"/api/turns/{said['mention_id']}-1"
    version = guarded.get(f"/api/conversations/{said['conversation_id']}").json()["conversation"]["version"]
    asked = guarded.post(f"{turn}/ask-approval", json={"text": text, "by": "ann"}).json()
    given = guarded.post(f"/api/approvals/{asked['id']}/decide", json={"approve": True, "by": "counsel"})
    assert given.status_code == 200
    review = {"disposition": "edited", "text": text, "seen_version": version, "by": "ann"}
    sent = guarded.post(f"{turn}/review", json=review)
    assert (sent.status_code, sent.json()["reply"]["text"]) == (200, asked["text"])


def test_who_is_signed_in_gives_the_second_word_under_no_other_name(guarded: TestClient, assistant: Assistant) -> None:
    turn = f"{taken(guarded, 'help me')['mention_id']}-1"
    with assistant.require_store().begin() as tx:
        words, at = QuickPasswords(), assistant.clock()
        add_agent(tx, name="Sue", role=Role.SUPERVISOR, queues=(), password=PASSWORD, passwords=words, at=at)
    guarded.post("/login", data={"name": "Sue", "password": PASSWORD})
    asked = guarded.post(f"/api/turns/{turn}/ask-approval", json={"text": TEXT, "by": "Sue"}).json()
    refused = guarded.post(f"/api/approvals/{asked['id']}/decide", json={"approve": True, "by": "counsel"})
    assert (refused.status_code, "signed in as Sue" in refused.json()["detail"]) == (403, True)
