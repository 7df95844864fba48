"""Searching a collection too large to compare in full: near texts are proposed, the usual scores decide."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from assistant.domain.knowledge import Evidence
from assistant.ports import Vectors
from assistant.scoring.fields import Positions
from assistant.scoring.fusion import Collection, Cosines, each_with_each, require_rows
from assistant.scoring.lexical import Scores

_NEAREST = 200
"""Texts asked for as neighbours of each query."""
_LEXICAL = 50
"""Passages that the words of a query add to those."""
_QUERIES = 64
"""Queries searched for at once."""


class Neighbours(Protocol):
    """The texts of an index by their vectors."""

    def nearest(self, vectors: Vectors, most: int) -> Iterable[tuple[Positions, Scores]]:
        """Of each vector at most so many near texts and their products with it, in any order.

        A vector is of unit length, as the texts' are, or longer with zeros: then it is asked of a part of theirs.
        """
        ...

    def vectors_of(self, texts: Positions) -> Vectors:
        """In this order; zeros for one that was lost."""
        ...


class ChromaNeighbours:
    """Chroma's own HNSW index, asked each time."""

    def __init__(self, stored: Any, texts: int) -> None:  # noqa: ANN401 - Chroma's collection is untyped here
        self._stored = stored
        self._texts = texts

    def nearest(self, vectors: Vectors, most: int) -> Iterator[tuple[Positions, Scores]]:
        got = self._stored.query(query_embeddings=vectors, n_results=min(most, self._texts), include=["distances"])
        lengths = np.linalg.norm(vectors, axis=1)
        for ids, distances, length in zip(got["ids"], got["distances"], lengths, strict=True):
            yield np.array([int(text) for text in ids], np.int64), (1 - np.array(distances, np.float32)) * length

    def vectors_of(self, texts: Positions) -> Vectors:
        got = self._stored.get(ids=[str(text) for text in texts.tolist()], include=["embeddings"])
        rows = {int(text): row for text, row in zip(got["ids"], got["embeddings"], strict=True)}
        vectors = np.zeros((len(texts), len(next(iter(rows.values()), ()))), np.float32)
        for place, text in enumerate(texts.tolist()):
            vectors[place] = rows.get(text, 0.0)
        return vectors


class _Owners:
    """Which passages or articles a text belongs to."""

    def __init__(self, texts: Positions, starts: Positions) -> None:
        """`texts` of one owner after the other; `starts` says where each owner's begin."""
        owners = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(texts))))
        order = np.argsort(texts, kind="stable")
        self._texts, self._owners = texts[order], owners[order]

    def of(self, texts: Positions) -> "_Owned":
        first, end = (np.searchsorted(self._texts, texts, side) for side in ("left", "right"))
        return _Owned(*_spread(first, end - first, self._owners))


class _Owned(NamedTuple):
    """Pairs: the place of a text among those asked for, and one of its owners."""

    places: Positions
    owners: Positions


class Nearest:
    """Candidates are the passages of the nearest texts and those that share the rarest words with the query.

    A candidate's own cosine is always that of its vector; a title that is not among the nearest texts counts as far
    away, a window that is not counts like the whole passage.
    """

    def __init__(self, collection: Collection, near: Neighbours) -> None:
        self.collection = collection
        self._near = near
        fields = collection.fields
        self._titled = _Owners(fields.titles, fields.title_starts)
        self._windowed = _Owners(fields.windows, fields.window_starts)
        self._of_articles = np.argsort(fields.article, kind="stable")
        self._sizes = np.bincount(fields.article, minlength=len(fields.title_starts))
        self._starts = np.cumsum(self._sizes) - self._sizes

    def search(self, queries: Sequence[str], vectors: Vectors, *, k: int) -> tuple[Evidence, ...]:
        """One evidence a query, in order."""
        require_rows(vectors, len(queries), "queries")
        found: list[Evidence] = []
        for start in range(0, len(queries), _QUERIES):
            some = slice(start, start + _QUERIES)
            near = self._near.nearest(vectors[some], _NEAREST)
            for query, vector, (texts, cosines) in zip(queries[some], vectors[some], near, strict=True):
                found.append(self._rank(query, vector, texts, cosines, k))
        return tuple(found)

    def _rank(self, query: str, vector: Vectors, texts: Positions, near: Scores, k: int) -> Evidence:
        fields = self.collection.fields
        (lexical,) = self.collection.lexicon.scores([query])
        windowed, titled = self._windowed.of(texts), self._titled.of(texts)
        titled = _Owned(*(each[fields.titled[self._first_of(titled.owners)]] for each in titled))
        positions = np.unique(
            np.concatenate(
                [
                    texts[texts < fields.passages],
                    windowed.owners,
                    self._passages_of(np.unique(titled.owners)),
                    _best_words(lexical),
                ]
            )
        )
        vectors = self._near.vectors_of(positions)
        full = vectors @ vector
        window = np.full(len(positions), -1.0, np.float32)
        np.maximum.at(window, np.searchsorted(positions, windowed.owners), near[windowed.places])
        title = np.full(len(fields.title_starts), -1.0, np.float32)
        np.maximum.at(title, titled.owners, near[titled.places])
        (found,) = self.collection.rank(
            Cosines(full[None], title[None, fields.article[positions]], np.where(window == -1.0, full, window)[None]),
            lexical[None, positions],
            k=k,
            positions=positions,
            among=lambda places: each_with_each(vectors[places]),
        )
        return found

    def _first_of(self, articles: Positions) -> Positions:
        first: Positions = self._of_articles[self._starts[articles]]
        return first

    def _passages_of(self, articles: Positions) -> Positions:
        return _spread(self._starts[articles], self._sizes[articles], self._of_articles)[1]


def _spread(first: Positions, lengths: Positions, values: Positions) -> tuple[Positions, Positions]:
    """All values of several runs, one run after the other, each with the place of its run."""
    places = np.repeat(np.arange(len(first)), lengths)
    at = np.arange(len(places)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return places, values[first[places] + at]


def _best_words(lexical: Scores) -> Positions:
    most = min(_LEXICAL, len(lexical))
    best = np.argpartition(-lexical, most - 1)[:most] if most else np.zeros(0, np.int64)
    words: Positions = best[lexical[best] > 0]
    return words
