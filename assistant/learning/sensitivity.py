"""Fits the detectors that veto: one a category, tuned so that hardly anything real is missed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from assistant.domain.vocabulary import Sensitivity
from assistant.learning.fitting import Labels, Progress, Rows, fit_binary, folds, in_parallel
from assistant.learning.rows import Example
from assistant.ports import Vectors
from assistant.scoring.features import Floats, Matrix
from assistant.scoring.linear import Linear, sigmoid
from assistant.scoring.sensitivity import Rule, Rules
from assistant.scoring.text import fold

CATEGORIES = tuple(Sensitivity)
CRITICAL = frozenset({Sensitivity.SELF_HARM, Sensitivity.SAFETY_INJURY})
"""A miss here is the worst error the product can make; false alarms are bought freely."""

_STRENGTH = 3.0
_OTHER_WEIGHT = 0.3
"""Texts written for other purposes count less: nobody checked that they are not of this category too."""
_RECALL = {True: 0.99, False: 0.95}
"""Share of the held-out positives that rules or score must catch, for critical and other categories."""
_LOWEST, _HIGHEST = 0.15, 0.6
"""Thresholds stay within these, whatever a small sample says."""


@dataclass(frozen=True)
class Detector:
    """One category's score with its threshold; `scores` and `by_rule` are held-out readings of its own examples."""

    category: Sensitivity
    linear: Linear
    threshold: float
    labels: Labels
    scores: Floats
    by_rule: NDArray[np.bool_]


@cache
def rules() -> tuple[Rule, ...]:
    """The shipped rules of all categories."""
    text = (files("assistant.learning") / "examples" / "sensitivity" / "patterns.yaml").read_text(encoding="utf-8")
    groups: Mapping[str, Sequence[Mapping[str, Any]]] = yaml.safe_load(text)
    return tuple(Rule(category=Sensitivity(name), **rule) for name, listed in groups.items() for rule in listed)


def fit(
    grams: Matrix,
    vectors: Vectors,
    texts: Sequence[str],
    places: Mapping[str, Rows],
    examples: Mapping[str, Sequence[Example]],
    progress: Progress,
) -> tuple[Detector, ...]:
    """One detector a category, in the order of the vocabulary."""
    compiled = Rules(rules())
    fired = [frozenset(compiled.fired(fold(text))) for text in texts]

    def one(category: Sensitivity) -> Detector:
        name = f"sensitivity/{category.value}"
        own = places[name]
        labels = np.array([int(example.label) for example in examples[name]], np.int64)
        other = np.array([i for i in np.setdiff1d(np.arange(len(texts)), own) if category not in fired[i]], np.int64)
        return _fit_one(category, grams, vectors, own, labels, other, np.array([category in fired[i] for i in own]))

    return tuple(in_parallel(one, [(category,) for category in CATEGORIES], progress))


def _fit_one(
    category: Sensitivity,
    grams: Matrix,
    vectors: Vectors,
    own: Rows,
    labels: Labels,
    other: Rows,
    by_rule: NDArray[np.bool_],
) -> Detector:
    def fitted(train: Rows) -> Linear:
        rows = np.concatenate([own[train], other])
        target = np.concatenate([labels[train], np.zeros(len(other), np.int64)])
        weights = np.where(np.arange(len(rows)) < len(train), 1.0, _OTHER_WEIGHT).astype(np.float32)
        weights[target == 1] *= weights[target == 0].sum() / (target == 1).sum() / _BALANCE
        return fit_binary(grams[rows], vectors[rows], target, strength=_STRENGTH, weights=weights)

    scores = np.zeros(len(labels), np.float32)
    for train, test in folds(labels, wanted=4, enough=len(labels)):
        scores[test] = sigmoid(fitted(train).scores(grams[own[test]], vectors[own[test]])[:, 0])
    threshold = _threshold(scores, labels, by_rule, wanted=_RECALL[category in CRITICAL])
    return Detector(category, fitted(np.arange(len(labels))), threshold, labels, scores, by_rule)


_BALANCE = 3.0
"""Weight of all negatives together over that of all positives."""


def _threshold(scores: Floats, labels: Labels, by_rule: NDArray[np.bool_], *, wanted: float) -> float:
    """The highest threshold at which the score, with the rules, still catches the wanted share of positives."""
    left = np.sort(scores[(labels == 1) & ~by_rule])
    may_miss = int((1 - wanted) * (labels == 1).sum())
    threshold = float(left[may_miss]) if may_miss < len(left) else _HIGHEST
    return min(max(threshold, _LOWEST), _HIGHEST)
