"""A `Library` that lives as long as its process: for foreign collections, trials and tests."""

from collections.abc import Mapping, Sequence

from assistant.domain.knowledge import Evidence, Passage
from assistant.domain.readers import Readers
from assistant.errors import IndexMissing
from assistant.ports import Vectors
from assistant.scoring.fields import fingerprint_of
from assistant.scoring.fusion import Exact, collect
from assistant.scoring.weights import Weights


class MemoryIndex:
    """Exact: every passage is compared with every query. The first readers it is written for are anybody."""

    def __init__(self, embedder_fingerprint: str = "", *, weights: Weights | None = None) -> None:
        self._embedder_fingerprint = embedder_fingerprint
        self._weights = weights
        self._exact: Exact | None = None
        self._by_id: dict[str, Passage] = {}
        self._fingerprint = ""
        self._anybody: Readers | None = None
        self._others: dict[Readers, MemoryIndex] = {}

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def replace(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        self._exact = Exact(collect(passages, self._weights), vectors)
        self._by_id = {passage.id: passage for passage in passages}
        self._fingerprint = fingerprint_of(passages, self._embedder_fingerprint)

    def search(self, queries: Sequence[str], vectors: Vectors, *, k: int) -> Sequence[Evidence]:
        return self._indexed().search(queries, vectors, k=k)

    def get(self, passage_ids: Sequence[str]) -> Mapping[str, Passage]:
        self._indexed()
        known = {passage_id: self._by_id[passage_id] for passage_id in passage_ids if passage_id in self._by_id}
        for other in self._others.values():
            known = {**other.get(passage_ids), **known}
        return known

    def of(self, readers: Readers) -> "MemoryIndex":
        in_their_language = self._others.get(Readers(language=readers.language), self)
        return self._others.get(readers, in_their_language)

    def collection(self, readers: Readers) -> "MemoryIndex":
        self._anybody = self._anybody or readers
        if readers == self._anybody:
            return self
        return self._others.setdefault(readers, MemoryIndex(self._embedder_fingerprint, weights=self._weights))

    def drop(self, readers: Readers) -> None:
        self._others.pop(readers, None)

    def count(self) -> int:
        return self._exact.collection.fields.passages if self._exact else 0

    def _indexed(self) -> Exact:
        if self._exact is None:
            raise IndexMissing("nothing was put into this index yet; call replace first")
        return self._exact
