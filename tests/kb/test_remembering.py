"""Texts looked at again are not embedded again."""

from collections.abc import Sequence

import numpy as np

from assistant.kb.remembering import Remembering
from assistant.ports import Vectors
from tests.builders import HashEmbedder


class Counting(HashEmbedder):
    """Says what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().embed(texts)


def test_each_text_is_embedded_once_and_rows_keep_their_order() -> None:
    inner = Counting()
    embedder = Remembering(inner)
    first = embedder.embed(["bags", "bags", "pets"])
    again = embedder.embed(["pets", "seats", "bags"])
    assert inner.asked == ["bags", "pets", "seats"]
    assert np.array_equal(first, HashEmbedder().embed(["bags", "bags", "pets"]))
    assert np.array_equal(again, HashEmbedder().embed(["pets", "seats", "bags"]))
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_those_used_longest_ago_go_first() -> None:
    inner = Counting()
    embedder = Remembering(inner, most=2)
    embedder.embed(["bags", "pets"])
    embedder.embed(["bags"])
    embedder.embed(["seats"])
    embedder.embed(["bags", "seats"])
    assert inner.asked == ["bags", "pets", "seats"]
    embedder.embed(["pets"])
    assert inner.asked[-1] == "pets"
