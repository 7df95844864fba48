"""What went wrong live becomes a proposed case with one click, and what was proposed is shown."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.desk.recall import pull_back
from assistant.domain.conversation import ReplyState
from assistant.domain.label import DeskLabel, Outcome
from assistant.domain.vocabulary import Decision
from assistant.evals.suite import load_suite
from assistant.web.app import create_app
from tests.desk_builders import DISCLOSURE, make_draft, make_turn
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


SUITE = """name: live
description: What failed live.
gate:
- metric: care:route
  min: 0.5
"""
KNOWN = {
    "vars": {"message": "hello", "channel": "x"},
    "assert": [{"type": "care:route", "value": "REVIEW"}],
    "metadata": {"id": "known"},
}


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A suite where the console looks for them."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "evals" / "suites" / "live"
    folder.mkdir(parents=True)
    (folder / "suite.yaml").write_text(SUITE)
    (folder / "cases.jsonl").write_text(json.dumps(KNOWN) + "\n")
    return folder


def proposed(console: TestClient) -> str:
    talk = edit_a_draft(console)
    console.post(button(console.get(f"/conversations/{talk}").text))
    found = re.search(r"<summary>(h-[0-9a-f]+):", console.get("/quality/cases").text)
    assert found is not None
    return found[1]


def test_a_case_that_was_read_joins_a_suite_and_leaves_the_proposals(console: TestClient, suite: Path) -> None:
    key = proposed(console)
    before = (suite / "cases.jsonl").read_text()
    assert '<option value="live">' in console.get("/quality/cases").text
    moved = console.post(f"/quality/proposed/{key}", data={"suite": "live"})
    assert "It is a case of that suite now." in moved.text
    assert f"<summary>{key}:" not in moved.text
    after = (suite / "cases.jsonl").read_text()
    assert after.startswith(before)
    assert [case.id for case in load_suite(suite).cases] == ["known", key]
    assert "read it before" not in after
    assert console.post(f"/quality/proposed/{key}", data={"suite": "live"}).status_code == 404


@pytest.mark.parametrize("name", ["../../x", "none", "live/../live"])
def test_a_case_joins_only_a_suite_there_is(console: TestClient, suite: Path, name: str) -> None:
    key = proposed(console)
    assert console.post(f"/quality/proposed/{key}", data={"suite": name}).status_code == 404
    assert f"<summary>{key}:" in console.get("/quality/cases").text


def test_a_case_that_makes_no_sense_is_dropped_and_can_be_proposed_again(console: TestClient, suite: Path) -> None:
    key = proposed(console)
    gone = console.post(f"/quality/proposed/{key}", data={"suite": ""})
    assert "Dropped" in gone.text
    assert "None yet." in gone.text
    again = console.post(button(gone.text)).text
    assert f"Proposed: {key}" in again


def a_reply(console: TestClient, wired: Assistant, asked: str, *, sent: str = "") -> str:
    """A reply that went out, by itself or as an agent `sent` it; its conversation."""
    talk = str(take(console, asked)["conversation_id"])
    if sent:
        page = console.get(f"/conversations/{talk}").text
        hidden = dict(re.findall(r'type="hidden" name="(turn_id|seen_version)" value="([^"]+)"', page))
        console.post(f"/conversations/{talk}/review", data={**hidden, "disposition": "send", "text": sent})
    with wired.require_store().begin() as tx:
        (reply,) = tx.detail(talk).replies
        tx.save_reply(reply.model_copy(update={"state": ReplyState.SENT, "sent_id": "9"}))
    return talk


def test_a_draft_sent_unchanged_is_proposed_as_one_that_must_stay(console: TestClient, wired: Assistant) -> None:
    talk = a_reply(console, wired, "what about this", sent=make_draft().text)
    page = console.get(f"/conversations/{talk}").text
    assert "Good: propose a case" in page
    shown = console.post(button(page), data={"good": "true"}).text
    proposed = shown[shown.index("Proposed: h-") : shown.index("Changed or pulled back")]
    assert "A draft an agent sent unchanged: “" in proposed
    assert "nothing is promised" in proposed
    waiting = shown[shown.index("Proposed so far") :]
    assert make_draft().claims[0].text in waiting, "whoever reads it later sees what was good, too"
    assert "Proposed already" in console.post(button(page), data={"good": "true"}).text


def test_an_answer_of_the_assistants_own_is_proposed_where_somebody_finds_it_good(
    console: TestClient, wired: Assistant
) -> None:
    talk = a_reply(console, wired, "how big is a bag")
    page = console.get(f"/conversations/{talk}").text
    shown = console.post(button(page), data={"good": "true"}).text
    assert "A good reply of the assistant" in shown
    assert "an answer by itself" in shown


def test_what_was_changed_or_pulled_back_is_not_offered_as_good(console: TestClient, wired: Assistant) -> None:
    talk = edit_a_draft(console)
    page = console.get(f"/conversations/{talk}").text
    assert "Good: propose" not in page
    refused = console.post(button(page), data={"good": "true"})
    assert refused.status_code == 422
    assert "not sent as it was drafted" in refused.text
    assert "Which words were wrong?" not in refused.text
    gone = a_reply(console, wired, "how big is a bag")
    with wired.require_store().begin() as tx:
        (reply,) = tx.detail(gone).replies
        tx.save_reply(reply.model_copy(update={"state": ReplyState.RECALLED}))
    assert console.post(f"/quality/cases/{reply.turn_id}", data={"good": "true"}).status_code == 422


def test_good_over_http(console: TestClient, wired: Assistant) -> None:
    talk = a_reply(console, wired, "how big is a bag")
    with wired.require_store().read() as look:
        (reply,) = look.detail(talk).replies
    both = console.post(f"/api/turns/{reply.turn_id}/harvest", json={"good": True, "wrong": ["bag"]})
    assert (both.status_code, "give `good` or `wrong`" in both.json()["detail"]) == (422, True)
    case = console.post(f"/api/turns/{reply.turn_id}/harvest", json={"good": True}).json()
    assert case["assert"][0] == {"type": "care:route", "value": ["AUTO_REPLY"]} | {
        key: case["assert"][0][key] for key in ("threshold", "weight", "metric")
    }


def test_a_reply_somebody_found_wrong_is_no_good_case(console: TestClient, wired: Assistant) -> None:
    talk = a_reply(console, wired, "how big is a bag")
    with wired.require_store().begin() as tx:
        (reply,) = tx.detail(talk).replies
        tx.save_label(
            DeskLabel(
                id=reply.turn_id,
                brand_id=wired.pack.brand.id,
                conversation_id=talk,
                mention_id=tx.turn(reply.turn_id).turn.mention_id,
                slice="x",
                score=0.9,
                sample=None,
                intent=None,
                drafted_at=wired.clock(),
                outcome=Outcome.SENT,
                error=True,
            )
        )
    refused = console.post(f"/quality/cases/{reply.turn_id}", data={"good": "true"})
    assert "somebody said that its reply was wrong" in refused.text
    assert "Good: propose" not in console.get(f"/conversations/{talk}").text
