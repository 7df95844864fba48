"""Audits over the API and in the console: a blind draft stays unseen, is judged afterwards, and may stop its slice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.desk.act import act
from assistant.domain.certificate import Certificate, Permit, Permits, Proof
from assistant.domain.conversation import TurnRecord
from assistant.domain.routing import Sample
from assistant.web.app import create_app
from tests.desk.test_labels import STYLE, candidate
from tests.desk_builders import NOW
from tests.web.test_console import form
from tests.workflows.test_suspend import SLICE, proof

DRAFTED = "may measure 55 x 40 x 20 cm"


@pytest.fixture
def client(assistant: Assistant) -> TestClient:
    return TestClient(create_app(replace(assistant, proof=proof)))


def waiting(assistant: Assistant, sample: Sample) -> TurnRecord:
    turn = candidate(sample=sample)
    with assistant.require_store().begin() as tx:
        tx.take_in(turn.mention, at=assistant.clock())
        return act(tx, turn, pack=assistant.pack, at=assistant.clock())


def test_a_blind_audit_over_the_api(client: TestClient, assistant: Assistant) -> None:
    record = waiting(assistant, Sample.BLIND)
    path = f"/api/turns/{record.id}"
    assert client.get(path).json()["turn"]["draft"] is None
    detail = client.get(f"/api/conversations/{record.conversation_id}").json()
    assert DRAFTED not in str(detail["turns"])
    review = {"disposition": "accepted", "seen_version": detail["conversation"]["version"], "by": "ann"}
    assert client.post(f"{path}/review", json=review).status_code == 403
    assert client.post(f"{path}/redraft", json={"by": "ann"}).text.count("NotAllowed") == 1
    verdict = {"error": True, "critical": True, "why": "a promise", "by": "ann"}
    assert client.post(f"{path}/verdict", json=verdict).status_code == 409
    done = client.post(f"{path}/review", json={**review, "disposition": "responded", "text": STYLE})
    assert done.json()["reply"]["text"] == STYLE
    assert client.get(path).json()["turn"]["draft"] is not None
    assert client.post(f"{path}/verdict", json=verdict).json()["error"] is True
    assert client.get(f"{path}/label").json()["critical"] is True
    state = client.get("/api/automation").json()
    assert [held["scope"] for held in state["holds"]] == [SLICE]
    assert [(ramp["slice"], ramp["step"]) for ramp in state["ramps"]] == [(SLICE, "shadow")]
    (counted,) = client.get("/api/labels").json()
    assert (counted["slice"], counted["blind"], counted["blind_errors"], counted["critical"]) == (SLICE, 1, 1, 1)


def test_a_late_correction_over_the_api(client: TestClient, assistant: Assistant) -> None:
    record = waiting(assistant, Sample.OPEN)
    said = client.post(f"/api/turns/{record.id}/correction", json={"error": True, "why": "old price", "by": "eve"})
    assert (said.json()["error"], said.json()["why"], said.json()["by"]) == (True, "old price", "eve")
    assert client.post("/api/turns/none/correction", json={"error": True, "by": "eve"}).status_code == 404
    assert client.get("/api/turns/none/label").status_code == 404


def test_the_ramp_over_the_api(client: TestClient) -> None:
    move = {"slice": SLICE, "to": "shadow", "by": "ann"}
    assert client.put("/api/automation/ramp", json=move).json()["ramps"][0]["step"] == "shadow"
    assert client.put("/api/automation/ramp", json={**move, "to": "25%"}).status_code == 409
    assert client.put("/api/automation/ramp", json={**move, "to": "1%"}).json()["ramps"][0]["step"] == "1%"
    assert client.put("/api/automation/ramp", json={**move, "to": "2%"}).status_code == 422
    assert client.put("/api/automation/ramp", json={**move, "slice": "larkspur/public/thanks"}).status_code == 404


def test_a_blind_audit_in_the_console(client: TestClient, assistant: Assistant) -> None:
    record = waiting(assistant, Sample.BLIND)
    page = client.get(f"/conversations/{record.conversation_id}").text
    assert "Blind audit." in page
    assert DRAFTED not in page
    action, fields = form(client, record.conversation_id)
    assert fields["text"] == ""
    assert DRAFTED not in client.post(action.replace("review", "measure"), data={**fields, "text": STYLE}).text.replace(
        STYLE, ""
    )
    sent = client.post(action, data={**fields, "text": STYLE, "disposition": "send"})
    assert "Could this draft have gone out as it is?" in sent.text
    assert DRAFTED in sent.text
    judge = action.replace("review", "judge")
    client.post(judge, data={"turn_id": record.id, "error": "false", "why": "", "back": "/queue/mine"})
    label = client.get(f"/api/turns/{record.id}/label").json()
    assert (label["error"], label["by"], label["judged_at"] is not None) == (False, "console", True)
    assert "Could this draft" not in client.get(f"/conversations/{record.conversation_id}").text


def test_an_open_audit_shows_its_draft_and_why_it_waits(client: TestClient, assistant: Assistant) -> None:
    record = waiting(assistant, Sample.OPEN)
    page = client.get(f"/conversations/{record.conversation_id}").text
    assert DRAFTED in page
    assert "Blind audit." not in page


def test_the_robot_log_says_how_far_each_slice_has_climbed(client: TestClient, assistant: Assistant) -> None:
    assert "no draft could have been sent yet" in client.get("/robot").text
    record = waiting(assistant, Sample.OPEN)
    client.post(f"/api/turns/{record.id}/correction", json={"error": True, "critical": True, "why": "x", "by": "eve"})
    page = client.get("/robot").text
    assert SLICE in page
    assert "1 of 1" in page
    assert "a critical error: x (monitor)" in page
    assert "Stopped itself" in client.get("/queue/waiting").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "at most 5 % wrong, with 95 % confidence"),
        ({}, "0 of 161 judged drafts from that score on"),
        ({}, "Public: what public policy answers"),
        ({"coverage": 0.5, "labels": 322}, "50 % of 322 judged drafts"),
        ({"versions": {"pack": "older"}}, "suspended, changed: pack"),
        ({"expires_at": NOW - timedelta(days=1)}, "ended</dd>"),
        (
            {"certified": False, "labels_needed": 29},
            "not given; at least 29 more judged drafts would tell",
        ),
    ],
)
def test_the_robot_log_says_why_a_slice_is_sent_or_not(
    assistant: Assistant, change: dict[str, object], said: str
) -> None:
    """It said that something had changed, not what, and nowhere how many judged drafts were missing."""
    fields = {
        "slice": SLICE,
        "certified": True,
        "threshold": 0.47,
        "n": 161,
        "errors": 0,
        "coverage": 1.0,
        "labels": 161,
        "alpha": 0.05,
        "delta": 0.05,
        "labels_needed": 0,
        "expires_at": NOW + timedelta(days=30),
    }
    certificate = Certificate.model_validate(fields | {key: change[key] for key in change if key in fields})
    versions = change.get("versions", {"pack": "now"})
    permit = Permit.model_validate(
        {"certificate": certificate, "versions": versions, "labels_sha256": "x", "given_at": NOW}
    )
    proof = Proof(permits=Permits(permits=(permit,)), versions={"pack": "now"})
    kept = [(permit, permit.standing(versions={"pack": "now"}, at=NOW))]
    told = replace(assistant, proof=lambda: proof, certificates=lambda: kept)
    assert said in TestClient(create_app(told)).get("/robot").text
