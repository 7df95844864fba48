"""Who may call, and what every answer carries."""

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.desk.agents import add_agent
from assistant.domain.agent import Role
from assistant.web.app import create_app
from assistant.workflows.intake_groups import IntakeGroups
from tests.builders import QuickPasswords
from tests.desk_builders import NOW


def test_a_key_is_needed_where_one_is_set(locked: TestClient) -> None:
    assert locked.get("/api/automation").status_code == 401
    assert locked.get("/queue/review").status_code == 401
    assert locked.get("/api/health").status_code == 200


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Basic !!!", "Digest open sesame", "Basic b3BlbjpvcGVu"])
def test_a_wrong_key_is_refused(locked: TestClient, header: str) -> None:
    refused = locked.get("/api/automation", headers={"authorization": header})
    assert refused.status_code == 401
    assert "Authorization: Bearer" in refused.json()["detail"]
    assert refused.json()["detail"].startswith("the key sent isn't this service's")
    assert locked.get("/api/automation").json()["detail"].startswith("send the key")


def test_the_right_key_opens_api_and_console(locked: TestClient) -> None:
    assert locked.get("/api/automation", headers={"authorization": "Bearer open sesame"}).status_code == 200
    assert locked.get("/queue/review", auth=("anyone", "open sesame")).status_code == 200


def test_a_foreign_page_cannot_write(client: TestClient) -> None:
    answer = client.post("/api/mentions", json={"id": "1", "text": "a"}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    answer = client.post("/automation/kill-switch", data={"on": "true"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    answer = client.post("/api/mentions", json={"id": "1", "text": "a"}, headers={"origin": "http://["})
    assert answer.status_code == 403


def test_a_foreign_name_for_this_machine_is_refused(client: TestClient) -> None:
    assert client.get("/api/health", headers={"host": "rebound.example"}).status_code == 421


@pytest.mark.parametrize("page", ["/queue/review", "/docs"])
def test_every_page_carries_a_strict_policy(client: TestClient, page: str) -> None:
    headers = client.get(page).headers
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_the_documentation_needs_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "://" not in page
    needed = re.findall(r'(?:href|src)="([^"]+)"', page)
    assert len(needed) >= 4
    assert {client.get(each).status_code for each in needed} == {200}


def test_from_the_first_agent_on_no_mention_of_a_stranger_is_kept(assistant: Assistant) -> None:
    store = assistant.require_store()
    intake = IntakeGroups(store, assistant.clock)
    stranger = TestClient(create_app(replace(assistant, intake=intake)))
    for number in ("1", "2"):
        assert stranger.post("/api/mentions", json={"id": number, "text": "bag?"}).status_code == 202
    with store.begin() as tx:
        add_agent(
            tx,
            name="Ana",
            role=Role.ADMIN,
            queues=(),
            password="correct horse battery",
            passwords=QuickPasswords(),
            at=NOW,
        )
    for path in ("/api/mentions", "/api/mentions?wait=1"):
        refused = stranger.post(path, json={"id": "3", "text": "bag?"})
        assert (refused.status_code, refused.json()["title"]) == (401, "SignInNeeded")
    with store.read() as look:
        assert look.backlog(brand_id="skylark", limit=9) == 2
    intake.close()
