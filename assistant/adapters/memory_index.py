"""A `PassageIndex` that lives as long as its process: for foreign collections and for tests."""

from collections.abc import Mapping, Sequence

from assistant.domain.knowledge import Evidence, Passage
from assistant.errors import IndexMissing
from assistant.ports import Vectors
from assistant.scoring.fields import fingerprint_of
from assistant.scoring.fusion import Exact, collect
from assistant.scoring.weights import Weights


class MemoryIndex:
    """Exact: every passage is compared with every query."""

    def __init__(self, embedder_fingerprint: str = "", *, weights: Weights | None = None) -> None:
        self._embedder_fingerprint = embedder_fingerprint
        self._weights = weights
        self._exact: Exact | None = None
        self._by_id: dict[str, Passage] = {}
        self._fingerprint = ""

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
        return {passage_id: self._by_id[passage_id] for passage_id in passage_ids if passage_id in self._by_id}

    def count(self) -> int:
        return self._exact.collection.fields.passages if self._exact else 0

    def _indexed(self) -> Exact:
        if self._exact is None:
            raise IndexMissing("nothing was put into this index yet; call replace first")
        return self._exact
