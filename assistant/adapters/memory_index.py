"""A `PassageIndex` that lives as long as its process: for foreign collections and for tests."""

from collections.abc import Mapping, Sequence

from assistant.domain.knowledge import Evidence, Passage
from assistant.errors import IndexMissing
from assistant.ports import Vectors
from assistant.scoring.fields import fingerprint_of
from assistant.scoring.fusion import Collection, Exact


class MemoryIndex:
    """Exact: every passage is compared with every query."""

    def __init__(self, embedder_fingerprint: str = "") -> None:
        self._embedder_fingerprint = embedder_fingerprint
        self._exact: Exact | None = None
        self._fingerprint = ""

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def replace(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        self._exact = Exact(Collection(passages), vectors)
        self._fingerprint = fingerprint_of(passages, self._embedder_fingerprint)

    def search(self, queries: Sequence[str], vectors: Vectors, *, k: int) -> Sequence[Evidence]:
        return self._indexed().search(queries, vectors, k=k)

    def get(self, passage_ids: Sequence[str]) -> Mapping[str, Passage]:
        known = self._indexed().collection.by_id
        return {passage_id: known[passage_id] for passage_id in passage_ids if passage_id in known}

    def count(self) -> int:
        return len(self._exact.collection.passages) if self._exact else 0

    def _indexed(self) -> Exact:
        if self._exact is None:
            raise IndexMissing("nothing was put into this index yet; call replace first")
        return self._exact
