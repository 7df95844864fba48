"""Puts meaning and words together: one score a passage, and the evidence of one search."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from assistant.domain.knowledge import Evidence, Hit, Passage
from assistant.ports import Vectors
from assistant.scoring.answerable import answerable
from assistant.scoring.fields import Fields, Positions, fields_of
from assistant.scoring.lexical import Lexicon, Scores
from assistant.scoring.linear import Products, exact
from assistant.scoring.rerank import Features, features, reordered
from assistant.scoring.twins import AMONG, Signals, signals, supported
from assistant.scoring.weights import Weights

MAX_PER_ARTICLE = 2
"""Passages of one article among the hits, so that one long article can't hide the others."""

Take = Callable[[Sequence[int]], Sequence[Passage]]
"""Takes positions and gives the passages there, in the same order."""

Among = Callable[[Positions], Scores]
"""Takes places of passages, a row a query, and gives the cosines of their full texts, each with each of its row."""

_QUERIES = 64
"""Ranked at once: what they take stays near the core, and more gain nothing."""
_KNOWN_CELLS = 4_000_000
"""Cosines of passages with each other that are kept: 16 MB. Of more passages they are computed for each search."""


@dataclass(frozen=True)
class Cosines:
    """Of queries, a row each, with each passage: its full text, its best window, its article's best title or question.

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

    def of(self, passages: Positions) -> "Cosines":
        """With these passages only."""
        return Cosines(self.full[..., passages], self.title[..., passages], self.window[..., passages])

    def row(self, query: int) -> "Cosines":
        """Of one query, without rows."""
        return Cosines(self.full[query], self.title[query], self.window[query])


class Weighed(NamedTuple):
    """One score a passage, in [0, 1], and what `answerable` is told; a row a query."""

    scores: Scores
    signals: Signals


@dataclass(frozen=True)
class Collection:
    """Passages ready for ranking; whoever holds the vectors brings the cosines, and `take` the passages of a result."""

    fields: Fields
    lexicon: Lexicon
    take: Take
    weights: Weights

    def rank(
        self, cosines: Cosines, lexical: Scores, *, k: int, among: Among, positions: Positions | None = None
    ) -> list[Evidence]:
        """The evidence of each query, a row each. Where `positions` is given, only those passages take part, in this
        order; `among` takes places in it.
        """
        if not cosines.full.shape[-1]:
            return [Evidence() for _ in cosines.full]
        at = np.arange(self.fields.passages) if positions is None else positions
        articles = self.fields.article[at]
        scores, known = weigh(cosines, lexical, articles, self.weights, among)
        measured = zip(*(signal.tolist() for signal in known), strict=True)
        sure = [answerable(self.weights, **Signals(*row)._asdict()) for row in measured]
        kept = scores.clip(0.0, 1.0)
        chosen = _diverse(scores, articles, k)
        taken = iter(self.take([place for best in chosen for place in at[best].tolist()]))
        return [
            Evidence(hits=tuple(Hit(next(taken), score) for score in row[best].tolist()), answerable=likely)
            for best, row, likely in zip(chosen, kept, sure, strict=True)
        ]


def collect(passages: Sequence[Passage], weights: Weights | None = None) -> Collection:
    """A collection with its passages in memory."""
    fields = fields_of(passages)
    kept = tuple(passages)
    return Collection(fields, Lexicon(fields), lambda positions: [kept[at] for at in positions], weights or Weights())


class Exact:
    """A collection with all its vectors in memory: every passage is compared with every query.

    `vectors` has one unit row for each of `collection.fields.texts`; `products` says how queries meet them.
    """

    def __init__(self, collection: Collection, vectors: Vectors, products: Products = exact) -> None:
        require_rows(vectors, collection.fields.size, "texts of the passages")
        self.collection = collection
        self._vectors = np.ascontiguousarray(vectors, np.float32)
        self._product = products(self._vectors)
        full = self._vectors[: collection.fields.passages]
        self._known = full @ full.T if len(full) ** 2 <= _KNOWN_CELLS else None

    def search(self, queries: Sequence[str], vectors: Vectors, *, k: int) -> tuple[Evidence, ...]:
        """One evidence a query, in order."""
        require_rows(vectors, len(queries), "queries")
        found: list[Evidence] = []
        for start in range(0, len(queries), _QUERIES):
            some = slice(start, start + _QUERIES)
            lexical = self.collection.lexicon.scores(queries[some])
            found += self.collection.rank(self.cosines(vectors[some]), lexical, k=k, among=self._among)
        return tuple(found)

    def weigh(self, cosines: Cosines, lexical: Scores, positions: Positions, weights: Weights) -> Weighed:
        """Of these passages only, one entry each, with other weights than the collection's own."""
        articles = self.collection.fields.article[positions]
        return weigh(cosines, lexical, articles, weights, lambda places: self._among(positions[places]))

    def cosines(self, vectors: Vectors) -> Cosines:
        """Of each query with every passage."""
        fields = self.collection.fields
        size = fields.passages
        if size == 0:
            nothing = np.zeros((len(vectors), 0), np.float32)
            return Cosines(nothing, nothing, nothing)
        similar = self._product(np.asarray(vectors, np.float32))
        best = np.maximum.reduceat(similar[:, fields.titles], fields.title_starts, axis=1)
        titles = np.where(fields.titled, best[:, fields.article], np.float32(-1.0))
        windows = np.maximum.reduceat(similar[:, fields.windows], fields.window_starts, axis=1)
        return Cosines(similar[:, :size], titles, windows)

    def _among(self, positions: Positions) -> Scores:
        if self._known is None:
            return each_with_each(self._vectors[positions])
        known: Scores = self._known.take(positions[..., :, None] * len(self._known) + positions[..., None, :])
        return known


def each_with_each(vectors: Vectors) -> Scores:
    """Cosines of some unit rows, each with each; what stands in front of them stays in front."""
    cosines: Scores = vectors @ vectors.swapaxes(-1, -2)
    return cosines


def require_rows(vectors: Vectors, wanted: int, of_what: str) -> None:
    """Raises `ValueError` where there isn't one vector for each."""
    if len(vectors) != wanted:
        raise ValueError(f"{len(vectors)} vectors for {wanted} {of_what}")


def top_of(scores: Scores, most: int = AMONG) -> Positions:
    """The places of the best scores, best first; equal ones keep their order."""
    most = min(scores.shape[-1], most)
    chosen = np.sort(np.argpartition(-scores, most - 1, axis=-1)[..., :most], axis=-1)
    order = np.argsort(-np.take_along_axis(scores, chosen, axis=-1), axis=-1, kind="stable")
    top: Positions = np.take_along_axis(chosen, order, axis=-1)
    return top


def _diverse(scores: Scores, articles: Positions, k: int) -> list[list[int]]:
    """The best places of each row, at most `MAX_PER_ARTICLE` of one article; equal scores keep their order."""
    some = max(4 * k, 32)
    top = top_of(scores, some)
    chosen = [_at_most_per_article(*both, k) for both in zip(top.tolist(), articles[top].tolist(), strict=True)]
    for row in [row for row, places in enumerate(chosen) if len(places) < k and some < scores.shape[-1]]:
        order = np.argsort(-scores[row], kind="stable")
        chosen[row] = _at_most_per_article(order.tolist(), articles[order].tolist(), k)
    return chosen


def _at_most_per_article(order: Sequence[int], articles: Sequence[int], k: int) -> list[int]:
    taken: dict[int, int] = {}
    chosen: list[int] = []
    for place, article in zip(order, articles, strict=True):
        if (so_far := taken.get(article, 0)) < MAX_PER_ARTICLE:
            taken[article] = so_far + 1
            chosen.append(place)
            if len(chosen) == k:
                break
    return chosen


def weigh(cosines: Cosines, lexical: Scores, articles: Positions, weights: Weights, among: Among) -> Weighed:
    """Fused scores, twins counted in, the best sorted as was learned; a row a query, or one query without rows.

    `among` takes places in these arrays.
    """
    scores = score_all(cosines, lexical, weights.dense)
    top = top_of(scores)
    alike, best = among(top), np.take_along_axis(scores, top, axis=-1)
    near, words = (np.take_along_axis(each, top, axis=-1) for each in (cosines.best, lexical))
    known = signals(best, near, words, articles[top], alike)
    np.put_along_axis(scores, top, supported(best, alike), axis=-1)
    if weights.rerank:
        rows = features_of(cosines, lexical, scores, top)
        np.put_along_axis(scores, top, reordered(rows[..., -1], rows, weights.rerank), axis=-1)
    return Weighed(scores, known)


def features_of(cosines: Cosines, lexical: Scores, scores: Scores, places: Positions) -> Features:
    """What the passages at these places are sorted by."""
    full, window, title, words, fused = (
        np.take_along_axis(each, places, axis=-1)
        for each in (cosines.full, cosines.window, cosines.title, lexical, scores)
    )
    return features(full=full, window=window, title=title, lexical=words, fused=fused)


def score_all(cosines: Cosines, lexical: Scores, weight: float) -> Scores:
    """One score a passage, in [0, 1]; `weight` is that of the cosines."""
    dense = 0.5 * cosines.full + 0.5 * cosines.best
    scores: Scores = weight * dense.clip(0.0, 1.0) + (1 - weight) * lexical
    return scores
