"""What follows a conversation, through the API."""

from starlette.testclient import TestClient

from tests.web.test_desk import taken


def test_fixes_and_their_figures(client: TestClient) -> None:
    mention = taken(client, "help me")
    assert client.get(f"/api/conversations/{mention['conversation_id']}/follow-ups").json() == []
    assert client.get("/api/conversations/nowhere/follow-ups").status_code == 404
    figures = client.get("/api/follow-ups/outcomes?days=7").json()
    assert (figures["fixes"], figures["csat"], figures["durable_share"]) == (0, None, None)
    assert client.get("/api/follow-ups/outcomes?days=0").status_code == 422
