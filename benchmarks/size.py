"""How search holds up in a large collection: made-up passages and vectors, real queries through the real embedder.

`--passages N` (100,000 by default). Each step runs in a process of its own, so that memory is its own: writing the
index, then opening it and searching. CPU time counts all threads and, unlike the clock, is much the same on a busy
machine. `--rates` says instead how many real texts a second are embedded for an index.
"""

import argparse
import json
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.adapters.chroma import ChromaIndex
from assistant.adapters.minilm import MiniLM
from assistant.adapters.onnx_encoder import Precision
from assistant.compose.process import compute_alone
from assistant.domain.knowledge import Passage
from assistant.ports import Vectors
from assistant.scoring.fields import fields_of

_PER_ARTICLE = 5
_WORDS = 30
_SYLLABLES = ("ba", "de", "ki", "lo", "mu", "ner", "pas", "ri", "sol", "tam", "ver", "wi")
_CENTRES = 2_000
"""Subjects the made-up vectors lie around."""
_QUERIES = 500
_EMBEDDER = "made-up"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--rates", action="store_true")
    options = parser.parse_args(arguments)
    if options.rates:
        for precision in ("fp32", "int8"):
            print(json.dumps(_apart(_rates, precision)))
        return 0
    folder = Path(tempfile.mkdtemp(prefix="size-"))
    try:
        print(json.dumps(_apart(_write, folder, options.passages)), flush=True)
        print(json.dumps(_apart(_search, folder)), flush=True)
    finally:
        shutil.rmtree(folder)
    return 0


def _apart(step: Callable[..., dict[str, object]], *arguments: object) -> dict[str, object]:
    """What `step` says of itself in a process of its own, with the most memory it took."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measured, (step, *arguments))


def _measured(step: Callable[..., dict[str, object]], *arguments: object) -> dict[str, object]:
    compute_alone()
    said = step(*arguments)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"step": step.__name__.strip("_"), **said, "peak_mb": peak}


def _write(folder: Path, size: int) -> dict[str, object]:
    passages = _passages(size)
    vectors = _vectors(len(fields_of(passages).texts))
    index = _index(folder)
    started, cpu = time.perf_counter(), time.process_time()
    index.replace(passages, vectors)
    seconds, busy = time.perf_counter() - started, time.process_time() - cpu
    index.close()
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 2**20
    return {"passages": size, "texts": len(vectors), "s": round(seconds, 1), "cpu_s": round(busy, 1), "disk_mb": disk}


def _search(folder: Path) -> dict[str, object]:
    """Embed, search by meaning and words, fuse; one question at a time."""
    questions = [passage.text[:90] for passage in _passages(_QUERIES * 7)[::7]]
    started, cpu = time.perf_counter(), time.process_time()
    embedder, index = MiniLM(folder / "cache", threads=1), _index(folder, read_only=True)
    index.search(questions[:1], embedder.embed(questions[:1]), k=10)
    ready, ready_cpu = time.perf_counter() - started, time.process_time() - cpu
    took: list[tuple[float, float, float]] = []
    for question in questions:
        begun, worked = time.perf_counter(), time.process_time()
        vector = embedder.embed([question])
        embedded = time.process_time()
        index.search([question], vector, k=10)
        took.append((time.perf_counter() - begun, time.process_time() - worked, embedded - worked))
    times = 1e3 * np.array(took)
    now = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() // 2**20
    return {
        "ready_s": round(ready, 2),
        "ready_cpu_s": round(ready_cpu, 2),
        "p50_p99_ms": np.percentile(times[:, 0], [50, 99]).round(2).tolist(),
        "cpu_p50_p99_ms": np.percentile(times[:, 1], [50, 99]).round(2).tolist(),
        "of_it_embedding_ms": round(float(np.median(times[:, 2])), 2),
        "questions": len(questions),
        "resident_mb": now,
    }


def _rates(precision: Precision) -> dict[str, object]:
    """Texts a second on all cores, and a CPU-second, of about 23 and about 200 tokens."""
    with tempfile.TemporaryDirectory() as cache:
        embedder = MiniLM(Path(cache), precision)
        short = [passage.text[:70] for passage in _passages(1_500)]
        long = [" ".join(short[at : at + 9]) for at in range(0, 1_350, 9)]
        said: dict[str, object] = {"precision": precision}
        for name, texts in {"short": short, "long": long}.items():
            embedder.embed(texts[:50])
            started, cpu = time.perf_counter(), time.process_time()
            embedder.embed(texts)
            said[f"{name}_per_s"] = round(len(texts) / (time.perf_counter() - started), 1)
            said[f"{name}_per_cpu_s"] = round(len(texts) / (time.process_time() - cpu), 1)
    return said


def _index(folder: Path, *, read_only: bool = False) -> ChromaIndex:
    return ChromaIndex(folder / "index", collection="size", embedder_fingerprint=_EMBEDDER, read_only=read_only)


def _passages(size: int) -> list[Passage]:
    """Words as often as in real text (a few very common, most rare), the same at every run."""
    random = np.random.default_rng(1)
    words = np.array(["".join(random.choice(_SYLLABLES, random.integers(1, 5))) for _ in range(30_000)])
    rarity = 1 / np.arange(2, len(words) + 2)
    drawn: Any = random.choice(words, (size, _WORDS), p=rarity / rarity.sum())
    return [
        Passage(
            id=f"a{at // _PER_ARTICLE}@1#{at % _PER_ARTICLE}",
            article_id=f"a{at // _PER_ARTICLE}",
            version=1,
            title=" ".join(drawn[at - at % _PER_ARTICLE][:6]),
            text=f"{' '.join(row)}.",
        )
        for at, row in enumerate(drawn)
    ]


def _vectors(size: int) -> Vectors:
    random = np.random.default_rng(2)
    centres = random.standard_normal((_CENTRES, 384), np.float32)
    vectors = centres[random.integers(0, _CENTRES, size)]
    for start in range(0, size, 50_000):
        vectors[start : start + 50_000] += random.standard_normal(vectors[start : start + 50_000].shape, np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
