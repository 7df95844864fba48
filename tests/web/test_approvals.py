"""A second person's word, through the API and the console."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.domain.agents import LadderStep, OnCall
from assistant.web.app import create_app
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
