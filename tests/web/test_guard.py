"""Who may call, and what every answer carries."""

import pytest
from starlette.testclient import TestClient


def test_a_key_is_needed_where_one_is_set(locked: TestClient) -> None:
    assert locked.get("/api/automation").status_code == 401
    assert locked.get("/queue/review").status_code == 401
    assert locked.get("/api/health").status_code == 200


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Basic !!!", "Digest open sesame", "Basic b3BlbjpvcGVu"])
def test_a_wrong_key_is_refused(locked: TestClient, header: str) -> None:
    refused = locked.get("/api/automation", headers={"authorization": header})
    assert refused.status_code == 401
    assert "Authorization: Bearer" in refused.json()["detail"]


def test_the_right_key_opens_api_and_console(locked: TestClient) -> None:
    assert locked.get("/api/automation", headers={"authorization": "Bearer open sesame"}).status_code == 200
    assert locked.get("/queue/review", auth=("anyone", "open sesame")).status_code == 200


def test_a_foreign_page_cannot_write(client: TestClient) -> None:
    answer = client.post("/api/mentions", json={"id": "1", "text": "a"}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    answer = client.post("/automation/kill-switch", data={"on": "true"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


def test_a_foreign_name_for_this_machine_is_refused(client: TestClient) -> None:
    assert client.get("/api/health", headers={"host": "rebound.example"}).status_code == 421


def test_every_page_carries_a_strict_policy(client: TestClient) -> None:
    headers = client.get("/queue/review").headers
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
