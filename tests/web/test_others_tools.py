"""What a help desk, a warehouse and a bot of others need: names to call with, what is new, and what the desk sees."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.domain.certificate import Certificate, Permit, Permits, Proof, Standing
from assistant.web.app import create_app
from tests.desk_builders import NOW

BY = {"by": "ann"}


def take(client: TestClient, number: int, text: str = "please review") -> dict[str, Any]:
    row = {"id": str(number), "text": text, "author": {"handle": f"ann{number}"}}
    taken: dict[str, Any] = client.post("/api/mentions?wait=1", json=row).json()
    return taken


def test_the_log_is_followed_without_a_gap_or_a_double_while_it_grows(client: TestClient) -> None:
    heard: list[dict[str, Any]] = []
    after = 0
    for number in range(5):
        taken = take(client, number)
        client.post(f"/api/conversations/{taken['conversation_id']}/tags", json={"word": "vip", **BY})
        page = client.get(f"/api/log?after={after}&limit=1").json()
        heard, after = [*heard, *page["items"]], page["next"]
    while (page := client.get(f"/api/log?after={after}&limit=3").json())["items"]:
        heard, after = [*heard, *page["items"]], page["next"]
    assert page["next"] == after
    numbers = [each["sequence"] for each in heard]
    assert numbers == sorted(set(numbers))
    assert [each["event"] for each in heard].count("turn_decided") == 5
    tagged = [each for each in heard if each["event"] == "tagged"]
    assert {each["subject"] for each in tagged} == {
        each["conversation_id"] for each in (take(client, n) for n in range(5))
    }
    assert heard[-1]["facts"] == {"tags": 1}


def test_the_log_holds_no_other_brand_s_entries(client: TestClient, assistant: Assistant) -> None:
    """They are passed over, so that whoever follows comes to an end."""
    with assistant.require_store().begin() as tx:
        for brand in ("other", "skylark", "other"):
            tx.append_audit(brand_id=brand, at=NOW, actor="ann", event="noted", subject="c", facts={})
    first = client.get("/api/log?limit=1").json()
    assert [each["brand_id"] for each in first["items"]] == ["skylark"]
    rest = client.get(f"/api/log?after={first['next']}").json()
    assert (rest["items"], rest["next"]) == ([], first["next"])


@pytest.mark.parametrize("wrong", ["after=-1", "limit=0", "limit=1001", "after=99999999999999999999"])
def test_what_no_log_has_is_refused(client: TestClient, wrong: str) -> None:
    assert client.get(f"/api/log?{wrong}").status_code == 422


def test_the_names_other_calls_take_are_listed(client: TestClient) -> None:
    brand = client.get("/api/brand").json()
    assert (brand["id"], brand["name"], brand["answers_in"]) == ("skylark", "Skylark", ["en"])
    assert [each["name"] for each in brand["channels"] if each["enabled"]] == ["x", "email"]
    for queue in brand["queues"]:
        assert client.get(f"/api/conversations?queue={queue['name']}").status_code == 200
    (intent,) = brand["intents"]
    for scope in (intent["id"], intent["topic"], *brand["slices"]):
        held = client.post("/api/automation/holds", json={"scope": scope, "reason": "trial", **BY})
        assert (scope, held.status_code) == (scope, 200)
    assert brand["agents"] == []


def test_the_desk_shows_tags_notes_and_who_holds_it(client: TestClient) -> None:
    page = f"/api/conversations/{take(client, 1)['conversation_id']}"
    client.post(f"{page}/tags", json={"word": "vip", **BY})
    client.post(f"{page}/notes", json={"text": "call back", **BY})
    client.post(f"{page}/claim", json=BY)
    desk = client.get(f"{page}/desk").json()
    assert (desk["triage"]["tags"], desk["triage"]["claimed_by"]) == (["vip"], "ann")
    assert [each["text"] for each in desk["notes"]] == ["call back"]


def test_certificates_are_listed_with_what_suspends_them(assistant: Assistant) -> None:
    slice_ = "skylark/public/self_serve"
    certificate = Certificate(
        slice=slice_,
        certified=True,
        threshold=0.5,
        n=300,
        errors=0,
        coverage=0.8,
        labels=400,
        alpha=0.01,
        delta=0.05,
        labels_needed=0,
        expires_at=NOW + timedelta(days=90),
    )
    permit = Permit(certificate=certificate, versions={"prompts": "a"}, labels_sha256="", given_at=NOW)
    proof = Proof(permits=Permits(permits=(permit,)), versions={"prompts": "b"})
    wired = replace(assistant, certificates=lambda: [(permit, Standing.CHANGED)], proof=lambda: proof)
    (shown,) = TestClient(create_app(wired)).get("/api/automation/certificates").json()
    assert (shown["certificate"]["slice"], shown["standing"], shown["changed"]) == (slice_, "changed", ["prompts"])
    assert TestClient(create_app(assistant)).get("/api/automation/certificates").json() == []
