"""Vectors kept in memory, so that texts looked at again and again are embedded once."""

from collections.abc import Sequence

import numpy as np

from assistant.ports import Embedder, Vectors


class Remembering:
    """An `Embedder` in front of another one; of the texts it saw, the `most` used last keep their vectors.

    In memory only: what is asked to be forgotten leaves no trace on a disk.
    """

    def __init__(self, embedder: Embedder, *, most: int = 10_000) -> None:
        self._embedder = embedder
        self._most = most
        self._rows: dict[str, Vectors] = {}

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    @property
    def dimensions(self) -> int:
        return self._embedder.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        wanted = dict.fromkeys(texts)
        known = {text: row for text in wanted if (row := self._rows.pop(text, None)) is not None}
        new = [text for text in wanted if text not in known]
        if new:
            known.update(zip(new, self._embedder.embed(new), strict=True))
        kept = {**self._rows, **known}
        self._rows = dict(list(kept.items())[-self._most :])
        return np.array([known[text] for text in texts], np.float32).reshape(len(texts), self.dimensions)
