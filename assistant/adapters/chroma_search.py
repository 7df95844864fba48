"""Searching a collection too large to compare in full: Chroma proposes, the usual scores decide."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from assistant.domain.knowledge import Evidence
from assistant.ports import Vectors
from assistant.scoring.fields import Positions
from assistant.scoring.fusion import Collection, Cosines, each_with_each, require_rows
from assistant.scoring.lexical import Scores

_NEAREST = 200
"""Texts asked of Chroma's HNSW index for each query."""
_LEXICAL = 50
"""Passages that the words of a query add to those."""
_QUERIES = 64
"""Queries sent to Chroma at once."""


class Nearest:
    """Candidates are the passages of the nearest texts and those that share the rarest words with the query.

    A candidate's own cosine is always exact; a title that is not among the nearest texts counts as far away, a window
    that is not counts like the whole passage.
    """

    def __init__(self, collection: Collection, stored: Any, kept: Vectors | None = None) -> None:  # noqa: ANN401
        """`stored` is Chroma's collection; `kept` its passages' vectors, where they needn't be asked of it."""
        self.collection = collection
        self._kept = kept if kept is not None and len(kept) == collection.fields.passages else None
        self._stored = stored
        fields = collection.fields
        self._articles_of: dict[int, list[int]] = {}
        """Text to the articles it is a title or question of."""
        ends = np.append(fields.title_starts[1:], len(fields.titles))
        for article, (start, end) in enumerate(zip(fields.title_starts, ends, strict=True)):
            for text in fields.titles[start:end].tolist():
                self._articles_of.setdefault(text, []).append(article)
        self._passages_with: dict[int, list[int]] = {}
        """Text to the passages it is a window of."""
        window_ends = np.append(fields.window_starts[1:], len(fields.windows))
        for passage, (start, end) in enumerate(zip(fields.window_starts, window_ends, strict=True)):
            for text in fields.windows[start:end].tolist():
                self._passages_with.setdefault(text, []).append(passage)
        order = np.argsort(fields.article, kind="stable")
        cuts = np.flatnonzero(np.diff(fields.article[order])) + 1
        self._passages_of = np.split(order, cuts)

    def search(self, queries: Sequence[str], vectors: Vectors, *, k: int) -> tuple[Evidence, ...]:
        """One evidence a query, in order."""
        require_rows(vectors, len(queries), "queries")
        found: list[Evidence] = []
        for start in range(0, len(queries), _QUERIES):
            batch = vectors[start : start + _QUERIES]
            got = self._stored.query(
                query_embeddings=batch,
                n_results=min(_NEAREST, len(self.collection.fields.texts)),
                include=["distances"],
            )
            for position, query in enumerate(queries[start : start + _QUERIES]):
                near = {
                    int(text): 1.0 - distance
                    for text, distance in zip(got["ids"][position], got["distances"][position], strict=True)
                }
                found.append(self._rank(query, batch[position], near, k))
        return tuple(found)

    def _rank(self, query: str, vector: Vectors, near: dict[int, float], k: int) -> Evidence:
        fields = self.collection.fields
        (lexical,) = self.collection.lexicon.scores([query])
        titles: dict[int, float] = {}
        windows: dict[int, float] = {}
        for text, cosine in near.items():
            for passage in self._passages_with.get(text, ()):
                windows[passage] = max(windows.get(passage, -1.0), cosine)
            for article in self._articles_of.get(text, ()):
                if fields.titled[self._passages_of[article][0]]:
                    titles[article] = max(titles.get(article, -1.0), cosine)
        chosen = {text for text in near if text < fields.passages} | windows.keys() | _best_words(lexical)
        for article in titles:
            chosen.update(self._passages_of[article].tolist())
        positions = np.array(sorted(chosen), np.int64)
        full = self._full(positions, vector, near)
        window = [windows.get(at, float(own)) for at, own in zip(positions.tolist(), full, strict=True)]
        title = [titles.get(article, -1.0) for article in fields.article[positions].tolist()]
        (found,) = self.collection.rank(
            Cosines(full[None], np.array([title], np.float32), np.array([window], np.float32)),
            lexical[None, positions],
            k=k,
            positions=positions,
            among=lambda places: each_with_each(self._vectors_of(positions[places[0]]))[None],
        )
        return found

    def _full(self, positions: Positions, vector: Vectors, near: dict[int, float]) -> Scores:
        """Each candidate's own cosine: Chroma's where it gave one, else computed from the stored vector."""
        full = np.array([near.get(position, 0.0) for position in positions.tolist()], np.float32)
        missing = [row for row, position in enumerate(positions.tolist()) if position not in near]
        if missing:
            full[missing] = self._vectors_of(positions[missing]) @ vector
        return full

    def _vectors_of(self, positions: Positions) -> Vectors:
        """Of the full texts of these passages, in this order; zeros for one that Chroma has lost."""
        if self._kept is not None:
            chosen: Vectors = self._kept[positions]
            return chosen
        got = self._stored.get(ids=[str(position) for position in positions.tolist()], include=["embeddings"])
        rows = {int(text): row for text, row in zip(got["ids"], got["embeddings"], strict=True)}
        vectors = np.zeros((len(positions), len(next(iter(rows.values()), ()))), np.float32)
        for place, position in enumerate(positions.tolist()):
            vectors[place] = rows.get(position, 0.0)
        return vectors


def _best_words(lexical: Scores) -> set[int]:
    most = min(_LEXICAL, len(lexical))
    best = np.argpartition(-lexical, most - 1)[:most] if most else np.zeros(0, np.int64)
    return {int(position) for position in best if lexical[position] > 0}
