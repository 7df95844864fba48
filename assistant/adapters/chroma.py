"""A `PassageIndex` in Chroma, embedded or on a server: durable, replaced whole."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import numpy as np
from chromadb.errors import ChromaError
from pydantic import ValidationError

from assistant.adapters import index_folder
from assistant.adapters.chroma_home import Folder, Home, Stamp
from assistant.adapters.chroma_search import ChromaNeighbours, Nearest
from assistant.adapters.index_folder import REBUILD, Files, Pointer
from assistant.adapters.kept_index import KeptIndex, arrays_of
from assistant.adapters.rounded_product import rounded
from assistant.domain.knowledge import Evidence, Passage
from assistant.errors import IndexAway, IndexMissing, IndexOfAnotherModel, IndexUnreadable, Infrastructure
from assistant.ports import Vectors
from assistant.scoring.fields import fields_of, fingerprint_of
from assistant.scoring.fusion import Exact, collect, require_rows
from assistant.scoring.weights import Weights

EXACT_TEXTS = 20_000
"""Up to so many texts (three a passage) everything is compared in memory: 30 MB, and two seconds of loading."""

Read = TypeVar("Read")

_ROWS = 2_000
"""Rows written or read at once; Chroma takes 5,461 at most."""

_WRITTEN_AT = 1
"""From so many new rows Chroma's vector file holds them. By default, from 1,000; a smaller collection stands in its log
alone, and each reader makes that file anew, with whatever its memory held."""


@dataclass(frozen=True)
class _Loaded:
    """An index as it was when its pointer file had this stamp, searched with these weights."""

    stamp: Stamp
    weights: Weights
    search: Exact | Nearest | KeptIndex
    get: Callable[[Sequence[str]], Mapping[str, Passage]]


class ChromaIndex:
    """The passages of one brand, audience and language, embedded by one model.

    Every `replace` writes a new Chroma collection and then switches a pointer to it, so an interruption leaves the
    old index in place; readers, in other processes too, see the switch at their next call. Up to `exact_up_to` texts
    all vectors are loaded from Chroma once and compared in memory, which is exact and cheap in batches. Above it
    candidates are proposed and then scored the same way: in a folder by files in Chroma's place, which are read as they
    are used; on a server by Chroma's HNSW index, after all passages were read once.

    Raises `OwnedByAnother` where it would write and another process does, `IndexMissing` where there is nothing to
    read, `IndexUnreadable` where the folder is damaged, foreign, or was embedded by another model.
    """

    def __init__(
        self,
        home: Home | Path,
        *,
        collection: str,
        embedder_fingerprint: str,
        read_only: bool = False,
        exact_up_to: int = EXACT_TEXTS,
        weights: Callable[[], Weights] = Weights,
    ) -> None:
        """`home` is a folder, which is opened here, or any other home."""
        self._name = index_folder.file_name(collection)
        self._embedder = embedder_fingerprint
        self._exact_up_to = exact_up_to
        self._weights = weights
        self._loaded: _Loaded | None = None
        self._home: Home = Folder(home, read_only=read_only) if isinstance(home, Path) else home
        self._read_only = read_only
        if read_only:
            self.require()

    def require(self) -> None:
        """Raises `IndexMissing` or `IndexUnreadable` where there is nothing to search."""
        self._pointer()

    @property
    def fingerprint(self) -> str:
        pointer = self._known_pointer()
        return pointer.fingerprint if pointer else ""

    def count(self) -> int:
        pointer = self._known_pointer()
        return pointer.passages if pointer else 0

    def replace(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        if self._read_only or not self._home.writable:
            raise Infrastructure(f"{self._home}: this index was opened for reading only; open it for writing")
        fields = fields_of(passages)
        texts = fields.texts
        require_rows(vectors, len(texts), "texts of the passages")
        pointer = Pointer(
            collection=f"{self._name}.{index_folder.file_name(self._embedder)}.{uuid.uuid4().hex[:12]}",
            embedder=self._embedder,
            fingerprint=fingerprint_of(passages, self._embedder),
            passages=len(passages),
            texts=len(texts),
        )
        with self._writing():
            if (files := self._files_for(pointer)) is not None:
                files.keep(pointer.collection, arrays_of(passages, fields, vectors))
            else:
                self._write(pointer.collection, passages, vectors)
            self._home.switch(self._name, pointer)
            for old in self._home.client().list_collections():
                if old.name.startswith(f"{self._name}.") and old.name != pointer.collection:
                    self._home.client().delete_collection(old.name)
            self._home.clear_out(self._name, pointer)

    def search(self, queries: Sequence[str], vectors: Vectors, *, k: int) -> Sequence[Evidence]:
        return self._read_twice(lambda loaded: loaded.search.search(queries, vectors, k=k))

    def get(self, passage_ids: Sequence[str]) -> Mapping[str, Passage]:
        return self._read_twice(lambda loaded: loaded.get(passage_ids))

    def drop(self) -> None:
        """Remove it, readable or not; one that isn't there is fine."""
        with self._writing():
            try:
                if self._home.pointer(self._name) is None:
                    return
            except IndexUnreadable:
                pass  # damaged: it goes all the same
            self._home.remove(self._name)

    def close(self) -> None:
        """Give the database and the right to write back."""
        self._home.close()

    def _read_twice(self, read: Callable[["_Loaded"], Read]) -> Read:
        """A writer may remove what is read meanwhile, so a failure is tried again where the index changed."""
        loaded = self._current()
        try:
            with self._reading():
                return read(loaded)
        except IndexUnreadable:
            now = self._current()
            if now is loaded:
                raise
        with self._reading():
            return read(now)

    def _files_for(self, pointer: Pointer) -> Files | None:
        return self._home.files if pointer.texts > self._exact_up_to else None

    def _write(self, name: str, passages: Sequence[Passage], vectors: Vectors) -> None:
        made = self._home.client().create_collection(
            name,
            configuration={"hnsw": {"space": "cosine", "batch_size": _WRITTEN_AT, "sync_threshold": _WRITTEN_AT}},
            embedding_function=None,
        )
        for start in range(0, len(vectors), _ROWS):
            rows = range(start, min(start + _ROWS, len(vectors)))
            made.add(
                ids=[str(row) for row in rows],
                embeddings=vectors[start : start + _ROWS],
                metadatas=[
                    {"passage": passages[row].model_dump_json()} if row < len(passages) else {"title": True}
                    for row in rows
                ],
            )

    def _known_pointer(self) -> Pointer | None:
        """The pointer, or None where nothing was indexed with this embedder."""
        pointer = self._home.pointer(self._name)
        return pointer if pointer and pointer.embedder == self._embedder else None

    def _pointer(self) -> Pointer:
        pointer = self._home.pointer(self._name)
        if pointer is None:
            raise IndexMissing(f"{self._home}: nothing is indexed as {self._name} yet; run `assistant index`")
        if pointer.embedder != self._embedder:
            raise IndexOfAnotherModel(
                f"{self._home}: {self._name} was embedded with {pointer.embedder}, and this is {self._embedder}; "
                "run `assistant index` to embed it again, or go back to the setting it was built with"
            )
        return pointer

    def _current(self) -> _Loaded:
        """The index as the pointer file says now, loaded again only where that changed.

        While a damaged one is thrown away and built afresh there is no pointer, and what was loaded serves on.
        """
        with self._home.loading:
            stamp, weights = self._home.stamp(self._name), self._weights()
            known = self._loaded
            same = known is not None and (known.stamp, known.weights) == (stamp, weights)
            if known is None or (not same and self._home.pointer(self._name) is not None):
                known = self._loaded = self._load(stamp, weights, tries=2)
            return known

    def _load(self, stamp: Stamp, weights: Weights, *, tries: int) -> _Loaded:
        """Read the collection the pointer names. Its writer may remove it meanwhile, so a failure is tried again."""
        pointer = self._pointer()
        try:
            with self._reading():
                return self._read(pointer, stamp, weights)
        except IndexUnreadable:
            now = self._home.stamp(self._name)
            if tries <= 1 or now == stamp:
                raise
            return self._load(now, weights, tries=tries - 1)

    def _read(self, pointer: Pointer, stamp: Stamp, weights: Weights) -> _Loaded:
        if (files := self._files_for(pointer)) is not None:
            try:
                kept = KeptIndex(files.kept(pointer.collection), texts=pointer.texts, weights=weights)
            except IndexUnreadable as damage:
                raise IndexUnreadable(f"{self._home}: {damage}") from damage
            return _Loaded(stamp, weights, kept, kept.get)
        self._home.refresh()
        stored = self._home.client().get_collection(pointer.collection, embedding_function=None)
        if stored.count() != pointer.texts:
            raise IndexUnreadable(f"{self._home}: {stored.count()} of {pointer.texts} texts are left; {REBUILD}")
        exact = pointer.texts <= self._exact_up_to
        rows = _rows_of(stored, pointer, vectors=exact)
        passages = [Passage.model_validate_json(raw) for raw in rows.passages]
        if fingerprint_of(passages, self._embedder) != pointer.fingerprint:
            raise IndexUnreadable(f"{self._home}: what is stored is not what was indexed; {REBUILD}")
        del rows.passages[:]
        by_id = {passage.id: passage for passage in passages}
        collection = collect(passages, weights)
        near = ChromaNeighbours(stored, pointer.texts)
        search = Exact(collection, rows.vectors, rounded) if exact else Nearest(collection, near)
        return _Loaded(stamp, weights, search, lambda ids: {each: by_id[each] for each in ids if each in by_id})

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except httpx.TransportError as gone:
            raise IndexAway(f"{self._home}: the Chroma server does not answer any more; start it again") from gone
        except (ChromaError, httpx.HTTPError, ValidationError, OSError) as error:
            raise IndexUnreadable(f"{self._home}: damaged ({_first_line(error)}); {REBUILD}") from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (ChromaError, httpx.HTTPError, OSError) as error:
            raise IndexUnreadable(
                f"{self._home}: can't be written ({_first_line(error)}); make sure the disk has room, then {REBUILD}"
            ) from error


@dataclass(frozen=True)
class _Rows:
    """What one collection holds: passages as JSON, and all vectors where they were asked for."""

    passages: list[str]
    vectors: Vectors


def _rows_of(stored: Any, pointer: Pointer, *, vectors: bool) -> _Rows:  # noqa: ANN401 - Chroma's collection
    wanted = pointer.texts if vectors else pointer.passages
    passages = [""] * pointer.passages
    found = np.zeros((wanted, 0), np.float32)
    for start in range(0, wanted, _ROWS):
        ids = [str(row) for row in range(start, min(start + _ROWS, wanted))]
        got = stored.get(ids=ids, include=["metadatas", "embeddings"] if vectors else ["metadatas"])
        rows = [int(row) for row in got["ids"]]
        if vectors and len(rows):
            if found.shape[1] == 0:
                found = np.zeros((wanted, got["embeddings"].shape[1]), np.float32)
            found[rows] = got["embeddings"]
        for row, metadata in zip(rows, got["metadatas"], strict=True):
            if row < pointer.passages:
                passages[row] = str((metadata or {}).get("passage", ""))
    if vectors and wanted and not np.allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-3):
        raise IndexUnreadable(f"{pointer.collection}: vectors are damaged; {REBUILD}")
    return _Rows(passages, found)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
