"""How well any label set is learnt, on own splits of the open halves: a quarter is tested, the rest is trained on.

    python benchmarks/label_sets.py [--data DIR] [--sets banking77,hint3_v1] [--quick]

`DIR` holds banking77, clinc150, hint3_v1 and airline, each as open.jsonl; what is not there is said and left out. The
official tests take no part. Trains as `assistant train --examples` does, with wide vectors.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from by_chance import error_of_a_true
from numpy.typing import NDArray

from assistant.adapters.bge import Bge
from assistant.learning.card import calibration_error
from assistant.learning.rows import OOS
from assistant.learning.statistics import auroc, false_positive_rate, wilson
from assistant.ports import Vectors
from assistant.scoring.features import Floats
from assistant.scoring.folder import read
from assistant.scoring.heads import INTENTS, IntentHead
from assistant.scoring.text import clean
from assistant.workflows.train import train_file

Row = dict[str, Any]


class Remembering:
    """An embedder that embeds a text once, so that many splits of one set cost one pass."""

    def __init__(self, inner: Bge) -> None:
        self._inner = inner
        self._known: dict[str, Vectors] = {}

    @property
    def fingerprint(self) -> str:
        return self._inner.fingerprint

    @property
    def dimensions(self) -> int:
        return self._inner.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._inner.embed(new), strict=True))
        return np.array([self._known[text] for text in texts], np.float32).reshape(len(texts), self.dimensions)


@dataclass(frozen=True)
class Seen:
    """One model on rows it never saw: in-scope ones first, then those out of scope."""

    labels: tuple[str, ...]
    truth: tuple[str, ...]
    said: tuple[str, ...]
    confidence: Floats
    inside: Floats
    outside: Floats
    threshold: float
    seconds: float

    @property
    def right(self) -> NDArray[np.bool_]:
        return np.array([a == b for a, b in zip(self.truth, self.said, strict=True)])


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--data", type=Path, default=Path())
    asked.add_argument("--sets", default=",".join(_SETS))
    asked.add_argument("--quick", action="store_true", help="one seed")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        embedder = Remembering(Bge(Path(scratch), "int8"))
        for name in options.sets.split(","):
            file = options.data / name / "open.jsonl"
            if not file.is_file():
                print(f"{name}: not measured, no {file}")
                continue
            rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
            embedder.embed([clean(row["text"]) for row in rows])
            _SETS[name](rows, _learner(embedder, Path(scratch)), range(1, 2 if options.quick else 4))


Learn = Callable[[Sequence[Row], Sequence[Row]], Seen]


def _learner(embedder: Remembering, scratch: Path) -> Learn:
    def learn(taught: Sequence[Row], tested: Sequence[Row]) -> Seen:
        file = scratch / "examples.jsonl"
        lines = [json.dumps({"text": row["text"], "label": row["label"]}) for row in taught]
        file.write_text("\n".join(lines), encoding="utf-8")
        started = time.perf_counter()
        train_file(file, validation=None, embedder=embedder, out=scratch / "model", progress=lambda steps, total: None)
        took = time.perf_counter() - started
        head = IntentHead(read(scratch / "model" / INTENTS, INTENTS))
        ordered = sorted(tested, key=lambda row: row["label"] == OOS)
        texts = [clean(row["text"]) for row in ordered]
        reading = head.read(texts, embedder.embed(texts))
        truth = tuple(row["label"] for row in ordered if row["label"] != OOS)
        n = len(truth)
        said = tuple(head.labels[column] for column in reading.log_probabilities[:n].argmax(axis=1))
        sure = np.exp(reading.log_probabilities[:n].max(axis=1))
        return Seen(
            head.labels, truth, said, sure, reading.in_scope[:n], reading.in_scope[n:], head.gate.threshold, took
        )

    return learn


def _split(rows: Sequence[Row], seed: int, shots: int | None) -> tuple[list[Row], list[Row]]:
    """A quarter is tested; of the rest `shots` a label are taught, or all; out-of-scope examples always all."""
    order = np.random.default_rng(seed).permutation(len(rows))
    tested, left = order[: len(rows) // 4], order[len(rows) // 4 :]
    used: dict[str, int] = {}
    taught = []
    for place in left:
        label = rows[place]["label"]
        used[label] = used.get(label, 0) + 1
        if shots is None or label == OOS or used[label] <= shots:
            taught.append(rows[place])
    return taught, [rows[place] for place in tested]


def _told(name: str, runs: Sequence[Seen]) -> None:
    right = np.concatenate([run.right for run in runs])
    truth = np.concatenate([np.array(run.truth) for run in runs])
    even = np.mean([right[truth == label].mean() for label in np.unique(truth)])
    found = wilson(int(right.sum()), len(right))
    assert found is not None
    error = np.mean([calibration_error(run.confidence, run.right) for run in runs])
    true = np.mean([error_of_a_true(run.confidence) for run in runs])
    spread = ", ".join(f"{run.right.mean():.1%}" for run in runs)
    print(
        f"{name}: accuracy {found.value:.1%} ({found.low:.1%} to {found.high:.1%}, n = {found.n}; {spread}), "
        f"every label counted alike {even:.1%}, macro F1 {np.mean([_macro_f1(run) for run in runs]):.1%}, "
        f"calibration error {error:.3f} (a true confidence would show {true:.3f}), "
        f"trained in {max(run.seconds for run in runs):.1f} s without embedding"
    )
    if all(len(run.outside) for run in runs):
        _told_scope(runs)


def _told_scope(runs: Sequence[Seen]) -> None:
    areas = np.mean([auroc(run.inside, run.outside) for run in runs])
    let_in = np.mean([false_positive_rate(run.inside, run.outside, kept=0.95) for run in runs])
    kept = np.mean([(run.right & (run.inside >= run.threshold)).mean() for run in runs])
    away = np.concatenate([run.outside < run.threshold for run in runs])
    print(
        f"  out of scope (n = {len(away)}): AUROC {areas:.3f}, let in at 95 % kept {let_in:.1%}; at the threshold "
        f"{kept:.1%} of in-scope rows kept and right, {away.mean():.1%} of the others turned away"
    )


def _macro_f1(run: Seen) -> float:
    scores = []
    for label in sorted(set(run.truth)):
        hits = sum(a == b == label for a, b in zip(run.truth, run.said, strict=True))
        scores.append(2 * hits / (run.truth.count(label) + run.said.count(label)))
    return float(np.mean(scores))


def _intents(rows: Sequence[Row], learn: Learn, seeds: Sequence[int], *, name: str) -> None:
    for shots in (5, 10):
        _told(f"{name} {shots} a label", [learn(*_split(rows, seed, shots)) for seed in seeds])
    _told(f"{name} all", [learn(*_split(rows, seed, None)) for seed in seeds[:2]])


def _hint3(rows: Sequence[Row], learn: Learn, seeds: Sequence[int]) -> None:
    """What is said to the other two bots stands for what is out of scope; the real test of it is not here."""
    for bot in sorted({row["bot"] for row in rows}):
        own = [row for row in rows if row["bot"] == bot]
        foreign = [{**row, "label": OOS} for row in rows if row["bot"] != bot]
        runs = []
        for seed in seeds:
            taught, tested = _split(own, seed, None)
            known = {row["label"] for row in taught}
            runs.append(learn(taught, [*(row for row in tested if row["label"] in known), *foreign]))
        _told(f"hint3 {bot}", runs)


_SETS: dict[str, Callable[[Sequence[Row], Learn, Sequence[int]], None]] = {
    "banking77": lambda rows, learn, seeds: _intents(rows, learn, seeds, name="banking77"),
    "clinc150": lambda rows, learn, seeds: _intents(rows, learn, seeds, name="clinc150"),
    "hint3_v1": _hint3,
    "airline": lambda rows, learn, seeds: _told(
        "airline sentiment", [learn(*_split(rows, seed, None)) for seed in seeds]
    ),
}


if __name__ == "__main__":
    main()
