"""What a large index keeps beside its database, so that opening it reads nothing whole."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from assistant.adapters import near_texts
from assistant.adapters.near_texts import NearTexts
from assistant.domain.knowledge import Passage
from assistant.ports import Vectors
from assistant.scoring.fields import Fields
from assistant.scoring.lexical import Arrays, Lexicon, fits

_POSITIONS = ("titles", "title_starts", "article", "titled", "windows", "window_starts")
"""Arrays of `Fields`."""


def arrays_of(passages: Sequence[Passage], rows: Sequence[str], fields: Fields, vectors: Vectors) -> Arrays:
    """What `read` reads; `rows` are the passages as they are stored."""
    ids = np.array([_mark(passage.id) for passage in passages], np.uint64)
    order = np.argsort(ids, kind="stable")
    return {
        **{f"fields-{name}": getattr(fields, name) for name in _POSITIONS},
        **Lexicon(fields).arrays,
        **near_texts.arrays_of(vectors),
        "rows": np.array([_mark(row) for row in rows], np.uint64),
        "ids": ids[order],
        "id-places": order,
    }


class KeptIndex:
    """All of an index but the passages themselves, of which it knows a mark each."""

    def __init__(self, kept: Arrays, *, texts: int) -> None:
        """Raises `ValueError` where something is missing, of another size, or of another version."""
        try:
            positions = {name: kept[f"fields-{name}"] for name in _POSITIONS}
            self.fields = Fields(texts=(), size=texts, **positions)
            self.near = NearTexts(kept)
            self._rows, self._ids, self._places = kept["rows"], kept["ids"], kept["id-places"]
        except KeyError as missing:
            raise ValueError(f"{missing} is not kept") from missing
        if not fits(kept, self.fields) or self.near.texts != texts or len(self._rows) != self.fields.passages:
            raise ValueError("what is kept is of another index")
        self.lexicon = Lexicon(self.fields, kept)

    def places(self, ids: Sequence[str]) -> Mapping[str, int]:
        """Where these passages should stand; unknown ids are left out."""
        marks = np.array([_mark(each) for each in ids], np.uint64)
        at = np.searchsorted(self._ids, marks)
        return {
            each: int(self._places[place])
            for each, place, mark in zip(ids, at.tolist(), marks, strict=True)
            if place < len(self._ids) and self._ids[place] == mark
        }

    def whole(self, position: int, row: str) -> bool:
        """Whether this row is the one that was stored there."""
        return bool(self._rows[position] == _mark(row))


def _mark(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")
