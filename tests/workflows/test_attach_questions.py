"""Questions of answered conversations are proposed for the article that answered, and written where told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.adapters.minilm import MiniLM
from assistant.domain.brand import Pack
from assistant.domain.vocabulary import Decision, Disposition
from assistant.errors import NotFound
from assistant.kb.import_articles import write_article
from assistant.kb.new_pack import NewBrand, new_pack
from assistant.kb.pack import load_pack
from assistant.ports import Embedder, Store
from assistant.workflows.attach_questions import Attachable, attach, attachable
from tests.builders import an_article
from tests.desk_builders import NOW, make_draft, make_mention, make_turn
from tests.stores import new_store


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return MiniLM(tmp_path_factory.mktemp("minilm"), precision="int8")


@pytest.fixture
def store() -> Iterator[Store]:
    opened = new_store()
    yield opened
    opened.close()


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    new_pack(tmp_path, NewBrand(name="Skylark"))
    bags = an_article("bags", title="Cabin bag size", questions=["How big may my cabin bag be?"])
    write_article(tmp_path / "articles" / "area" / "bags.md", bags)
    return load_pack(tmp_path)


def answered(
    store: Store, *texts: str, by: tuple[str, ...] = ("bags",), disposition: Disposition = Disposition.ACCEPTED
) -> None:
    for text in texts:
        mention = make_mention(f"{hash(text)}", text=text)
        draft = make_draft().model_copy(update={"article_ids": by})
        with store.begin() as tx:
            tx.take_in(mention, at=NOW)
            kept = tx.add_turn(make_turn(mention, Decision.REVIEW).model_copy(update={"draft": draft}), at=NOW)
            tx.set_disposition(kept.id, disposition)


def test_what_the_article_is_not_asked_yet_is_proposed_without_names(
    pack: Pack, store: Store, embedder: Embedder
) -> None:
    answered(store, "how big may my cabin bag be?", "I'm Ann Kelly, does a rucksack of 40 litres count as a trolley?")
    answered(store, "My bag was too big, never again.", "Does a rucksack of 40 litres count as a trolley?")
    answered(store, "Is a pram free?", by=("bags", "prams"))
    answered(store, "Is my violin a bag?", disposition=Disposition.EDITED)
    pack = pack.model_copy(update={"brand": pack.brand.model_copy(update={"id": "skylark"})})
    (found,) = attachable(pack, store=store, embedder=embedder)
    assert found.article_id == "bags"
    assert found.questions == ("Does a rucksack of 40 litres count as a trolley?",)


def test_they_are_written_into_the_next_version(pack: Pack, tmp_path: Path) -> None:
    found = Attachable(article_id="bags", questions=("Is a rucksack a bag?", "How big may my cabin bag be?"))
    attach(found, pack=pack, folder=tmp_path)
    (article,) = load_pack(tmp_path).articles
    assert article.questions == ("How big may my cabin bag be?", "Is a rucksack a bag?")
    assert article.version == 2
    with pytest.raises(NotFound):
        attach(Attachable(article_id="none", questions=("Who?",)), pack=pack, folder=tmp_path)
