"""Puts meaning and words together: one score a passage, and the evidence of one search."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.domain.knowledge import Evidence, Hit, Passage
from assistant.ports import Vectors
from assistant.scoring.answerable import answerable
from assistant.scoring.fields import Fields, Positions, fields_of
from assistant.scoring.lexical import Lexicon, Scores
from assistant.scoring.rerank import Features, features, reordered
from assistant.scoring.twins import AMONG, Signals, signals, supported
from assistant.scoring.weights import Weights

MAX_PER_ARTICLE = 2
"""Passages of one article among the hits, so that one long article can't hide the others."""

VectorsOf = Callable[[Positions], Vectors]
"""Takes places of passages, gives the vectors of their full texts."""

_BATCH_CELLS = 4_000_000
"""Similarities held at once: 16 MB."""


@dataclass(frozen=True)
class Cosines:
    """Of one query, with each passage: its full text, its best window, and its article's best title or question.

    A passage whose article has no title has -1 there.
    """

    full: Scores
    title: Scores
    window: Scores

    @property
    def best(self) -> Scores:
        """The best of the three."""
        best: Scores = np.maximum(np.maximum(self.full, self.window), self.title)
        return best


class Weighed(NamedTuple):
    """One score a passage, in [0, 1], and what `answerable` is told."""

    scores: Scores
    signals: Signals


class Collection:
    """Passages ready for ranking; whoever holds the vectors brings the cosines."""

    def __init__(self, passages: Sequence[Passage], weights: Weights | None = None) -> None:
        self.weights = weights or Weights()
        self.passages = tuple(passages)
        self.fields: Fields = fields_of(self.passages)
        self.by_id: Mapping[str, Passage] = {passage.id: passage for passage in self.passages}
        self.lexicon = Lexicon(self.fields)

    def rank(
        self,
        cosines: Cosines,
        lexical: Scores,
        *,
        k: int,
        vectors_of: VectorsOf,
        positions: Positions | None = None,
    ) -> Evidence:
        """The evidence of one query. Where `positions` is given, only those passages take part: one entry each."""
        if not len(cosines.full):
            return Evidence()
        at = np.arange(len(self.passages)) if positions is None else positions
        articles = self.fields.article[at]
        weighed = weigh(cosines, lexical, articles, self.weights, lambda places: vectors_of(at[places]))
        best = _diverse(weighed.scores, articles, k)
        hits = tuple(
            Hit(passage=self.passages[position], score=min(1.0, max(0.0, score)))
            for position, score in zip(at[best].tolist(), weighed.scores[best].tolist(), strict=True)
        )
        return Evidence(hits=hits, answerable=answerable(self.weights, **weighed.signals._asdict()))


class Exact:
    """A collection with all its vectors in memory: every passage is compared with every query.

    `vectors` has one unit row for each of `collection.fields.texts`.
    """

    def __init__(self, collection: Collection, vectors: Vectors) -> None:
        require_rows(vectors, len(collection.fields.texts), "texts of the passages")
        self.collection = collection
        self._vectors = np.ascontiguousarray(vectors, np.float32)

    def search(self, queries: Sequence[str], vectors: Vectors, *, k: int) -> tuple[Evidence, ...]:
        """One evidence a query, in order."""
        require_rows(vectors, len(queries), "queries")
        step = max(1, _BATCH_CELLS // max(1, len(self._vectors)))
        found: list[Evidence] = []
        for start in range(0, len(queries), step):
            cosines = self.cosines(vectors[start : start + step])
            found += [
                self.collection.rank(each, self.collection.lexicon.score(query), k=k, vectors_of=self.vectors_of)
                for query, each in zip(queries[start : start + step], cosines, strict=True)
            ]
        return tuple(found)

    def vectors_of(self, positions: Positions) -> Vectors:
        """Of the full texts of these passages."""
        chosen: Vectors = self._vectors[positions]
        return chosen

    def weigh(self, cosines: Cosines, lexical: Scores, positions: Positions, weights: Weights) -> Weighed:
        """A query against these passages only, one entry each, with other weights than the collection's own."""
        articles = self.collection.fields.article[positions]
        return weigh(cosines, lexical, articles, weights, lambda places: self.vectors_of(positions[places]))

    def cosines(self, vectors: Vectors) -> list[Cosines]:
        """Of each query with every passage."""
        fields = self.collection.fields
        size = fields.passages
        if size == 0:
            nothing = np.zeros(0, np.float32)
            return [Cosines(nothing, nothing, nothing) for _ in vectors]
        similar = np.asarray(vectors, np.float32) @ self._vectors.T
        best = np.maximum.reduceat(similar[:, fields.titles], fields.title_starts, axis=1)
        titles = np.where(fields.titled, best[:, fields.article], np.float32(-1.0))
        windows = np.maximum.reduceat(similar[:, fields.windows], fields.window_starts, axis=1)
        return [Cosines(*rows) for rows in zip(similar[:, :size], titles, windows, strict=True)]


def require_rows(vectors: Vectors, wanted: int, of_what: str) -> None:
    """Raises `ValueError` where there isn't one vector for each."""
    if len(vectors) != wanted:
        raise ValueError(f"{len(vectors)} vectors for {wanted} {of_what}")


def top_of(scores: Scores) -> Positions:
    """The places of the best scores, best first; equal ones keep their order."""
    most = min(len(scores), AMONG)
    chosen = np.sort(np.argpartition(-scores, most - 1)[:most])
    top: Positions = chosen[np.argsort(-scores[chosen], kind="stable")]
    return top


def _diverse(scores: Scores, articles: Positions, k: int) -> list[int]:
    """The best positions, at most `MAX_PER_ARTICLE` of one article; equal scores keep the order of the passages."""
    size = len(scores)
    most = min(size, max(4 * k, 32))
    while True:
        top = np.sort(np.argpartition(-scores, most - 1)[:most]) if most < size else np.arange(size)
        order = top[np.argsort(-scores[top], kind="stable")]
        chosen = _at_most_per_article(order, articles, k)
        if len(chosen) == k or most == size:
            return chosen
        most = min(size, most * 8)


def _at_most_per_article(order: NDArray[np.int64], articles: Positions, k: int) -> list[int]:
    taken: dict[int, int] = {}
    chosen: list[int] = []
    for position, article in zip(order.tolist(), articles[order].tolist(), strict=True):
        if taken.get(article, 0) < MAX_PER_ARTICLE:
            taken[article] = taken.get(article, 0) + 1
            chosen.append(position)
            if len(chosen) == k:
                break
    return chosen


def weigh(cosines: Cosines, lexical: Scores, articles: Positions, weights: Weights, vectors_of: VectorsOf) -> Weighed:
    """Fused scores, twins counted in, the best sorted as was learned. `vectors_of` takes places in these arrays."""
    scores = score_all(cosines, lexical, weights.dense)
    top = top_of(scores)
    vectors = vectors_of(top)
    known = signals(scores[top], cosines.best[top], articles[top], vectors)
    scores[top] = supported(scores[top], vectors)
    if weights.rerank:
        scores[top] = reordered(scores[top], features_of(cosines, lexical, scores, top), weights.rerank)
    return Weighed(scores, known)


def features_of(cosines: Cosines, lexical: Scores, scores: Scores, places: Positions) -> Features:
    """What the passages at these places are sorted by."""
    return features(
        full=cosines.full[places],
        window=cosines.window[places],
        title=cosines.title[places],
        lexical=lexical[places],
        fused=scores[places],
    )


def score_all(cosines: Cosines, lexical: Scores, weight: float) -> Scores:
    """One score a passage, in [0, 1]; `weight` is that of the cosines."""
    dense = 0.5 * cosines.full + 0.5 * cosines.best
    scores: Scores = weight * dense.clip(0.0, 1.0) + (1 - weight) * lexical
    return scores
