"""A large index in files that are read as they are used, so that opening it reads nothing whole.

Chroma reads all vectors and its search structure into memory before it answers anything: 240 MB of 100,000 passages.
"""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from assistant.adapters import near_texts
from assistant.adapters.chroma_search import Nearest
from assistant.adapters.index_folder import REBUILD
from assistant.adapters.near_texts import NearTexts
from assistant.domain.knowledge import Evidence, Passage
from assistant.errors import IndexUnreadable
from assistant.ports import Vectors
from assistant.scoring.fields import Fields
from assistant.scoring.fusion import Collection
from assistant.scoring.lexical import Arrays, Lexicon, fits
from assistant.scoring.weights import Weights

_POSITIONS = ("titles", "title_starts", "article", "titled", "windows", "window_starts")
"""Arrays of `Fields`."""


def arrays_of(passages: Sequence[Passage], fields: Fields, vectors: Vectors) -> Arrays:
    """What a `KeptIndex` reads; `vectors` has a unit row for each of the fields' texts."""
    rows = [passage.model_dump_json().encode("utf-8", "surrogatepass") for passage in passages]
    ids = np.array([_mark(passage.id.encode("utf-8", "surrogatepass")) for passage in passages], np.uint64)
    order = np.argsort(ids, kind="stable")
    return {
        **{f"fields-{name}": getattr(fields, name) for name in _POSITIONS},
        **Lexicon(fields).arrays,
        **near_texts.arrays_of(vectors),
        "rows": np.frombuffer(b"".join(rows), np.uint8),
        "row-ends": np.cumsum([len(row) for row in rows], dtype=np.int64),
        "row-marks": np.array([_mark(row) for row in rows], np.uint64),
        "ids": ids[order],
        "id-places": order,
    }


class KeptIndex:
    """What `arrays_of` made. Raises `IndexUnreadable` where something is missing, of another size or version."""

    def __init__(self, kept: Arrays, *, texts: int, weights: Weights) -> None:
        try:
            positions = {name: kept[f"fields-{name}"] for name in _POSITIONS}
            fields = Fields(texts=(), size=texts, **positions)
            near = NearTexts(kept)
            self._rows, self._ends, self._marks = kept["rows"], kept["row-ends"], kept["row-marks"]
            self._ids, self._places = kept["ids"], kept["id-places"]
        except KeyError as missing:
            raise IndexUnreadable(f"{missing} is missing; {REBUILD}") from missing
        if not fits(kept, fields) or near.texts != texts or len(self._marks) != fields.passages:
            raise IndexUnreadable(f"files of several indexes are mixed; {REBUILD}")
        self._search = Nearest(Collection(fields, Lexicon(fields, kept), self._take, weights), near)

    def search(self, queries: Sequence[str], vectors: Vectors, *, k: int) -> tuple[Evidence, ...]:
        """One evidence a query, in order."""
        return self._search.search(queries, vectors, k=k)

    def get(self, ids: Sequence[str]) -> Mapping[str, Passage]:
        """Unknown ids are left out."""
        marks = np.array([_mark(each.encode("utf-8", "surrogatepass")) for each in ids], np.uint64)
        at = np.searchsorted(self._ids, marks)
        known = [place for place, mark in zip(at.tolist(), marks, strict=True) if self._ids[place : place + 1] == mark]
        taken = {passage.id: passage for passage in self._take([int(self._places[place]) for place in known])}
        return {each: taken[each] for each in ids if each in taken}

    def _take(self, positions: Sequence[int]) -> list[Passage]:
        """Raises `IndexUnreadable` where a passage is not the one that was indexed."""
        found: list[Passage] = []
        for position in positions:
            row = self._rows[self._ends[position - 1] if position else 0 : self._ends[position]].tobytes()
            if self._marks[position] != _mark(row):
                raise IndexUnreadable(f"passage {position}: what is stored is not what was indexed; {REBUILD}")
            found.append(Passage.model_validate_json(row))
        return found


def _mark(text: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")
