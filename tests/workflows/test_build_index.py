"""Only what customers may be told is indexed, and only where something changed."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from assistant.adapters.memory_index import MemoryIndex
from assistant.domain.brand import Pack
from assistant.domain.knowledge import Article
from assistant.domain.readers import Readers
from assistant.domain.vocabulary import Audience
from assistant.kb.index import Built
from assistant.kb.pack import load_pack
from assistant.workflows.build_index import build_index
from tests.builders import HashEmbedder, an_article

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def shipped() -> Pack:
    return load_pack(Path(__file__).parents[2] / "knowledge")


def build(pack: Pack, articles: Sequence[Article], index: MemoryIndex, *, on: date = TODAY) -> tuple[Built, int]:
    """What was built, and how many texts were reported as embedded."""
    done: list[int] = []
    changed = pack.model_copy(update={"articles": tuple(articles)})
    built = build_index(
        changed, embedder=HashEmbedder(), index=index, on=on, progress=lambda some, total: done.append(some)
    )
    return built, sum(done)


def test_what_customers_may_not_be_told_is_never_returned(shipped: Pack) -> None:
    articles = [
        an_article("public", body="The gate closes early."),
        an_article("inside", body="Goodwill up to EUR 50 without asking.", audience=Audience.AGENTS),
        an_article("german", body="Das Gate schliesst.", language="de"),
        an_article("future", body="From next year.", valid_from=date(2026, 11, 22)),
        an_article("past", body="Until last year.", valid_until=date(2026, 11, 20)),
        an_article("ends-today", body="The last day.", valid_until=TODAY),
    ]
    index = MemoryIndex()
    built, _ = build(shipped, articles, index)
    assert built.skipped == (
        "inside: is for agents only",
        "german: is in 'de', this index is in 'en'",
        "future: is valid from 2026-11-22",
        "past: was valid until 2026-11-20",
    )
    assert (built.articles, built.passages) == (2, 4)
    queries = [article.body for article in articles] + ["goodwill", ""]
    evidence = index.search(queries, HashEmbedder().embed(queries), k=50)
    assert {hit.passage.article_id for found in evidence for hit in found.hits} == {"public", "ends-today"}


def test_the_shipped_agents_articles_stay_inside(shipped: Pack) -> None:
    inside = [article for article in shipped.articles if article.audience is Audience.AGENTS]
    index = MemoryIndex()
    built, embedded = build(shipped, shipped.articles, index)
    assert inside
    assert built.articles == len(shipped.articles) - len(inside)
    assert embedded > built.passages
    queries = [text for article in inside for text in (article.title, article.summary, *article.questions)]
    found = index.search(queries, HashEmbedder().embed(queries), k=20)
    assert not {hit.passage.article_id for evidence in found for hit in evidence.hits} & {
        article.id for article in inside
    }


def test_nothing_is_done_where_nothing_changed(shipped: Pack) -> None:
    index = MemoryIndex(HashEmbedder().fingerprint)
    articles = [an_article("one"), an_article("two", valid_until=TODAY)]
    first, embedded = build(shipped, articles, index)
    assert (first.changed, embedded) == (True, 5)
    assert build(shipped, articles, index) == (first.model_copy(update={"changed": False}), 0)
    assert build(shipped, [an_article("one", body="New."), articles[1]], index)[0].changed
    assert build(shipped, articles, index, on=date(2026, 11, 22))[0].articles == 1


def test_the_order_articles_come_in_changes_nothing(shipped: Pack) -> None:
    """The store keeps them by id, the folder by path: one index, whose certificates hold."""
    index = MemoryIndex(HashEmbedder().fingerprint)
    build(shipped, shipped.articles, index)
    by_id = sorted(shipped.articles, key=lambda article: article.id)
    assert by_id != list(shipped.articles)
    built, embedded = build(shipped, by_id, index)
    assert (built.changed, embedded) == (False, 0)


def test_each_kind_of_readers_finds_what_is_for_them_and_nothing_else(shipped: Pack) -> None:
    brand = shipped.brand.model_copy(update={"answers_in": ("en", "de")})
    here, *others = shipped.channels
    irish = here.model_copy(update={"region": "ie"})
    pack = shipped.model_copy(update={"brand": brand, "channels": (irish, *others)})
    articles = [
        an_article("public", body="The gate closes early."),
        an_article("private", body="The gate code is 4711.", audience=Audience.CUSTOMERS),
        an_article("inside", body="The gate may be opened for EUR 50.", audience=Audience.AGENTS),
        an_article("german", body="Das Gate schliesst.", language="de"),
        an_article("irish", body="The gate in Cork closes late.", regions=("ie",)),
    ]
    index = MemoryIndex(HashEmbedder().fingerprint)
    built, _ = build(pack, articles, index)
    assert (built.articles, built.skipped) == (4, ("inside: is for agents only",))

    def finds(readers: Readers) -> set[str]:
        (evidence,) = index.of(readers).search(["gate"], HashEmbedder().embed(["gate"]), k=50)
        return {hit.passage.article_id for hit in evidence.hits}

    private, desk = Audience.CUSTOMERS, Audience.AGENTS
    assert finds(Readers(language="en")) == {"public"}
    assert finds(Readers(language="en", audience=private)) == {"public", "private"}
    assert finds(Readers(language="en", audience=desk)) == {"public", "private", "inside", "irish"}
    assert finds(Readers(language="de", audience=private)) == {"german"}
    assert finds(Readers(language="en", region="ie")) == {"public", "irish"}
    assert finds(Readers(language="en", region="ie", audience=private)) == {"public", "private", "irish"}
    assert build(pack, articles, index) == (built.model_copy(update={"changed": False}), 0)
    build(pack, articles[:1], index)
    assert finds(Readers(language="en", audience=desk)) == {"public"}
    assert index.get(["private@1#0", "inside@1#0"]) == {}
