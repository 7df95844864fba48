"""A source read again and again: its articles come, change and go, in the pack, the index and the store."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.adapters.index_folder import Ownership
from assistant.adapters.minilm import MiniLM
from assistant.compose import build_embedder, build_index, build_store, knowledge, load_brand, sources
from assistant.compose.knowledge import index_brand
from assistant.compose.syncing import sync_source, syncing
from assistant.domain.sources import Sync
from assistant.kb.new_pack import NewBrand, new_pack
from assistant.ports import Store
from assistant.ports.sources import Reading, SourceArticle, Unreadable
from assistant.settings import Settings


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graph")
    MiniLM(folder)
    return folder


@pytest.fixture
def settings(tmp_path: Path, graph: Path) -> Settings:
    """A brand with one source, deleting what is gone there."""
    shutil.copytree(graph, tmp_path / "data" / "cache", copy_function=os.link)
    settings = Settings(data_dir=tmp_path / "data", knowledge=tmp_path / "pack")
    new_pack(settings.knowledge, NewBrand(name="Parcel"))
    (settings.knowledge / "articles").mkdir(exist_ok=True)
    name_source(settings, "delete")
    return settings


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with closing(build_store(settings)) as opened:
        yield opened


def name_source(settings: Settings, when_gone: str) -> None:
    (settings.knowledge / "sources.yaml").write_text(
        f"- name: faq\n  address: {settings.knowledge.parent / 'faq.csv'}\n  every_hours: 1\n  approved: true\n"
        f"  when_gone: {when_gone}\n",
        encoding="utf-8",
    )


def write_faq(settings: Settings, *names: str, said: str = "costs EUR 4") -> None:
    rows = "".join(f'"What about {name}?","A {name} {said}."\n' for name in names)
    (settings.knowledge.parent / "faq.csv").write_text(f"question,answer\n{rows}", encoding="utf-8")


def sync(settings: Settings, store: Store) -> Sync:
    return sync_source(settings, settings.knowledge, load_brand(settings, None), "faq", store=store)


def indexed(settings: Settings) -> set[str]:
    embedder = build_embedder(settings)
    with closing(build_index(settings, load_brand(settings, None), embedder)) as opened:
        (evidence,) = opened.search(["what about"], embedder.embed(["what about"]), k=10)
    return {hit.passage.text for hit in evidence.hits}


def test_articles_come_change_and_are_deleted_for_good(settings: Settings, store: Store) -> None:
    write_faq(settings, "pram", "bike", "harp")
    assert len(sync(settings, store).added) == 3
    assert len(indexed(settings)) == 3
    write_faq(settings, "pram", "bike", said="costs EUR 5")
    done = sync(settings, store)
    assert (len(done.changed), done.gone, done.deleted) == (2, ("what-about-harp",), ("what-about-harp",))
    assert all("EUR 5" in text for text in indexed(settings))
    assert len(indexed(settings)) == 2
    with store.read() as look:
        assert look.article_versions("parcel", article_id="what-about-harp") == []
        assert len(look.article_versions("parcel", article_id="what-about-pram")) == 2


def test_what_is_gone_stays_where_it_is_only_flagged_or_half_of_all(settings: Settings, store: Store) -> None:
    write_faq(settings, "pram", "bike", "harp")
    sync(settings, store)
    write_faq(settings, "pram")
    done = sync(settings, store)
    assert (len(done.gone), done.deleted) == (2, ())
    name_source(settings, "flag")
    write_faq(settings, "pram", "bike")
    done = sync(settings, store)
    assert (done.gone, done.deleted) == (("what-about-harp",), ())
    assert len(indexed(settings)) == 3


def test_what_a_folder_lost_or_keeps_back_is_gone_whatever_else_in_it_can_not_be_read(
    settings: Settings, store: Store
) -> None:
    folder = settings.knowledge.parent / "pages"
    folder.mkdir()
    (settings.knowledge / "sources.yaml").write_text(
        f"- name: faq\n  address: {folder}\n  approved: true\n", encoding="utf-8"
    )
    for name in ("pram", "bike", "harp", "oboe", "lute"):
        (folder / f"{name}.md").write_text(f"# A {name}\n\nA {name} costs EUR 4.", encoding="utf-8")
    assert len(sync(settings, store).added) == 5
    (folder / "pram.md").unlink()
    (folder / "bike.md").write_text("---\ndraft: true\n---\n# A bike\n\nA bike costs EUR 4.", encoding="utf-8")
    (folder / "harp.md").write_bytes(b"caf\xe9")
    done = sync(settings, store)
    assert (done.gone, done.unreadable) == (
        ("bike-md", "pram-md"),
        ("harp.md: is not UTF-8 at byte 4; save it as UTF-8",),
    )


def test_a_vanished_source_changes_nothing(settings: Settings, store: Store) -> None:
    write_faq(settings, "pram", "bike")
    sync(settings, store)
    (settings.knowledge.parent / "faq.csv").unlink()
    done = sync(settings, store)
    assert done.vanished
    assert len(indexed(settings)) == 2


def test_a_part_that_can_not_be_read_deletes_nothing(settings: Settings, store: Store) -> None:
    write_faq(settings, "pram", "bike", "harp")
    sync(settings, store)
    write_faq(settings, "pram", "bike")
    with (settings.knowledge.parent / "faq.csv").open("a", encoding="utf-8") as file:
        file.write('"What about nothing?",""\n')
    done = sync(settings, store)
    assert (len(done.unreadable), done.gone) == (1, ())


def test_the_worker_reads_what_is_due(settings: Settings, store: Store) -> None:
    write_faq(settings, "pram")
    step = syncing(settings, settings.knowledge, store)
    assert (step(), step()) == (1, 0)
    (settings.knowledge / "sources.yaml").unlink()
    index_brand(settings, load_brand(settings, None), rebuild=False, progress=lambda done, total: None)
    assert step() == 0


def test_what_was_read_while_the_index_was_owned_is_indexed_at_the_next_reading(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowledge, "PATIENCE_S", 0.3)
    write_faq(settings, "pram")
    sync(settings, store)
    write_faq(settings, "pram", "bike")
    owner = Ownership(settings.data_dir / "index")
    assert "owns this index" in sync(settings, store).problem
    owner.release()
    assert sync(settings, store).added == ()
    assert len(indexed(settings)) == 2


def test_a_page_that_can_not_be_read_keeps_its_own_article_only(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One broken page, and articles in other languages, don't keep alive what the source deleted."""

    def reading(*names: str, unread: tuple[Unreadable, ...] = ()) -> Reading:
        made = [
            SourceArticle(key=name, title=name, body=f"A {name} costs EUR 4.", origin=f"https://x.example/{name}")
            for name in names
        ]
        french = SourceArticle(key="fr", title="fr", body="Un texte.", origin="https://x.example/fr", language="fr")
        return Reading(articles=(*made, french), unreadable=unread)

    found = reading("pram", "bike", "harp", "drum")
    monkeypatch.setattr(sources, "read_source", lambda address: found)
    assert len(sync(settings, store).added) == 4
    broken = Unreadable(place="https://x.example/bike", reason="500", hides_others=False)
    found = reading("pram", "harp", unread=(broken,))
    done = sync(settings, store)
    assert (done.gone, done.deleted) == (("drum",), ("drum",))
    found = reading("pram", unread=(Unreadable(place="https://x.example/map.xml", reason="cut off"),))
    assert sync(settings, store).gone == ()
