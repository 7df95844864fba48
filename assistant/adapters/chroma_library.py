"""A `Library` in Chroma: one collection for each kind of readers, all in one home."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from assistant.adapters.chroma import ChromaIndex
from assistant.adapters.chroma_home import Folder, Home
from assistant.domain.knowledge import Evidence, Passage
from assistant.domain.readers import Readers
from assistant.domain.vocabulary import Audience
from assistant.errors import IndexAway
from assistant.ports import PassageIndex, Vectors
from assistant.scoring.weights import Weights


def collection_name(brand_id: str, readers: Readers) -> str:
    """The collection of a brand's articles for these readers."""
    return f"{brand_id}-{readers.name}"


class ChromaLibrary:
    """The collections of one brand, opened as they are asked for. `readers` are all it may have, anybody first.

    Raises as `ChromaIndex` does, `IndexMissing` where anybody's is not there and only reading is wanted.
    """

    def __init__(
        self,
        home: Home | Path,
        *,
        brand_id: str,
        readers: Sequence[Readers],
        embedder_fingerprint: str,
        read_only: bool = False,
        weights: Callable[[], Weights] = Weights,
    ) -> None:
        self._home: Home = Folder(home, read_only=read_only) if isinstance(home, Path) else home
        self._brand_id = brand_id
        self._readers = tuple(readers)
        self._embedder = embedder_fingerprint
        self._weights = weights
        self._opened: dict[Readers, ChromaIndex] = {}
        self._anybody = self.collection(self._readers[0])
        if read_only:
            try:
                with suppress(IndexAway):  # a process that only reads starts, and finds it once it is back
                    self._anybody.require()
            except Exception:
                self._home.close()
                raise

    @property
    def fingerprint(self) -> str:
        """Of all that customers may be told: anybody's own where there is nothing else."""
        told = [each for each in self._readers[1:] if each.audience is not Audience.AGENTS]
        others = [kept for each in told if (kept := self.collection(each).fingerprint)]
        if not others:
            return self._anybody.fingerprint
        return hashlib.sha256("\0".join((self._anybody.fingerprint, *others)).encode()).hexdigest()

    def replace(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        self._anybody.replace(passages, vectors)

    def search(self, queries: Sequence[str], vectors: Vectors, *, k: int) -> Sequence[Evidence]:
        return self._anybody.search(queries, vectors, k=k)

    def get(self, passage_ids: Sequence[str]) -> Mapping[str, Passage]:
        found: dict[str, Passage] = {}
        for index in self._kept():
            if wanted := [each for each in passage_ids if each not in found]:
                found.update(index.get(wanted))
        return found

    def count(self) -> int:
        return self._anybody.count()

    def of(self, readers: Readers) -> PassageIndex:
        for each in (readers, Readers(language=readers.language)):
            if each in self._readers[1:] and (own := self.collection(each)).fingerprint:
                return own
        return self._anybody

    def collection(self, readers: Readers) -> ChromaIndex:
        if readers not in self._opened:
            self._opened[readers] = ChromaIndex(
                self._home,
                collection=collection_name(self._brand_id, readers),
                embedder_fingerprint=self._embedder,
                weights=self._weights,
            )
        return self._opened[readers]

    def drop(self, readers: Readers) -> None:
        self.collection(readers).drop()

    def close(self) -> None:
        """Give the database and the right to write back."""
        self._home.close()

    def _kept(self) -> list[ChromaIndex]:
        """Those that are there, anybody's first, there or not."""
        return [self._anybody, *(own for each in self._readers[1:] if (own := self.collection(each)).fingerprint)]
