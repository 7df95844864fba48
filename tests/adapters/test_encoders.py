"""What every local encoder promises: a text's vector depends on nothing but the text."""

from pathlib import Path

import numpy as np
import pytest

from assistant.adapters.bge import Bge
from assistant.adapters.minilm import MiniLM
from assistant.ports import Embedder

TEXTS = [
    "where is my suitcase",
    "my luggage has not arrived",
    "can I bring a guitar on board?",
    "",
    "LK 123 😡😡 two hours and nobody says anything, this is the third time this year and I have had enough " * 3,
    "¿Dónde está mi maleta?",
    "words " * 2000,
    "broken \ud800 surrogate",
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(
    scope="module",
    params=[(MiniLM, "int8"), (MiniLM, "fp32"), (Bge, "int8")],
    ids=["minilm-int8", "minilm-fp32", "bge"],
)
def encoder(request: pytest.FixtureRequest, cache: Path) -> Embedder:
    kind, precision = request.param
    made: Embedder = kind(cache, precision, threads=1)
    return made


def test_rows_are_unit_vectors_in_order(encoder: Embedder) -> None:
    vectors = encoder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(encoder.embed(TEXTS[::-1])[::-1], vectors, atol=1e-5)


@pytest.mark.parametrize(("kind", "columns"), [(MiniLM, 384), (Bge, 1_920)])
def test_a_vector_is_as_long_as_what_is_fitted_expects(kind: type[MiniLM | Bge], columns: int, cache: Path) -> None:
    assert kind(cache, "int8", threads=1).embed(TEXTS[:2]).shape == (2, columns)


def test_no_texts_no_rows(encoder: Embedder) -> None:
    assert encoder.embed([]).shape == (0, encoder.dimensions)


def test_a_vector_does_not_depend_on_its_batch(encoder: Embedder) -> None:
    together = encoder.embed(TEXTS)
    alone = np.concatenate([encoder.embed([text]) for text in TEXTS])
    assert ((together * alone).sum(axis=1) > 0.9999).all()
