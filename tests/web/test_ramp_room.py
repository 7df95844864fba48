"""A supervisor moves a slice along the ramp from the robot log; what a release doesn't bring back is said."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.desk.automation import stop
from assistant.domain.certificate import Certificate, Permit, Permits, Proof
from assistant.web.app import create_app
from tests.desk_builders import NOW

SLICE = "skylark/public/self_serve"
VERSIONS: Mapping[str, str] = {"pack": "now"}


@pytest.fixture
def console(assistant: Assistant) -> TestClient:
    certificate = Certificate(
        slice=SLICE,
        certified=True,
        threshold=0.5,
        n=100,
        errors=0,
        coverage=1.0,
        labels=100,
        alpha=0.05,
        delta=0.05,
        labels_needed=0,
        expires_at=NOW + timedelta(days=30),
    )
    permit = Permit(certificate=certificate, versions=VERSIONS, labels_sha256="", given_at=NOW)
    proof = Proof(permits=Permits(permits=(permit,)), versions=VERSIONS)
    kept = [(permit, permit.standing(versions=VERSIONS, at=NOW))]
    return TestClient(create_app(replace(assistant, proof=lambda: proof, certificates=lambda: kept)))


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def move(console: TestClient, to: str) -> str:
    return words(console.post("/automation/ramp", data={"slice": SLICE, "to": to, "why": "as agreed"}).text)


def test_down_at_will_and_up_one_step_with_a_certificate(console: TestClient) -> None:
    assert "Moved: it takes effect at the next answer." in move(console, "shadow")
    assert "Sent by itself shadow" in words(console.get("/robot").text)
    refused = move(console, "25%")
    assert "That was not done." in refused
    assert "the next step is 1%" in refused
    assert "Moved" in move(console, "1%")
    assert "needs a certificate with labels of the present step" in move(console, "5%")
    assert console.get("/api/automation").json()["ramps"][0]["why"] == "as agreed"


def test_a_release_says_that_the_slice_still_stands_at_shadow(console: TestClient, assistant: Assistant) -> None:
    with assistant.require_store().begin() as tx:
        stop(tx, assistant.pack, scope=SLICE, why="a critical error", roll_back=True, conversation_id="", at=NOW)
    assert "Public: what public policy answers is held back since" in words(console.get("/centre").text)
    said = words(console.post("/automation/hold", data={"scope": SLICE, "on": "false"}).text)
    assert "Off hold, but it stands at shadow: nothing is sent until it is moved up." in said
