"""Fits the grounding score and its threshold on labelled pairs of passages and reply."""

import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.domain.value import Value
from assistant.guardrails.grounding import FEATURES, features, score_with
from assistant.guardrails.kinds import NEEDS_SOURCE
from assistant.guardrails.support import Measured, measure_reply, statements

FIT_SHARE = 60
"""Percent of the groups that are fitted on; the rest is held for the stated numbers."""
MARGIN = 0.1
"""How far the threshold stands below the weakest supported reply it is fitted on. Those repeat their source nearly word
for word; a brand's own wording is freer: about 1 % of 1,320 approved sentences of the sample brand fall below it."""
_PASSES = 3000
_DIGITS = 4


class Pair(Value):
    """Passages and a reply; `group` is the document it is from, so that no document is in both parts."""

    id: str
    source: str
    group: str
    passages: tuple[str, ...]
    reply: str
    supported: bool
    planted: str = ""


class Weights(NamedTuple):
    """A fitted score: `threshold` is the least score of a supported sentence."""

    intercept: float
    weights: dict[str, float]
    threshold: float


def is_held(group: str) -> bool:
    """Whether a group belongs to the held part; the same on every machine."""
    return zlib.crc32(group.encode()) % 100 >= FIT_SHARE


def fit_grounding(pairs: Sequence[Pair], *, source_weights: dict[str, float], threshold_on: str) -> Weights:
    """Fit a logistic score on these pairs, weighing each source; the threshold stands `MARGIN` below the
    weakest sentence of the supported replies of the source `threshold_on`."""
    measured = [measure_reply(pair.reply, pair.passages) for pair in pairs]
    stated = [(pair, statements(each)) for pair, each in zip(pairs, measured, strict=True)]
    rows = [(pair, features(each)) for pair, each in stated if each]
    table = np.array([[row[name] for name in FEATURES] for _, row in rows])
    model = LogisticRegression(max_iter=_PASSES).fit(
        table,
        np.array([pair.supported for pair, _ in rows]),
        sample_weight=np.array([source_weights[pair.source] for pair, _ in rows]),
    )
    intercept = round(float(model.intercept_[0]), _DIGITS)
    weights = {name: round(float(weight), _DIGITS) for name, weight in zip(FEATURES, model.coef_[0], strict=True)}
    weakest = [
        min(scores)
        for pair, each in zip(pairs, measured, strict=True)
        if pair.source == threshold_on and pair.supported and (scores := list(_claim_scores(each, intercept, weights)))
    ]
    threshold = round(max(0.0, min(weakest, default=1.0) - MARGIN), _DIGITS)
    return Weights(intercept, weights, threshold)


def _claim_scores(measured: Sequence[Measured], intercept: float, weights: dict[str, float]) -> Iterator[float]:
    for each in measured:
        if each.kind in NEEDS_SOURCE:
            yield score_with((each.statement,), intercept, weights)


def read_begin(path: Path) -> tuple[Pair, ...]:
    """Pairs of the BEGIN benchmark; replies labelled generic state nothing and are left out."""
    return tuple(
        Pair(
            id=row["id"],
            source="begin",
            group=row["evidence"][0],
            passages=tuple(row["evidence"]),
            reply=row["reply"],
            supported=row["label"] == 1,
        )
        for row in _rows(path)
        if row["label"] is not None
    )


def read_policy(path: Path) -> tuple[Pair, ...]:
    """Minimal pairs on policy articles; `planted` names the planted error."""
    return tuple(
        Pair(
            id=row["id"],
            source="policy",
            group=row["doc"],
            passages=("\n".join(row["evidence"]),),
            reply=row["reply"],
            supported=row["label"] == 1,
            planted="" if row["perturb"] == "none" else row["perturb"],
        )
        for row in _rows(path)
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def as_module(fitted: Weights, *, source: str) -> str:
    """The text of `guardrails/grounding_weights.py`."""
    table = "".join(f'    "{name}": {weight},\n' for name, weight in fitted.weights.items())
    return (
        '"""The fitted grounding score, written by benchmarks/grounding.py --fit."""\n\n'
        f'SOURCE = "{source}"\n"""What it was fitted on."""\n\n'
        f"THRESHOLD = {fitted.threshold}\n"
        '"""Least score of a supported sentence; it does not carry over to other kinds of text."""\n\n'
        f"INTERCEPT = {fitted.intercept}\n\nWEIGHTS: dict[str, float] = {{\n{table}}}\n"
    )
