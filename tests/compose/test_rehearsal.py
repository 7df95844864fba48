"""What evals search: the index as the desk has it, or the articles of a folder that was named, as they are written."""

import shutil
from pathlib import Path

import pytest

from assistant.adapters.minilm import MiniLM
from assistant.compose import build_embedder, load_brand, weights_file
from assistant.compose.knowledge import index_brand
from assistant.compose.rehearsal import Searched, searched
from assistant.domain.brand import Pack
from assistant.kb.import_articles import write_article
from assistant.kb.new_pack import NewBrand, new_pack
from assistant.scoring import weights
from assistant.scoring.weights import Weights
from assistant.settings import Settings
from tests.builders import an_article


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    MiniLM(tmp_path / "data" / "cache", precision="int8")
    return Settings(data_dir=tmp_path / "data", knowledge=tmp_path / "pack")


def written(folder: Path, body: str) -> None:
    write_article(folder / "articles" / "own" / "pets.md", an_article("pets", body=body))


@pytest.fixture
def pack(settings: Settings) -> Pack:
    new_pack(settings.knowledge, NewBrand(name="Parcel"))
    written(settings.knowledge, "A pet costs EUR 40.")
    loaded = load_brand(settings, None)
    index_brand(settings, loaded, rebuild=False, progress=lambda done, total: None)
    return loaded


def texts(settings: Settings, found: Searched) -> list[str]:
    embedder = build_embedder(settings)
    (evidence,) = found.index.search(["pets"], embedder.embed(["pets"]), k=1)
    return [hit.passage.text for hit in evidence.hits]


def test_an_article_changed_in_a_named_folder_is_judged_as_written(settings: Settings, pack: Pack) -> None:
    embedder = build_embedder(settings)
    indexed = searched(settings, pack, embedder, as_written=True)
    assert indexed.follows
    other = settings.knowledge.with_name("other")
    shutil.copytree(settings.knowledge, other)
    written(other, "A pet costs EUR 55.")
    changed = load_brand(settings, other)
    live = searched(settings, changed, embedder, as_written=False)
    assert not live.follows
    assert texts(settings, live) == ["A pet costs EUR 40."]
    named = searched(settings, changed, embedder, as_written=True)
    assert named.follows
    assert texts(settings, named) == ["A pet costs EUR 55."]
    assert named.index.fingerprint != indexed.index.fingerprint


def test_the_brands_own_search_weights_hold_there_too(settings: Settings, pack: Pack) -> None:
    other = settings.knowledge.with_name("other")
    shutil.copytree(settings.knowledge, other)
    written(other, "A pet costs EUR 55.")
    changed, embedder = load_brand(settings, other), build_embedder(settings)

    def score() -> float:
        found = searched(settings, changed, embedder, as_written=True)
        (evidence,) = found.index.search(["pet fare"], embedder.embed(["pet fare"]), k=1)
        return evidence.hits[0].score

    plain = score()
    weights.write(weights_file(settings, pack), Weights(dense=0.0))
    assert score() != plain
