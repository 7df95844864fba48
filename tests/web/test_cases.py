"""What went wrong live becomes a proposed case with one click, and what was proposed is shown."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.desk.recall import pull_back
from assistant.domain.conversation import ReplyState
from assistant.domain.vocabulary import Decision
from assistant.web.app import create_app
from tests.desk_builders import DISCLOSURE, make_turn
from tests.web.test_api import take

EDITED = "You may bring one bag of 55 x 40 x 20 cm and 8 kg."


@pytest.fixture
def wired(assistant: Assistant, tmp_path: Path) -> Assistant:
    return replace(assistant, settings=assistant.settings.model_copy(update={"data_dir": tmp_path}))


@pytest.fixture
def console(wired: Assistant) -> TestClient:
    return TestClient(create_app(wired))


def edit_a_draft(console: TestClient, text: str = EDITED) -> str:
    """An agent changes a draft; the conversation."""
    author = {"handle": "@jo_s", "name": "Jo Smith"}
    talk = str(take(console, "what about this, Jo Smith, jo@example.com", author=author)["conversation_id"])
    page = console.get(f"/conversations/{talk}").text
    hidden = dict(re.findall(r'type="hidden" name="(turn_id|seen_version)" value="([^"]+)"', page))
    console.post(f"/conversations/{talk}/review", data={**hidden, "disposition": "send", "text": text})
    return talk


def button(page: str) -> str:
    found = re.search(r'action="(/quality/cases/[^"]+)"', page)
    assert found is not None
    return found[1]


def test_an_edited_draft_is_proposed_from_its_conversation(console: TestClient) -> None:
    talk = edit_a_draft(console)
    shown = console.post(button(console.get(f"/conversations/{talk}").text)).text
    proposed = shown[shown.index("Proposed: h-") : shown.index("Changed or pulled back")]
    assert "Must say" in proposed
    assert "8 kg" in proposed
    for person in ("jo@example.com", "Smith", "jo_s"):
        assert person not in proposed
    again = console.post(button(console.get(f"/conversations/{talk}").text)).text
    assert "Proposed already: h-" in again
    assert "1 in <code>" in again


def test_a_style_nobody_explains_is_asked_about(console: TestClient) -> None:
    edit_a_draft(console, f"A cabin bag can measure 55 x 40 x 20 cm. {DISCLOSURE}")
    where = button(console.get("/quality/cases").text)
    refused = console.post(where)
    assert refused.status_code == 422
    assert "Which words were wrong?" in refused.text
    assert '<q dir="auto">may measure</q>' in console.post(where, data={"wrong": "may measure"}).text


def test_a_reply_that_was_pulled_back_is_proposed_as_critical(console: TestClient, wired: Assistant) -> None:
    talk = str(take(console, "how big is a bag")["conversation_id"])
    with wired.require_store().begin() as tx:
        (reply,) = tx.detail(talk).replies
        tx.save_reply(reply.model_copy(update={"state": ReplyState.SENT, "sent_id": "9"}))
        turn = make_turn(tx.turn(reply.turn_id).turn.mention, Decision.REVIEW)
        pull_back(
            tx, reply.id, turn, why="wrong price", can_delete=True, pack=wired.pack, agent="ann", at=wired.clock()
        )
    listed = console.get("/quality/cases").text
    assert "Pulled back by ann" in listed
    assert "wrong price" in listed
    shown = console.post(button(listed)).text
    assert "Must go to" in shown
    assert "a person’s review or a person" in shown
    assert "critical: it must pass by itself" in shown


def test_nothing_went_wrong(console: TestClient) -> None:
    page = console.get("/quality/cases").text
    assert "No draft was changed" in page
    assert "None yet." in page
    assert console.post("/quality/cases/none").status_code == 404
