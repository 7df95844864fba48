"""Sources in the API: listed with what is wrong, read when asked for, woken by a webhook that knows the secret."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.domain.sources import KnowledgeSource, SourceFlag
from assistant.web.app import create_app
from assistant.web.console.sourcing import FLAGS


@pytest.fixture
def api(assistant: Assistant) -> TestClient:
    sources = (KnowledgeSource(name="help-centre", address="zendesk:https://brand.example", every_hours=6),)
    return TestClient(create_app(replace(assistant, pack=assistant.pack.model_copy(update={"sources": sources}))))


def waits(api: TestClient) -> bool:
    (state,) = api.get("/api/knowledge/sources").json()
    return bool(state["waits"])


def test_a_source_never_read_is_flagged(api: TestClient) -> None:
    (state,) = api.get("/api/knowledge/sources").json()
    assert (state["source"]["name"], state["flags"], state["waits"]) == ("help-centre", ["never_read"], False)


def test_it_is_read_when_asked_for(api: TestClient) -> None:
    answer = api.post("/api/knowledge/sources/help-centre/sync")
    assert (answer.status_code, answer.json()["asker"]) == (202, "api")
    assert waits(api)
    assert api.post("/api/knowledge/sources/none/sync").status_code == 404


def test_a_webhook_needs_the_secret(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "/webhooks/knowledge/help-centre"
    assert api.post(address).status_code == 404
    monkeypatch.setenv("ASSISTANT_SOURCE_HELP_CENTRE_SECRET", "open sesame")
    assert api.post(address, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert not waits(api)
    assert api.post(address, headers={"Authorization": "Bearer open sesame"}).status_code == 202
    assert waits(api)
    monkeypatch.setenv("ASSISTANT_SOURCE_NONE_SECRET", "open sesame")
    assert api.post("/webhooks/knowledge/none", headers={"Authorization": "Bearer open sesame"}).status_code == 404


def test_the_console_shows_what_is_wrong_and_reads_a_source_when_told(api: TestClient) -> None:
    page = api.get("/knowledge/sources").text
    assert "zendesk:https://brand.example" in page
    assert FLAGS[SourceFlag.NEVER_READ] in page
    assert "waits to be read" not in page
    assert "every 6 hours" in page
    assert api.post("/knowledge/sources/help-centre", follow_redirects=False).status_code == 303
    assert waits(api)
    assert "waits to be read" in api.get("/knowledge/sources").text
    assert api.post("/knowledge/sources/none").status_code == 404


def test_a_brand_without_sources_is_told_how_to_name_one(client: TestClient) -> None:
    assert "sources.yaml" in client.get("/knowledge/sources").text


def test_every_flag_is_said_in_words() -> None:
    assert FLAGS.keys() == set(SourceFlag)
