"""What the API says of the state of the knowledge base."""

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
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


def test_versions_of_an_article_and_of_none(api: TestClient) -> None:
    (version,) = api.get("/api/knowledge/articles/one/versions").json()
    assert (version["article"]["body"], version["withdrawn_at"]) == ("Dogs may travel in the cabin.", None)
    assert api.get("/api/knowledge/articles/none/versions").status_code == 404


def test_gaps_are_listed(api: TestClient) -> None:
    assert api.get("/api/knowledge/gaps").json() == []
    assert api.get("/api/knowledge/gaps", params={"days": 0}).status_code == 422
