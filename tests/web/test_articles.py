"""Articles over HTTP: listed, read with the file they stand in, written and changed as the console does."""

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.kb.new_pack import NewBrand, new_pack
from assistant.kb.pack import load_pack
from assistant.web.app import create_app
from assistant.workflows.keep_articles import keep_articles
from tests.web.test_knowledge_room import ARTICLE

BY = {"by": "ann"}
ARTICLES = "/api/knowledge/articles"


@pytest.fixture
def wired(assistant: Assistant, tmp_path: Path) -> Assistant:
    new_pack(tmp_path, NewBrand(name="Skylark"))
    for name in ("bag-size", "late-flight", "pets"):
        text = ARTICLE.replace("id: bag-size", f"id: {name}")
        (tmp_path / "articles" / f"{name}.md").write_text(text, encoding="utf-8")
    pack = load_pack(tmp_path)
    keep_articles(pack, store=assistant.require_store(), clock=assistant.clock)
    return replace(assistant, pack=pack, folder=tmp_path)


@pytest.fixture
def client(wired: Assistant) -> TestClient:
    return TestClient(create_app(wired))


def test_articles_are_listed_page_by_page(client: TestClient) -> None:
    first = client.get(f"{ARTICLES}?limit=2").json()
    rest = client.get(f"{ARTICLES}?limit=2&after={first['next']}").json()
    assert [each["id"] for each in (*first["items"], *rest["items"])] == ["bag-size", "late-flight", "pets"]
    assert rest["next"] is None
    assert first["items"][0] == {
        "id": "bag-size",
        "title": "Bag size",
        "summary": "A cabin bag may measure 55 x 40 x 20 cm.",
        "status": "approved",
        "audience": "public",
        "language": "en",
        "owner": "desk",
        "version": 1,
        "valid_from": "2026-01-01",
        "valid_until": None,
        "review_by": None,
    }


def test_an_article_is_changed_as_its_next_version(client: TestClient, tmp_path: Path) -> None:
    read = client.get(f"{ARTICLES}/bag-size").json()
    assert (read["article"]["version"], read["text"]) == (1, ARTICLE)
    changed = read["text"].replace("55 x 40", "56 x 45")
    kept = client.put(f"{ARTICLES}/bag-size", json={"text": changed, "seen": read["seen"], **BY})
    assert (kept.status_code, kept.json()["article"]["version"]) == (200, 2)
    assert kept.json() == client.get(f"{ARTICLES}/bag-size").json()
    assert "56 x 45" in (tmp_path / "articles" / "bag-size.md").read_text(encoding="utf-8")
    assert [each["article"]["version"] for each in client.get(f"{ARTICLES}/bag-size/versions").json()] == [2, 1]
    late = client.put(f"{ARTICLES}/bag-size", json={"text": changed, "seen": read["seen"], **BY})
    assert (late.status_code, late.json()["title"]) == (409, "Conflict")


@pytest.mark.parametrize("written", ['version: "1"', "version: 1 # the first", "version:  1"])
def test_the_file_says_the_next_version_however_the_last_is_written(
    client: TestClient, tmp_path: Path, written: str
) -> None:
    """The file went on saying the old one, so that two texts had one number."""
    path = tmp_path / "articles" / "bag-size.md"
    path.write_text(ARTICLE.replace("version: 1", written), encoding="utf-8")
    read = client.get(f"{ARTICLES}/bag-size").json()
    kept = client.put(f"{ARTICLES}/bag-size", json={"text": read["text"], "seen": read["seen"], **BY})
    assert (kept.status_code, load_pack(tmp_path).articles_by_id["bag-size"].version) == (200, 2)


def test_an_article_is_written(client: TestClient) -> None:
    text = ARTICLE.replace("id: bag-size", "id: duty-free")
    made = client.post(ARTICLES, json={"text": text, **BY})
    assert (made.status_code, made.json()["article"]["id"]) == (201, "duty-free")
    assert client.get(f"{ARTICLES}/duty-free").json() == made.json()
    assert client.post(ARTICLES, json={"text": text, **BY}).status_code == 409


def test_each_mistake_in_a_text_is_named_and_nothing_is_kept(client: TestClient) -> None:
    """Its writer can mend it, so it's no fault of the service."""
    wrong = ARTICLE.replace("valid_from: 2026-01-01", "valid_from: soon").replace("version: 1", "version: one")
    read = client.get(f"{ARTICLES}/pets").json()
    refused = [
        client.post(ARTICLES, json={"text": wrong, **BY}),
        client.put(f"{ARTICLES}/pets", json={"text": wrong, "seen": read["seen"], **BY}),
    ]
    assert [each.status_code for each in refused] == [422, 422]
    assert all("valid_from" in each.json()["detail"] and "version" in each.json()["detail"] for each in refused)
    assert client.get(f"{ARTICLES}/pets").json() == read


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    body = {"text": ARTICLE, "seen": "", **BY}
    assert client.get(f"{ARTICLES}/none").status_code == 404
    assert client.put(f"{ARTICLES}/none", json=body).status_code == 404
    assert client.get(f"{ARTICLES}?after=zzz").json() == {"items": [], "next": None}


def test_a_process_without_a_folder_reads_articles_and_says_where_they_are_written(wired: Assistant) -> None:
    client = TestClient(create_app(replace(wired, folder=None)))
    read = client.get(f"{ARTICLES}/pets").json()
    assert (read["article"]["id"], read["text"], read["seen"]) == ("pets", None, None)
    refused = client.post(ARTICLES, json={"text": ARTICLE, **BY})
    assert (refused.status_code, "without a folder" in refused.json()["detail"]) == (422, True)


def test_what_no_store_takes_is_replaced_in_an_article(client: TestClient, tmp_path: Path) -> None:
    read = client.get(f"{ARTICLES}/pets").json()
    changed = {"text": read["text"] + "Cats\0 and dogs.\n", "seen": read["seen"], **BY}
    kept = client.put(f"{ARTICLES}/pets", json=changed)
    assert kept.json()["article"]["body"].endswith("Cats\N{REPLACEMENT CHARACTER} and dogs.")
    assert "\0" not in (tmp_path / "articles" / "pets.md").read_text(encoding="utf-8")
