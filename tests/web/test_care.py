"""What follows a conversation, through the API."""

from starlette.testclient import TestClient

from assistant.gate import _measure
from tests.web.test_desk import taken


def test_one_customer_through_the_api(client: TestClient) -> None:
    mention = taken(client, "help me, or mail ann@quill.example")
    path = f"/api/conversations/{mention['conversation_id']}/person"
    before = client.get(path).json()
    assert (before["person"], before["verified"], before["history"]) == (None, False, [])
    assert before["suggestions"][0]["handle"] == {"channel": "email", "handle": "ann@quill.example"}
    pair = {"known": {"channel": "x", "handle": "ann"}, "other": before["suggestions"][0]["handle"]}
    asked = {**pair, "confidence": 0.8, "why": "wrote it", "by": "lead"}
    assert client.post("/api/persons/join", json={**asked, "consent": ""}).status_code in {403, 409}
    person = client.post("/api/persons/join", json={**asked, "consent": "in their message"}).json()
    proof = {"handle": pair["known"], "how": "code", "by": "lead"}
    assert client.post(f"/api/persons/{person['id']}/verify", json=proof).status_code == 200
    after = client.get(path).json()
    assert (after["verified"], after["account_facts"]) == (True, False)
    undone = client.post(f"/api/persons/{person['id']}/undo", json={"handle": pair["other"], "by": "lead"}).json()
    assert len(undone["joins"]) == 1
    gone = client.post("/api/persons/forget", json={"handle": pair["known"], "by": "lead"}).json()
    assert gone == {"conversations": 1, "handles": 1}
    assert client.get(f"/api/conversations/{mention['conversation_id']}").json()["mentions"][0]["text"] == ""


def test_goodwill_and_fairness_through_the_api(client: TestClient) -> None:
    mention = taken(client, "help me")
    offered = client.get(f"/api/conversations/{mention['conversation_id']}/goodwill").json()
    assert offered == {"rule": None, "offer": None, "left": 0.0}
    seen = client.get("/api/fairness").json()
    assert (seen["alert"], seen["unequal_offers"], seen["gaps"][0]["share"]) == (False, [], None)


def test_fixes_and_their_figures(client: TestClient) -> None:
    mention = taken(client, "help me")
    assert client.get(f"/api/conversations/{mention['conversation_id']}/follow-ups").json() == []
    assert client.get("/api/conversations/nowhere/follow-ups").status_code == 404
    figures = client.get("/api/follow-ups/outcomes?days=7").json()
    assert (figures["fixes"], figures["csat"], figures["durable_share"]) == (0, None, None)
    assert client.get("/api/follow-ups/outcomes?days=0").status_code == 422


def test_an_expert_is_asked_and_answers_through_the_api(client: TestClient) -> None:
    mention = taken(client, "help me")
    path = f"/api/conversations/{mention['conversation_id']}"
    side = client.post(f"{path}/ask-expert", json={"expert": "Cargo", "question": "Skis?", "by": "ann"}).json()
    done = client.post(f"/api/expert-asks/{side['id']}/answer", json={"text": "One bag."}).json()
    assert done["draft_turn"].startswith(mention["mention_id"])
    assert client.get(f"{path}/expert-asks").json() == [done]
    assert client.post("/api/expert-asks/none/answer", json={"text": "Yes."}).status_code == 404
    late = client.post(f"/expert-asks/{side['id']}/answer", data={"text": "Two bags."}, follow_redirects=False)
    assert (late.status_code, "Cargo answered this at" in late.text) == (409, True)  # it said: write who and what, once


def test_forgetting_empties_what_the_process_remembers_at_once(client: TestClient) -> None:
    row = {"id": "1", "text": "please review my ticket ZX81 now", "author": {"handle": "ann"}}
    said = client.post("/api/mentions?wait=1", json=row).json()
    client.post(f"/api/turns/{said['mention_id']}-1/check", json={"text": "Your ticket ZX81 is fine."})
    assert _measure.cache_info().currsize > 0
    given = {"handle": {"channel": "x", "handle": "ann"}, "by": "lead"}
    assert client.post("/api/persons/forget", json=given).json() == {"conversations": 1, "handles": 1}
    assert _measure.cache_info().currsize == 0
