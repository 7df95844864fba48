"""The desk through the API."""

from collections.abc import Mapping

from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.domain.approval import Approval
from assistant.domain.escalation import Escalation, EscalationKind
from assistant.domain.peer import PeerEnd, PeerInvite
from tests.desk_builders import NOW, SetClock


def taken(client: TestClient, text: str, number: str = "1") -> Mapping[str, str]:
    row = {"id": number, "text": text, "author": {"handle": "ann"}}
    body: Mapping[str, str] = client.post("/api/mentions?wait=1", json=row).json()
    return body


def test_a_hand_off_with_its_clock_and_what_makes_a_draft_stale(client: TestClient) -> None:
    mention = taken(client, "please review this")
    at_desk = client.get(f"/api/conversations/{mention['conversation_id']}/desk").json()
    assert at_desk["clock"]["queue"] == "baggage"
    assert at_desk["due_at"] == at_desk["clock"]["promised_by"]
    client.post(f"/api/mentions/{mention['mention_id']}/edited", json={"text": "something else"})
    again = client.get(f"/api/conversations/{mention['conversation_id']}/desk").json()
    assert "The message was edited." in again["stale"]
    review = {"disposition": "accepted", "seen_version": 2, "by": "ann"}
    refused = client.post(f"/api/turns/{mention['mention_id']}-1/review", json=review)
    assert (refused.status_code, refused.json()["title"]) == (409, "StaleDraft")
    handed = taken(client, "help me", "2")
    (handoff,) = client.get(f"/api/conversations/{handed['conversation_id']}/desk").json()["handoffs"]
    assert handoff["number"] == 1


def test_owners_candidates_and_deletion(client: TestClient) -> None:
    mention = taken(client, "help me")
    path = f"/api/conversations/{mention['conversation_id']}"
    assert client.get(f"{path}/candidates").json() == []
    given = client.post(f"{path}/assign", json={"agent": "ann", "by": "lead"}).json()
    assert (given["agent"], given["why"]) == ("ann", ["Given by lead."])
    gone = client.post(f"/api/mentions/{mention['mention_id']}/deleted")
    assert gone.json()["deleted"] is True
    assert client.post("/api/mentions/nobody/deleted").status_code == 404


def test_an_edited_message_is_read_in_its_newest_words(client: TestClient) -> None:
    mention = taken(client, "please review my broken pram")
    client.post(f"/api/mentions/{mention['mention_id']}/edited", json={"text": "my 4111 1111 1111 1111 ski bag"})
    path = f"/api/conversations/{mention['conversation_id']}"
    detail = client.get(path).json()
    assert [each["text"] for each in detail["mentions"]] == ["my 4111 1111 1111 1111 ski bag"]
    preview = detail["conversation"]["preview"]
    assert ("ski bag" in preview, "4111" in preview) == (True, False)
    assert mention["conversation_id"] in client.get("/queue/waiting?q=ski").text


def test_an_edit_takes_no_piece_out_of_other_words(client: TestClient) -> None:
    conversation = taken(client, "please review and helpfully find my pram")["conversation_id"]
    second = taken(client, "help", "2")
    assert second["conversation_id"] == conversation
    client.post(f"/api/mentions/{second['mention_id']}/edited", json={"text": "good evening"})
    (handoff, *_) = client.get(f"/api/conversations/{conversation}/desk").json()["handoffs"]
    assert "helpfully find my pram" in handoff["summary"]


def test_what_a_message_said_before_it_was_edited_is_kept_nowhere(client: TestClient) -> None:
    mention = taken(client, "please review and help with my broken pram")
    conversation = mention["conversation_id"]
    assert "pram" in client.get(f"/api/conversations/{conversation}/desk").json()["handoffs"][0]["summary"]
    client.post(f"/api/mentions/{mention['mention_id']}/edited", json={"text": "my ski bag"})
    path = f"/api/conversations/{conversation}"
    for kept in (
        path,
        f"{path}/desk",
        f"{path}/log",
        f"/api/turns/{mention['mention_id']}-1",
        f"/conversations/{conversation}",
    ):
        assert "pram" not in client.get(kept).text, kept
    found = {words: conversation in client.get(f"/queue/waiting?q={words}").text for words in ("pram", "ski", "ann")}
    assert found == {"pram": False, "ski": True, "ann": True}
    client.post(
        "/api/mentions?wait=1", json={"id": "1", "text": "help with my broken pram", "author": {"handle": "ann"}}
    )
    assert "pram" not in client.get(path).text


def test_a_message_deleted_through_the_api_is_forgotten(client: TestClient) -> None:
    mention = taken(client, "please review my broken pram")
    client.post(f"/api/mentions/{mention['mention_id']}/deleted")
    for path in (f"/api/conversations/{mention['conversation_id']}", f"/api/turns/{mention['mention_id']}-1"):
        assert "pram" not in client.get(path).text
    client.post("/api/mentions?wait=1", json={"id": "1", "text": "please review my broken pram"})
    assert "pram" not in client.get(f"/api/conversations/{mention['conversation_id']}").text


def test_forgetting_on_a_channel_the_brand_never_had_is_refused(client: TestClient) -> None:
    mention = taken(client, "please review my broken pram")
    body = {"handle": {"channel": "twitter", "handle": "ann"}, "by": "lead"}
    refused = client.post("/api/persons/forget", json=body)
    assert (refused.status_code, refused.json()["title"]) == (422, "ChannelUnknown")
    body["handle"] = {"channel": "x", "handle": "ann"}
    assert client.post("/api/persons/forget", json=body).json()["conversations"] == 1
    assert "pram" not in client.get(f"/api/conversations/{mention['conversation_id']}").text


def test_what_is_open_is_found_behind_any_number_that_are_not(client: TestClient, assistant: Assistant) -> None:
    """Of the newest hundred those that are open were given: an older one that nobody had seen was on no list."""
    about = {"brand_id": "skylark", "conversation_id": "c"}
    with assistant.require_store().begin() as tx:
        for name, seen_at in (("older", None), ("newer", NOW)):
            call = Escalation(
                id=name, **about, kind=EscalationKind.ON_CALL, team="care", told=(), acknowledged_at=seen_at
            )
            tx.save_escalation(call, look_at=None)
            asked = {"turn_id": "t", "team": "care", "text": '"approved":null', "asked_by": "ann", "asked_at": NOW}
            approved = None if seen_at is None else False
            tx.save_approval(Approval(id=name, **about, **asked, escalation="e", approved=approved))
            invited = {"mention_id": "m", "turn_id": "t", "advocate": "a", "why": (), "at": NOW, "expires_at": NOW}
            ended = None if seen_at is None else PeerEnd.SILENT
            tx.save_peer_invite(PeerInvite(id=name, **about, **invited, ended=ended), look_at=None)
    for noun in ("escalations", "approvals", "peer-invites"):
        found = client.get(f"/api/{noun}?limit=1&only_open=true").json()
        assert [each["id"] for each in found] == ["older"], noun
        assert [each["id"] for each in client.get(f"/api/{noun}?limit=1").json()] == ["newer"], noun


def test_escalations_and_the_forecast(client: TestClient, clock: SetClock) -> None:
    taken(client, "help me")
    assert client.get("/api/escalations").json() == []
    assert client.post("/api/escalations/none/acknowledge", json={"by": "ann"}).status_code == 404
    seen = client.get("/api/queues/baggage/forecast").json()
    assert (seen["waiting"], seen["arrivals_per_hour"], seen["served_per_hour"]) == (1, 0.25, 0.0)
    assert seen["breaks_at"] is not None
    fast = client.get("/api/queues/baggage/forecast?served_per_hour=60").json()
    assert fast["breaks_at"] is None
    assert client.get("/api/queues/nowhere/forecast").status_code == 404


def test_open_pages_hear_of_what_is_given_to_somebody_from_elsewhere(client: TestClient, assistant: Assistant) -> None:
    conversation = taken(client, "help me")["conversation_id"]
    with assistant.require_store().read() as look:
        before = look.last_event()
    client.post(f"/api/conversations/{conversation}/assign", json={"agent": "ann", "by": "lead"})
    with assistant.require_store().read() as look:
        heard = look.events(brand_id="skylark", after=before, limit=9)
    assert [(each.kind, each.conversation_id) for each in heard] == [("assigned", conversation)]


def test_the_record_says_to_whom_it_was_given_from_elsewhere(client: TestClient) -> None:
    """Of the console's own it did; of the API's and the assistant's it said “to nobody”."""
    conversation = taken(client, "help me")["conversation_id"]
    client.post(f"/api/conversations/{conversation}/assign", json={"agent": "ann", "by": "lead"})
    page = client.get("/record?who=lead").text
    assert ("lead gave it to ann" in page, "to nobody" in page) == (True, False)
    client.post(f"/conversations/{conversation}/desk", data={"action": "assign", "value": ""})
    assert "gave it to nobody" in client.get("/record").text
