"""Passages of a large index, read from Chroma when a search returns them."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.adapters.index_folder import REBUILD
from assistant.adapters.kept_index import KeptIndex
from assistant.domain.knowledge import Passage
from assistant.errors import IndexUnreadable


class Rows:
    """Raises `IndexUnreadable` where a row is not the one that was indexed."""

    def __init__(self, stored: Any, kept: KeptIndex) -> None:  # noqa: ANN401 - Chroma's collection is untyped here
        self._stored = stored
        self._kept = kept

    def take(self, positions: Sequence[int]) -> list[Passage]:
        """The passages at these positions, in this order."""
        wanted = list(dict.fromkeys(positions))
        got = self._stored.get(ids=[str(position) for position in wanted], include=["metadatas"]) if wanted else {}
        found: dict[int, Passage] = {}
        for text, metadata in zip(got.get("ids", ()), got.get("metadatas", ()), strict=True):
            row = str((metadata or {}).get("passage", ""))
            if not self._kept.whole(int(text), row):
                raise IndexUnreadable(f"passage {text}: what is stored is not what was indexed; {REBUILD}")
            found[int(text)] = Passage.model_validate_json(row)
        if len(found) < len(wanted):
            raise IndexUnreadable(f"{len(wanted) - len(found)} passages are missing; {REBUILD}")
        return [found[position] for position in positions]

    def get(self, ids: Sequence[str]) -> Mapping[str, Passage]:
        """Unknown ids are left out."""
        places = self._kept.places(ids)
        taken = self.take(list(places.values()))
        return {each: passage for each, passage in zip(places, taken, strict=True) if passage.id == each}
