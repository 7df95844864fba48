"""Puts meaning and words together: one score a passage, and the evidence of one search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.domain.knowledge import Evidence, Hit, Passage
from assistant.ports import Vectors
from assistant.scoring.answerable import answerable
from assistant.scoring.fields import Fields, Positions, fields_of
from assistant.scoring.lexical import Lexicon, Scores
from assistant.scoring.weights import Weights

MAX_PER_ARTICLE = 2
"""Passages of one article among the hits, so that one long article can't hide the others."""

PLAIN = slice(10, 50)
"""Ranks of cosines taken as what the collection is like around a question."""

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


class Signals(NamedTuple):
    """What tells a covered question from another.

    `score` is the best passage's, `lead` how far its article is ahead of the next, `peak` how far the best cosine is
    above the mean of those ranked `PLAIN`: a question of the trade is near everything, its answer nearer than the rest.
    """

    score: float
    lead: float
    peak: float


class Collection:
    """Passages ready for ranking; whoever holds the vectors brings the cosines."""

    def __init__(self, passages: Sequence[Passage], weights: Weights | None = None) -> None:
        self.weights = weights or Weights()
        self.passages = tuple(passages)
        self.fields: Fields = fields_of(self.passages)
        self.by_id: Mapping[str, Passage] = {passage.id: passage for passage in self.passages}
        self.lexicon = Lexicon(self.fields)

    def rank(self, cosines: Cosines, lexical: Scores, *, k: int, positions: Positions | None = None) -> Evidence:
        """The evidence of one query. Where `positions` is given, only those passages take part: one entry each."""
        if not len(cosines.full):
            return Evidence()
        at = np.arange(len(self.passages)) if positions is None else positions
        scores, articles = score_all(cosines, lexical, self.weights.dense), self.fields.article[at]
        best = _diverse(scores, articles, k)
        hits = tuple(
            Hit(passage=self.passages[position], score=min(1.0, max(0.0, score)))
            for position, score in zip(at[best].tolist(), scores[best].tolist(), strict=True)
        )
        likely = answerable(self.weights, **_signals(cosines, scores, articles)._asdict())
        return Evidence(hits=hits, answerable=likely)

    def signals(self, cosines: Cosines, lexical: Scores, positions: Positions) -> Signals:
        """What `answerable` is told of a query against these passages only."""
        return _signals(cosines, score_all(cosines, lexical, self.weights.dense), self.fields.article[positions])


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
                self.collection.rank(each, self.collection.lexicon.score(query), k=k)
                for query, each in zip(queries[start : start + step], cosines, strict=True)
            ]
        return tuple(found)

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


def score_all(cosines: Cosines, lexical: Scores, weight: float) -> Scores:
    """One score a passage, in [0, 1]; `weight` is that of the cosines."""
    dense = 0.5 * cosines.full + 0.5 * cosines.best
    scores: Scores = weight * dense.clip(0.0, 1.0) + (1 - weight) * lexical
    return scores


def _signals(cosines: Cosines, scores: Scores, articles: Positions) -> Signals:
    """The lead is all of the best passage's score where there is no other article; `peak` likewise."""
    best = int(scores.argmax())
    others = scores[articles != articles[best]]
    lead = float(scores[best] - (others.max() if len(others) else 0.0))
    near = cosines.best
    most = min(len(near), PLAIN.stop)
    ranked = np.sort(np.partition(near, len(near) - most)[len(near) - most :])[::-1]
    plain = float(ranked[PLAIN].mean()) if most > PLAIN.start else 0.0
    return Signals(score=float(scores[best]), lead=lead, peak=float(ranked[0]) - plain)
