"""Vectors that ship: of all examples, from the model that ships, and along with those of texts that aren't in them."""

from pathlib import Path

import numpy as np
import pytest

from assistant.adapters.bge import Bge, fingerprint
from assistant.learning import shipped_vectors
from assistant.learning.shipped_vectors import FILE, along, packed, read, steps, write
from assistant.learning.states import texts_of
from assistant.ports import Vectors
from tests.builders import HashEmbedder

TEXTS = ["my bag is gone", "where is my refund", "thank you so much", "is this a bot"]
MINE = "can I bring my cello"


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vectors:
    """The vectors of `TEXTS` ship, along half of the columns."""
    embedder, onto = HashEmbedder(), np.eye(HashEmbedder().dimensions, dtype=np.float32)[:, ::2]
    vectors = embedder.embed(TEXTS)
    write(packed(embedder.fingerprint, TEXTS, vectors, onto), tmp_path / "vectors.npz")
    monkeypatch.setattr(shipped_vectors, "FILE", tmp_path / "vectors.npz")
    return np.asarray(vectors @ onto, np.float32)


def test_every_example_is_in_them() -> None:
    texts = texts_of(())
    assert read(FILE).embedder == fingerprint("int8"), "run `python benchmarks/shipped_vectors.py --write --afresh`"
    assert steps(fingerprint("int8"), texts) == 0, "run `python benchmarks/shipped_vectors.py --write`"


def test_they_are_what_the_model_gives(tmp_path: Path) -> None:
    some = texts_of(())[:: len(texts_of(())) // 12]
    embedder = Bge(tmp_path, "int8", threads=1)
    ships = along(embedder, some, lambda done: None)
    assert ships.onto is not None
    now = embedder.embed(some) @ ships.onto
    assert np.abs(ships.vectors @ ships.vectors.T - now @ now.T).max() < 0.02


@pytest.mark.usefixtures("shipped")
def test_only_what_does_not_ship_is_embedded() -> None:
    embedder = HashEmbedder()
    told: list[int] = []
    along(embedder, [TEXTS[2], MINE, TEXTS[0]], told.append)
    assert embedder.embedded == [MINE]
    assert len(told) == steps(embedder.fingerprint, [TEXTS[2], MINE, TEXTS[0]]) == 1


def test_each_text_has_its_own_row(shipped: Vectors) -> None:
    embedder = HashEmbedder()
    vectors, onto = along(embedder, [TEXTS[2], MINE, TEXTS[0]], lambda done: None)
    assert onto is not None
    assert np.allclose(vectors[[0, 2]], shipped[[2, 0]], atol=np.abs(shipped).max() / 127)
    assert np.allclose(vectors[1], (embedder.embed([MINE]) @ onto)[0])


def test_another_embedder_takes_none_of_them() -> None:
    embedder = HashEmbedder()
    vectors, onto = along(embedder, TEXTS, lambda done: None)
    assert onto is None
    assert embedder.embedded == TEXTS
    assert np.array_equal(vectors, HashEmbedder().embed(TEXTS))


def test_texts_that_are_alike_in_all_but_a_letter_are_others(shipped: Vectors) -> None:
    embedder = HashEmbedder()
    along(embedder, [text.title() for text in TEXTS], lambda done: None)
    assert len(embedder.embedded) == len(shipped)
