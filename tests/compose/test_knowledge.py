"""The index of a brand as the commands build, mend and forget it: real model, real Chroma, real store."""

import os
import shutil
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.adapters.index_folder import Ownership
from assistant.adapters.minilm import MiniLM
from assistant.compose import build_embedder, build_index, build_store, knowledge, load_brand, utc_now
from assistant.compose.examining import examine_brand
from assistant.compose.knowledge import (
    forget_article,
    index_brand,
    index_or_mend,
    index_waiting,
    is_behind,
    mend_index,
)
from assistant.domain.brand import Pack
from assistant.domain.readers import Readers, anybody
from assistant.domain.vocabulary import Audience
from assistant.errors import IndexMissing, IndexOfAnotherModel, IndexUnreadable, NotFound, OwnedByAnother
from assistant.kb.import_articles import write_article
from assistant.kb.new_pack import NewBrand, new_pack
from assistant.settings import Settings
from assistant.workflows.keep_articles import keep_articles
from tests.builders import an_article


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both graphs of the model, built once."""
    folder = tmp_path_factory.mktemp("graphs")
    MiniLM(folder, precision="int8")
    MiniLM(folder, precision="fp32")
    return folder


@pytest.fixture
def settings(tmp_path: Path, graphs: Path) -> Settings:
    shutil.copytree(graphs, tmp_path / "data" / "cache", copy_function=os.link)
    return Settings(data_dir=tmp_path / "data", knowledge=tmp_path / "pack")


@pytest.fixture
def pack(settings: Settings) -> Pack:
    """A new brand's pack with two articles, indexed."""
    new_pack(settings.knowledge, NewBrand(name="Parcel"))
    for name in ("pets", "bikes"):
        write_article(settings.knowledge / "articles" / "own" / f"{name}.md", an_article(name, body=f"All of {name}."))
    loaded = load_brand(settings, None)
    index(settings, loaded)
    return loaded


def index(settings: Settings, pack: Pack) -> int:
    """How many texts the model had to embed."""
    return index_brand(settings, pack, rebuild=False, progress=lambda done, total: None).embedded


def found(settings: Settings, pack: Pack) -> set[str]:
    embedder = build_embedder(settings)
    with closing(build_index(settings, pack, embedder)) as opened:
        (evidence,) = opened.search(["pets"], embedder.embed(["pets"]), k=10)
    return {hit.passage.article_id for hit in evidence.hits}


def damage(settings: Settings) -> None:
    (pointer,) = (settings.data_dir / "index").glob("*.json")
    pointer.write_text("{", encoding="utf-8")


def test_a_damaged_index_is_built_again_from_the_store(settings: Settings, pack: Pack) -> None:
    before = found(settings, pack)
    assert not mend_index(settings, pack)
    damage(settings)
    with pytest.raises(IndexUnreadable):
        found(settings, pack)
    assert mend_index(settings, pack.model_copy(update={"articles": ()}))
    assert found(settings, pack) == before == {each.id for each in pack.articles}


def _pointer(folder: Path) -> None:
    (pointer,) = folder.glob("*.json")
    pointer.write_text("{", encoding="utf-8")


def _half_a_database(folder: Path) -> None:
    database = folder / "chroma" / "chroma.sqlite3"
    database.write_bytes(database.read_bytes()[:20_000])


def _another_database(folder: Path) -> None:
    shutil.rmtree(folder / "chroma")


@pytest.mark.parametrize("harm", [_pointer, _half_a_database, _another_database])
def test_indexing_again_mends_any_damage(settings: Settings, pack: Pack, harm: Callable[[Path], None]) -> None:
    quiet: list[int] = []
    told: list[str] = []
    assert not index_or_mend(
        settings, pack, progress=lambda done, total: quiet.append(total), damaged=told.append
    ).changed
    harm(settings.data_dir / "index")
    built = index_or_mend(settings, pack, progress=lambda done, total: quiet.append(total), damaged=told.append)
    assert (built.changed, built.embedded, len(told)) == (True, 0, 1)
    assert found(settings, pack) == {each.id for each in pack.articles}


def test_an_index_that_serves_is_not_thrown_away_because_another_cant_be_written(
    settings: Settings, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path, collection: str, pointer: object) -> None:
        raise OSError(28, "No space left on device")

    edited = pack.model_copy(update={"articles": (an_article("pets", body="All of cats."),)})
    monkeypatch.setattr("assistant.adapters.index_folder.write_pointer", full)
    with pytest.raises(IndexUnreadable, match="can't be written"):
        index_or_mend(settings, edited, progress=lambda done, total: None, damaged=pytest.fail)
    assert found(settings, pack) == {each.id for each in pack.articles}


def test_the_old_index_serves_until_the_new_one_is_whole(settings: Settings, pack: Pack) -> None:
    served: list[set[str]] = []
    totals: list[int] = []

    def look(done: int, total: int) -> None:
        totals.append(total)
        served.append(found(settings, pack))

    built = index_brand(settings, pack, rebuild=True, progress=look)
    everything = {each.id for each in pack.articles}
    assert (built.changed, served) == (True, [everything] * len(totals))
    assert totals
    assert found(settings, pack) == everything


def test_a_rebuild_that_is_killed_leaves_the_old_index(settings: Settings, pack: Pack) -> None:
    def killed(done: int, total: int) -> None:
        raise KeyboardInterrupt

    edited = pack.model_copy(update={"articles": (an_article("pets", body="All of cats."),)})
    with pytest.raises(KeyboardInterrupt):
        index_brand(settings, edited, rebuild=True, progress=killed)
    assert found(settings, pack) == {each.id for each in pack.articles}
    assert index_brand(settings, pack, rebuild=True, progress=lambda done, total: None).changed


@pytest.mark.parametrize("harm", [_pointer, _half_a_database, _another_database])
def test_a_rebuild_mends_any_damage(settings: Settings, pack: Pack, harm: Callable[[Path], None]) -> None:
    harm(settings.data_dir / "index")
    assert index_brand(settings, pack, rebuild=True, progress=lambda done, total: None).changed
    assert found(settings, pack) == {each.id for each in pack.articles}


def test_another_embedder_is_taken_by_a_rebuild(settings: Settings, pack: Pack) -> None:
    other = settings.model_copy(update={"embedding_precision": "fp32"})
    assert index_brand(other, pack, rebuild=True, progress=lambda done, total: None).changed
    assert found(other, pack) == {each.id for each in pack.articles}


def test_what_no_rebuild_can_mend_is_still_refused(settings: Settings, pack: Pack) -> None:
    other = settings.model_copy(update={"embedding_precision": "fp32"})
    with pytest.raises(IndexOfAnotherModel):
        mend_index(other, pack)
    damage(settings)
    (settings.data_dir / "store.db").unlink(missing_ok=True)
    with closing(build_store(settings)) as store, store.begin() as tx:
        for article in pack.articles:
            tx.forget_article(pack.brand.id, article.id)
    with pytest.raises(IndexUnreadable):
        mend_index(settings, pack)
    shutil.rmtree(settings.data_dir / "index")
    with pytest.raises(IndexMissing):
        mend_index(settings, pack)


def test_a_change_embeds_only_what_changed(settings: Settings, pack: Pack) -> None:
    edited = an_article("pets", body="All of cats.", version=2)
    articles = tuple(edited if each.id == "pets" else each for each in pack.articles)
    assert index(settings, pack.model_copy(update={"articles": articles})) == 1
    assert index(settings, pack) == 1


@pytest.mark.parametrize("harm", [_pointer, _half_a_database, _another_database])
def test_forgetting_mends_a_damaged_index(settings: Settings, pack: Pack, harm: Callable[[Path], None]) -> None:
    harm(settings.data_dir / "index")
    assert forget_article(settings, settings.knowledge, "pets", progress=lambda done, total: None) == 1
    assert found(settings, pack) == {each.id for each in pack.articles} - {"pets"}
    assert files_with(settings.data_dir, b"All of pets.") == []


def files_with(folder: Path, words: bytes) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()]


def test_a_forgotten_article_leaves_nothing(settings: Settings, pack: Pack) -> None:
    examine_brand(settings, pack, build_embedder(settings))
    assert forget_article(settings, settings.knowledge, "pets", progress=lambda done, total: None) == 1
    left = load_brand(settings, None)
    assert "pets" not in found(settings, left) | {each.id for each in left.articles}
    with closing(build_store(settings)) as store, store.read() as look:
        assert look.article_versions("parcel", article_id="pets") == []
        assert [entry.subject for entry in look.audit() if entry.event == "article_forgotten"] == ["pets"]
    assert files_with(settings.data_dir, b"All of bikes.")
    assert files_with(settings.data_dir, b"All of pets.") == []
    assert sum(path.is_dir() for path in (settings.data_dir / "index" / "chroma").iterdir()) == 1
    with pytest.raises(NotFound):
        forget_article(settings, settings.knowledge, "pets", progress=lambda done, total: None)


def test_what_was_written_elsewhere_is_indexed_from_the_store(settings: Settings, pack: Pack) -> None:
    """The folder may be another machine's, or behind: the store says what is in use, and since when."""
    trains = an_article("trains", body="All of trains.")
    with closing(build_store(settings)) as store:
        assert index_waiting(settings, pack, store) == 0
        keep_articles(pack.model_copy(update={"articles": (*pack.articles, trains)}), store=store, clock=utc_now)
        assert index_waiting(settings, pack, store) == 1
        assert found(settings, pack) == {"pets", "bikes", "trains"}
        with store.read() as look:
            (version,) = look.article_versions(pack.brand.id, article_id="trains")
            assert version.in_use_at is not None
            assert version.in_use_at >= version.seen_at
        assert index_waiting(settings, pack, store) == 0
        damage(settings)
        keep_articles(pack.model_copy(update={"articles": (trains,)}), store=store, clock=utc_now)
        assert index_waiting(settings, pack, store) == 0  # nothing waits: what is damaged is mended at the next start
        keep_articles(pack, store=store, clock=utc_now)
        assert index_waiting(settings, pack, store) == 2
        assert found(settings, pack) == {"pets", "bikes"}


def test_search_follows_the_day_and_what_was_withdrawn(settings: Settings, pack: Pack) -> None:
    """Nothing waits in the store, and yet an article begins or ends to hold, or was taken away elsewhere."""
    tomorrow = utc_now().date() + timedelta(days=1)
    coming = an_article("trains", body="All of trains.", valid_from=tomorrow)
    ending = an_article("boats", body="All of boats.", valid_until=utc_now().date())
    known = pack.model_copy(update={"articles": (*pack.articles, coming, ending)})
    index(settings, known)
    embedder = build_embedder(settings)
    with closing(build_store(settings)) as store, closing(build_index(settings, pack, embedder)) as searched:

        def behind(on: date) -> bool:
            return is_behind(pack, store=store, index=searched, embedder=embedder, on=on)

        assert not behind(utc_now().date())
        assert behind(tomorrow)
        assert index_waiting(settings, pack, store, on=tomorrow) == 0
        assert found(settings, pack) == {"pets", "bikes", "trains"}
        assert not behind(tomorrow)
        keep_articles(pack, store=store, clock=utc_now)
        assert behind(tomorrow)
        index_waiting(settings, pack, store, on=tomorrow)
        assert found(settings, pack) == {"pets", "bikes"}


def test_another_audience_is_searched_for_itself_and_damage_there_is_mended(settings: Settings, pack: Pack) -> None:
    closed = an_article("codes", body="All of the codes.", audience=Audience.CUSTOMERS)
    write_article(settings.knowledge / "articles" / "own" / "codes.md", closed)
    pack = load_brand(settings, None)
    index(settings, pack)
    customers = Readers(language="en", audience=Audience.CUSTOMERS)
    embedder = build_embedder(settings)

    def told(readers: Readers) -> set[str]:
        with closing(build_index(settings, pack, embedder)) as library:
            (evidence,) = library.of(readers).search(["codes"], embedder.embed(["codes"]), k=10)
        return {hit.passage.article_id for hit in evidence.hits}

    assert (told(anybody(pack)), told(customers)) == ({"pets", "bikes"}, {"pets", "bikes", "codes"})
    pointer = settings.data_dir / "index" / "parcel-customers-en.json"
    pointer.write_text("{", encoding="utf-8")
    assert index_or_mend(settings, pack, progress=lambda done, total: None).articles == 3
    assert told(customers) == {"pets", "bikes", "codes"}
    pointer.write_text("{", encoding="utf-8")
    assert mend_index(settings, pack)
    assert told(customers) == {"pets", "bikes", "codes"}
    forget_article(settings, settings.knowledge, "codes", progress=lambda done, total: None)
    assert told(customers) == {"pets", "bikes"}
    assert files_with(settings.data_dir, b"All of the codes") == []


@pytest.mark.parametrize("work", ["index", "forget"])
def test_who_writes_the_index_for_a_moment_is_waited_for(settings: Settings, pack: Pack, work: str) -> None:
    """A worker follows what was forgotten at the same moment as the command that forgot it."""
    write_article(settings.knowledge / "articles" / "own" / "trains.md", an_article("trains", body="All of trains."))
    owner = Ownership(settings.data_dir / "index")
    release = threading.Timer(0.6, owner.release)
    release.start()
    if work == "index":
        assert index(settings, load_brand(settings, None)) > 0
    else:
        forget_article(settings, settings.knowledge, "pets", progress=lambda done, total: None)
        assert files_with(settings.data_dir, b"All of pets.") == []
    release.join()
    assert "trains" in found(settings, pack)


def test_a_writer_that_stays_is_named(settings: Settings, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge, "PATIENCE_S", 0.3)
    owner = Ownership(settings.data_dir / "index")
    with pytest.raises(OwnedByAnother, match="chroma run"):
        index(settings, pack)
    with pytest.raises(OwnedByAnother):
        forget_article(settings, settings.knowledge, "pets", progress=lambda done, total: None)
    owner.release()
    assert "pets" in {article.id for article in load_brand(settings, None).articles}, "nothing was deleted"
    assert forget_article(settings, settings.knowledge, "pets", progress=lambda done, total: None) == 1


def test_a_forgotten_article_leaves_nothing_beside_a_process_that_has_the_store_open(
    settings: Settings, pack: Pack
) -> None:
    with closing(build_store(settings)) as store:
        with store.begin() as tx:
            tx.append_audit(
                brand_id="parcel", at=utc_now(), actor="x", event="agent_added", subject="x", facts={"n": 1}
            )
        long = an_article("trains", body="All of the trains. " * 900)
        write_article(settings.knowledge / "articles" / "own" / "trains.md", long)
        index(settings, load_brand(settings, None))
        assert files_with(settings.data_dir, b"All of the trains.")
        forget_article(settings, settings.knowledge, "trains", progress=lambda done, total: None)
        assert files_with(settings.data_dir, b"All of the trains.") == []
