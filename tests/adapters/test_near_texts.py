"""Questions to a part of the texts' vectors find what comparing everything finds, in files and in Chroma."""

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.adapters.chroma_search import ChromaNeighbours
from assistant.adapters.near_texts import NearTexts, arrays_of
from assistant.ports import Vectors

FIRST, SECOND, TEXTS, ASKED = 384, 512, 6_000, 40
MOST = 200


def unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def near_each_other(random: np.random.Generator, columns: int) -> tuple[Vectors, Vectors]:
    """Texts in loose groups, as messages are, and questions near some of them."""
    groups = random.standard_normal((60, columns)).astype(np.float32)
    apart = random.standard_normal((TEXTS, columns)).astype(np.float32) * np.float32(1.5)
    texts = unit(groups[random.integers(60, size=TEXTS)] + apart)
    asked = unit(texts[:ASKED] + unit(random.standard_normal((ASKED, columns)).astype(np.float32)))
    return texts, asked


@pytest.fixture(scope="module")
def both() -> tuple[Vectors, list[Vectors]]:
    """Texts of two parts, and questions to either."""
    random = np.random.default_rng(7)
    (first, to_first), (second, to_second) = near_each_other(random, FIRST), near_each_other(random, SECOND)
    texts = np.hstack([first, second]) / np.float32(2**0.5)
    blank_first, blank_second = np.zeros((ASKED, FIRST), np.float32), np.zeros((ASKED, SECOND), np.float32)
    longer = np.float32(2**0.5)
    return texts, [np.hstack([to_first, blank_second]) * longer, np.hstack([blank_first, to_second]) * longer]


@pytest.mark.parametrize("part", [0, 1])
def test_the_nearest_by_one_part_are_among_those_looked_at(both: tuple[Vectors, list[Vectors]], part: int) -> None:
    texts, asked = both[0], both[1][part]
    exact = np.argsort(-(asked @ texts.T), axis=1)[:, :10]
    found = NearTexts(arrays_of(texts)).nearest(asked, MOST)
    shares = [np.isin(wanted, got).mean() for wanted, (got, _) in zip(exact, found, strict=True)]
    assert np.mean(shares) > 0.98


class Stored:
    """As much of a Chroma collection as is asked; cosine distances know nothing of lengths."""

    def __init__(self, rows: Vectors) -> None:
        self._rows = rows

    def query(
        self, *, query_embeddings: Vectors, n_results: int, include: Sequence[str]
    ) -> dict[str, list[list[object]]]:
        distances = 1 - unit(query_embeddings) @ self._rows.T
        order = np.argsort(distances, axis=1)[:, :n_results]
        return {
            "ids": [[str(place) for place in row] for row in order.tolist()],
            "distances": np.take_along_axis(distances, order, axis=1).tolist(),
        }


def test_chroma_gives_products_too(both: tuple[Vectors, list[Vectors]]) -> None:
    texts, (asked, _) = both
    for vector, (got, products) in zip(
        asked, ChromaNeighbours(Stored(texts), len(texts)).nearest(asked, 5), strict=True
    ):
        np.testing.assert_allclose(products, texts[got] @ vector, atol=1e-4)
