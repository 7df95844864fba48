"""What a help desk, a warehouse and a bot of others need: names to call with, what is new, and what the desk sees."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.domain.certificate import Certificate, Permit, Permits, Proof, Standing
from assistant.domain.conversation import ReplyState
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


def test_what_became_of_one_message_is_asked_by_its_id(client: TestClient) -> None:
    taken = client.post("/api/mentions", json={"id": "9", "text": "please review"}).json()
    page = f"/api/mentions/{taken['mention_id']}"
    waiting = client.get(page).json()
    assert (waiting["mention"]["external_id"], waiting["change"], waiting["turn"]) == ("9", None, None)
    decided = client.post("/api/mentions?wait=1", json={"id": "9", "text": "please review"}).json()["turn"]
    assert client.get(page).json()["turn"] == decided
    client.post(f"{page}/deleted")
    gone = client.get(page).json()
    assert (gone["mention"]["text"], gone["change"]["deleted"]) == ("", True)
    assert client.get("/api/mentions/none").status_code == 404


def test_a_supervisor_is_called_and_called_off(client: TestClient) -> None:
    page = f"/api/conversations/{take(client, 1)['conversation_id']}"
    said = [client.post(f"{page}/escalate", json={"on": on, **BY}).json()["escalated"] for on in (True, True, False)]
    assert said == [True, True, False]
    told = [each["event"] for each in client.get(f"{page}/log").json() if "escalated" in each["event"]]
    assert told == ["escalated", "de_escalated"]


def test_an_answer_that_went_out_is_pulled_back(client: TestClient, assistant: Assistant) -> None:
    taken = take(client, 1)
    page = f"/api/conversations/{taken['conversation_id']}"
    sent = {"disposition": "accepted", "seen_version": client.get(page).json()["conversation"]["version"], **BY}
    reply = client.post(f"/api/turns/{taken['turn']['id']}/review", json=sent).json()["reply"]
    pull_back = f"/api/replies/{reply['id']}/pull-back"
    early = client.post(pull_back, json={"why": "wrong size", **BY})
    assert (early.status_code, early.json()["title"]) == (403, "NotAllowed")
    with assistant.require_store().begin() as tx:
        out = {"state": ReplyState.SENT, "sent_id": "n-1"}
        tx.save_reply(tx.reply(reply["id"]).model_copy(update=out))
    again = client.post(pull_back, json={"why": "wrong size", **BY})
    assert (again.status_code, again.json()["number"]) == (200, 2)
    assert client.get(page).json()["conversation"]["state"] == "open"
    assert client.post("/api/replies/none/pull-back", json={"why": "x", **BY}).status_code == 404


@pytest.mark.parametrize("nothing", ["%20", "%20%09", ""])
def test_a_search_for_nothing_finds_nothing(client: TestClient, nothing: str) -> None:
    refused = client.get(f"/api/search?q={nothing}")
    assert (refused.status_code, refused.json()["fields"][0]["field"]) == (422, "q")


HALF = "\\ud83d"
"""As JSON writes what is left of an emoji that was cut."""


AS_JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "place", ['"author": {"name": "Ann %s"}', '"author": {"handle": "ann%s"}', '"in_reply_to": "%s"']
)
def test_half_an_emoji_loses_no_message(client: TestClient, place: str) -> None:
    body = f'{{"id": "7", "text": "hi {HALF}", {place % HALF}}}'
    taken = client.post("/api/mentions", content=body, headers=AS_JSON)
    assert (taken.status_code, taken.json().get("new")) == (202, True)


def test_half_an_emoji_stops_nobody_at_the_desk(client: TestClient) -> None:
    taken = take(client, 1)
    page, turn = f"/api/conversations/{taken['conversation_id']}", f"/api/turns/{taken['turn']['id']}"
    version = client.get(page).json()["conversation"]["version"]
    review = f'"disposition": "responded", "seen_version": {version}'
    for path, more in (
        (f"/api/mentions/{taken['mention_id']}/edited", ""),
        (f"{page}/notes", ', "by": "ann"'),
        (f"{turn}/check", ""),
        (f"{turn}/review", f', "by": "ann", {review}, "confirmed": true'),
    ):
        answer = client.post(path, content=f'{{"text": "Hello {HALF}"{more}}}', headers=AS_JSON)
        assert answer.status_code != 422, (path, answer.text)
    assert client.get(page).json()["mentions"][0]["text"] == "Hello \N{REPLACEMENT CHARACTER}"
    assert client.get(f"{page}/desk").json()["notes"][0]["text"] == "Hello \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(("noun", "said"), [("drills", "no drill is played"), ("suite-runs", "no run is under way")])
def test_what_is_not_under_way_cannot_be_ended(client: TestClient, noun: str, said: str) -> None:
    refused = client.post(f"/api/{noun}/newest/end", json=BY)
    assert (refused.status_code, refused.json()["detail"]) == (404, said)
