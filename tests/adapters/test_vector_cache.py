"""Texts are embedded once, whatever interrupts the run; what is deleted is gone."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from assistant.adapters.memory_index import MemoryIndex
from assistant.adapters.vector_cache import CachedEmbedder
from assistant.domain.readers import Readers
from assistant.kb.index import build
from assistant.ports import Embedder, Vectors
from tests.builders import HashEmbedder, an_article
from tests.workflows.test_build_index import TODAY

ANYBODY = Readers(language="en")


class Counting:
    """Embeds like another, counts the texts, and dies after `lasts` of them."""

    def __init__(self, fingerprint: str = "one", lasts: int = 10_000) -> None:
        self.inner = HashEmbedder()
        self.fingerprint = fingerprint
        self.dimensions = self.inner.dimensions
        self.seen: list[str] = []
        self.lasts = lasts

    def embed(self, texts: Sequence[str]) -> Vectors:
        if len(self.seen) + len(texts) > self.lasts:
            raise KeyboardInterrupt
        self.seen += texts
        return self.inner.embed(texts)


def open_cache(folder: Path, model: Embedder, *, max_vectors: int = 1000) -> closing[CachedEmbedder]:
    return closing(CachedEmbedder(model, folder / "cache" / "vectors.sqlite3", max_vectors=max_vectors))


def test_only_new_texts_are_embedded_and_the_vectors_are_the_models_own(tmp_path: Path) -> None:
    model = Counting()
    with open_cache(tmp_path, model) as cache:
        cache.embed(["a bag", "a dog", "a bag"])
    with open_cache(tmp_path, model) as cache:
        found = cache.embed(["a dog", "a bike", "\ud800", "a bag"])
        assert cache.embedded == 2
    assert model.seen == ["a bag", "a dog", "a bike", "\ud800"]
    np.testing.assert_array_equal(found, HashEmbedder().embed(["a dog", "a bike", "\ud800", "a bag"]))


def test_no_texts_give_no_rows(tmp_path: Path) -> None:
    with open_cache(tmp_path, Counting()) as cache:
        assert cache.embed([]).shape == (0, cache.dimensions)


def test_models_never_mix(tmp_path: Path) -> None:
    other = Counting("other")
    with open_cache(tmp_path, Counting()) as cache:
        cache.embed(["a bag"])
    with open_cache(tmp_path, other) as cache:
        cache.embed(["a bag"])
    assert other.seen == ["a bag"]


def test_an_interrupted_index_goes_on_where_it_was(tmp_path: Path) -> None:
    articles = [
        an_article(f"number-{number}", title=f"Title {number}", body=f"Body {number}.") for number in range(200)
    ]
    index = MemoryIndex("one")

    def run(model: Counting) -> None:
        with open_cache(tmp_path, model) as cache:
            build(
                articles, embedder=cache, library=index, readers=[ANYBODY], on=TODAY, progress=lambda done, total: None
            )

    first, second = Counting(lasts=300), Counting()
    with pytest.raises(KeyboardInterrupt):
        run(first)
    assert index.count() == 0
    run(second)
    assert len(first.seen) == 256
    assert index.count() == 400
    assert not set(first.seen) & set(second.seen)


def test_what_is_no_longer_used_can_be_forgotten_for_every_model(tmp_path: Path) -> None:
    with open_cache(tmp_path, Counting("other")) as cache:
        cache.embed(["secret", "kept"])
    with open_cache(tmp_path, Counting()) as cache:
        cache.embed(["secret", "kept"])
    with open_cache(tmp_path, Counting()) as cache:
        cache.embed(["kept"])
        assert cache.forget_others() == 2
    model = Counting("other")
    with open_cache(tmp_path, model) as cache:
        cache.embed(["secret", "kept"])
    assert model.seen == ["secret"]


def test_the_longest_unused_go_where_there_are_too_many(tmp_path: Path) -> None:
    for texts in (["old", "older"], ["old", "new"]):
        with open_cache(tmp_path, Counting(), max_vectors=2) as cache:
            cache.embed(texts)
    model = Counting()
    with open_cache(tmp_path, model) as cache:
        cache.embed(["old", "new", "older"])
    assert model.seen == ["older"]


def test_a_damaged_file_is_begun_afresh(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "vectors.sqlite3").write_bytes(b"no database at all" * 100)
    with open_cache(tmp_path, Counting()) as cache:
        cache.embed(["a bag"])
    with closing(sqlite3.connect(tmp_path / "cache" / "vectors.sqlite3")) as database:
        assert database.execute("select count(*) from vectors").fetchone() == (1,)
