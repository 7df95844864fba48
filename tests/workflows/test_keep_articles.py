"""A pack's articles become versions; what changed lately is not answered from by itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from assistant.domain.article_history import overdue, quarantined
from assistant.domain.knowledge import Article
from assistant.ports import Store
from assistant.workflows.keep_articles import Kept, keep_articles
from tests import pipeline_builders as build
from tests.builders import an_article
from tests.desk_builders import NOW
from tests.stores import new_store

BAGS, PETS = an_article("bags"), an_article("pets")


@pytest.fixture
def store() -> Iterator[Store]:
    opened = new_store()
    yield opened
    opened.close()


def keep(store: Store, *articles: Article, at: datetime = NOW) -> Kept:
    return keep_articles(build.pack().model_copy(update={"articles": articles}), store=store, clock=lambda: at)


def held_back(store: Store, at: datetime) -> frozenset[str]:
    with store.read() as look:
        return quarantined(look.current_articles(build.pack().brand.id), days=2, at=at)


def test_only_new_texts_become_versions(store: Store) -> None:
    later = NOW + timedelta(days=1)
    edited = BAGS.model_copy(update={"body": "Same version, another text."})
    moved = PETS.model_copy(update={"path": "articles/elsewhere/pets.md"})
    assert keep(store, BAGS, PETS) == Kept(added=("bags", "pets"))
    assert keep(store, BAGS, moved) == Kept()
    assert keep(store, edited, moved, at=later) == Kept(changed=("bags",))
    assert keep(store, edited, an_article("bikes"), at=later) == Kept(added=("bikes",), withdrawn=("pets",))
    with store.read() as look:
        bodies = [each.article.body for each in look.article_versions(build.pack().brand.id, article_id="bags")]
        told = [(entry.event, entry.subject) for entry in look.audit()]
    assert bodies == [edited.body, BAGS.body]
    assert told == [("article_changed", "bags"), ("article_added", "bikes"), ("article_withdrawn", "pets")]


def test_a_change_is_quarantined_for_its_days_and_the_first_articles_are_not(store: Store) -> None:
    keep(store, BAGS, PETS)
    assert held_back(store, NOW) == frozenset()
    changed = NOW + timedelta(days=5)
    keep(store, BAGS.model_copy(update={"body": "Other."}), PETS, an_article("bikes"), at=changed)
    assert held_back(store, changed) == {"bags", "bikes"}
    assert held_back(store, changed + timedelta(days=2)) == frozenset()


def test_a_text_that_comes_back_is_a_change(store: Store) -> None:
    keep(store, BAGS, PETS)
    keep(store, PETS, at=NOW + timedelta(days=5))
    assert keep(store, BAGS, PETS, at=NOW + timedelta(days=6)).added == ("bags",)
    assert held_back(store, NOW + timedelta(days=7)) == {"bags"}


def test_the_longest_overdue_comes_first() -> None:
    today = NOW.date()
    dates = {"today": 0, "late": -1, "later": -9, "next": 3}
    articles = [BAGS] + [
        an_article(name).model_copy(update={"review_by": today + timedelta(days=days)}) for name, days in dates.items()
    ]
    assert [each.id for each in overdue(articles, on=today)] == ["later", "late"]
