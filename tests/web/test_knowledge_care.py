"""What the API says of the state of the knowledge base."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.domain.knowledge import Article
from assistant.kb import health
from assistant.kb.health import Health
from assistant.ports import Embedder
from assistant.web.app import create_app
from assistant.workflows.keep_articles import keep_articles
from tests.builders import an_article


@pytest.fixture
def api(assistant: Assistant, tmp_path: Path) -> TestClient:
    articles = (an_article("one", body="Dogs may travel in the cabin."), an_article("two", body="Other words here."))
    kept = replace(
        assistant,
        pack=assistant.pack.model_copy(update={"articles": articles}),
        settings=assistant.settings.model_copy(update={"data_dir": tmp_path}),
    )
    keep_articles(kept.pack, store=kept.require_store(), clock=kept.clock)
    return TestClient(create_app(kept))


def test_health_counts_what_was_compared(api: TestClient) -> None:
    answer = api.get("/api/knowledge/health").json()
    assert (answer["articles"], answer["conflicts"]) == (2, [])
    assert [(twins["keep"], twins["merge"]) for twins in answer["twins"]] in ([("one", "two")], [("two", "one")])


def test_articles_that_stay_as_they_are_are_compared_once(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes seconds, and the console's page and the API ask for it as often as they are asked."""
    compared: list[int] = []

    def examine(articles: Sequence[Article], *, embedder: Embedder, on: date) -> Health:
        compared.append(len(articles))
        return found(articles, embedder=embedder, on=on)

    found = health.examine
    monkeypatch.setattr(health, "examine", examine)
    first = api.get("/api/knowledge/health").json()
    assert (api.get("/api/knowledge/health").json(), api.get("/knowledge/health/found").status_code) == (first, 200)
    app = api.app
    assert isinstance(app, FastAPI)
    wired: Assistant = app.state.assistant
    articles = (*wired.pack.articles, an_article("three", body="Cats may travel in the hold."))
    app.state.assistant = replace(wired, pack=wired.pack.model_copy(update={"articles": articles}))
    assert api.get("/api/knowledge/health").json()["articles"] == 3
    assert compared == [2, 3]


def test_versions_of_an_article_and_of_none(api: TestClient) -> None:
    (version,) = api.get("/api/knowledge/articles/one/versions").json()
    assert (version["article"]["body"], version["withdrawn_at"]) == ("Dogs may travel in the cabin.", None)
    assert api.get("/api/knowledge/articles/none/versions").status_code == 404


def test_gaps_are_listed(api: TestClient) -> None:
    assert api.get("/api/knowledge/gaps").json() == []
    assert api.get("/api/knowledge/gaps", params={"days": 0}).status_code == 422
