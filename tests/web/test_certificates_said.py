"""That a certificate ended, was suspended or ends soon is said where a supervisor looks, not only in the robot log."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.desk.automation import move as moved
from assistant.domain.automation import Step
from assistant.domain.certificate import Certificate, Permit, Permits, Proof
from assistant.evals.certificate import WHOLE
from assistant.web.app import create_app
from tests.desk_builders import NOW

SLICE = "skylark/private/self_serve"


def told(assistant: Assistant, path: str, **change: object) -> str:
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
    permit = Permit.model_validate(
        {
            "certificate": certificate,
            "versions": change.get("versions", {"pack": "now"}),
            "labels_sha256": "x",
            "given_at": NOW,
        }
    )
    proof = Proof(permits=Permits(permits=(permit,)), versions={"pack": "now"})
    kept = [(permit, permit.standing(versions={"pack": "now"}, at=NOW))]
    client = TestClient(create_app(replace(assistant, proof=lambda: proof, certificates=lambda: kept)))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(path).text))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"expires_at": NOW - timedelta(days=1)},
            "what public policy answers: the certificate ended on 01 Mar",
        ),
        ({"versions": {"pack": "older"}}, "the certificate is suspended, changed: pack"),
        ({"expires_at": NOW + timedelta(days=6)}, "the certificate ends on 08 Mar"),
        ({"certified": False, "labels_needed": 29}, "No certificate stands: nothing is answered by itself"),
    ],
)
def test_the_centre_says_what_became_of_them(assistant: Assistant, change: dict[str, object], said: str) -> None:
    assert said in told(assistant, "/centre", **change)


def test_who_automates_nothing_is_not_told_that_nothing_is_certified(assistant: Assistant) -> None:
    policy = assistant.pack.automation.model_copy(update={"intents": ()})
    calm = replace(assistant, pack=assistant.pack.model_copy(update={"automation": policy}))
    assert "No certificate stands" not in told(calm, "/centre", certified=False, labels_needed=29)


def test_a_certificate_that_stands_for_long_is_not_news(assistant: Assistant) -> None:
    page = told(assistant, "/centre")
    assert "the certificate" not in page
    assert "No certificate stands" not in page
    assert "Automation is on" in page


@pytest.mark.parametrize("path", ["/queue/waiting", "/centre", "/robot"])
def test_automation_isnt_said_to_be_on_where_nothing_is_certified(assistant: Assistant, path: str) -> None:
    page = told(assistant, path, expires_at=NOW - timedelta(days=1))
    assert "Automation is on" not in page
    assert "Nothing is certified" in page


def test_automation_isnt_said_to_be_on_where_every_slice_stands_at_shadow(assistant: Assistant) -> None:
    with assistant.require_store().begin() as tx:
        moved(tx, assistant.pack, slice_=SLICE, to=Step.SHADOW, proof=None, by="sue", why="", at=NOW)
    page = told(assistant, "/centre")
    assert "Automation is on" not in page
    assert "All stands at shadow" in page


def test_a_brand_without_a_judged_draft_is_told_how_many_it_takes(assistant: Assistant) -> None:
    none = {"slice": WHOLE, "certified": False, "threshold": None, "n": 0, "labels": 0, "labels_needed": 59}
    page = told(assistant, "/robot", **none)
    assert "No draft was judged yet State not given; at least 59 more judged drafts would tell" in page
    assert "Sent by itself" not in page
