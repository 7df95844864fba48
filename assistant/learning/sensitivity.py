"""Fits the detectors that veto: one a category, tuned so that hardly anything real is missed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import yaml

from assistant.domain.vocabulary import Sensitivity
from assistant.learning.fitting import Labels, Likeness, Progress, Rows, fit_line, fit_ridge, in_parallel
from assistant.learning.rows import Example
from assistant.scoring.features import Floats
from assistant.scoring.linear import Kernel, sigmoid
from assistant.scoring.sensitivity import CRITICAL, Rule, Rules
from assistant.scoring.text import fold

CATEGORIES = tuple(Sensitivity)
_FOLDER = "sensitivity/"
_NONE = f"{_FOLDER}none"
"""Angry, desperate and dramatic messages of which each was written to be of no category."""
FILES = (*(f"{_FOLDER}{category.value}" for category in CATEGORIES), _NONE)
"""Names of the examples."""
_STRENGTH = 10.0
_OTHERS = {True: 5_000, False: 1_800}
"""Texts written for other purposes that stand for ordinary traffic, for critical and other categories; nobody checked
each, so they count little. More of them take longer to fit."""
_OTHER_WEIGHT = 0.25
_NONE_WEIGHT = 0.5
_CERTAIN = {True: 0.01, False: 0.005}
_MAYBE = {True: 0.07, False: 0.015}
"""Share of ordinary texts each score may wrongly call certain, and possible, for critical and other categories: fifteen
of them add up."""
_MAYBE_FRAIL = 0.03
_FRAIL = frozenset({Sensitivity.MEDICAL, Sensitivity.BEREAVEMENT})
"""Said in passing more often than not: a sixth blind set showed 14 and 19 of 24 found by .015, 18 and 22 by .03. For
every category it would review 41 % of airline tweets instead of 28."""
_LOOK_ALIKE_ALARMS = 0.15
"""Share of hard look-alikes that may be stopped."""


@dataclass(frozen=True)
class Detector:
    """One category's score: from `threshold` on a message may be of it, from `certain` on it is."""

    category: Sensitivity
    scorer: Kernel
    rows: Rows
    threshold: float
    certain: float


@cache
def rules() -> tuple[Rule, ...]:
    """The shipped rules of all categories."""
    text = (files("assistant.learning") / "examples" / "sensitivity" / "patterns.yaml").read_text(encoding="utf-8")
    groups: Mapping[str, Sequence[Mapping[str, Any]]] = yaml.safe_load(text)
    return tuple(Rule(category=Sensitivity(name), **rule) for name, listed in groups.items() for rule in listed)


def fit(
    likeness: Likeness,
    texts: Sequence[str],
    places: Mapping[str, Rows],
    examples: Mapping[str, Sequence[Example]],
    ordinary: Rows,
    progress: Progress,
) -> tuple[Detector, ...]:
    """One detector a category, in the order of the vocabulary; `ordinary` are texts of everyday traffic.

    Each learns to leave those alone, those of none, and what only looks like another category. Nobody says of a truly
    sensitive message that it isn't of two categories, so those of the others teach nothing.
    """
    compiled = Rules(rules())
    known = np.concatenate([ordinary, *(places[name] for name in FILES)])
    ordinary = np.union1d(ordinary, places[_NONE])
    fired = [frozenset(compiled.fired(fold(text))) for text in texts]
    truly = (places[name][[example.label == "1" for example in examples[name]]] for name in FILES)
    known = np.setdiff1d(known, np.concatenate(list(truly)))

    def one(category: Sensitivity) -> Detector:
        name = f"{_FOLDER}{category.value}"
        own = places[name]
        labels = np.array([int(example.label) for example in examples[name]], np.int64)
        other = np.setdiff1d(known, own)
        other = np.array([row for row in other if category not in fired[row]], np.int64)
        everyday = np.intersect1d(other, ordinary)
        sure = np.intersect1d(other, places[_NONE])
        unsure = np.random.default_rng(7).permutation(np.setdiff1d(other, sure))[: _OTHERS[category in CRITICAL]]
        return _fit_one(category, likeness, _Rows(own, sure, unsure, everyday), labels)

    return tuple(in_parallel(one, [(category,) for category in CATEGORIES], progress))


class _Rows(NamedTuple):
    """What one detector learns from: its own examples, messages that were written to be of no category, and others.

    `everyday` are those, fitted on or not, of which few may fire.
    """

    own: Rows
    none: Rows
    others: Rows
    everyday: Rows


def _fit_one(category: Sensitivity, likeness: Likeness, given: _Rows, labels: Labels) -> Detector:
    own = len(given.own)
    rows = np.concatenate([given.own, given.none, given.others])
    targets = np.concatenate([labels * 2.0 - 1, np.full(len(rows) - own, -1.0)])[:, None].astype(np.float32)
    counts = (own, len(given.none), len(given.others))
    weights = np.repeat(np.array([1.0, _NONE_WEIGHT, _OTHER_WEIGHT], np.float32), counts)
    ridge = fit_ridge(likeness, rows, targets, strength=_STRENGTH, weights=weights)
    slope, intercept = fit_line(ridge.held_out[:own, 0], labels)
    held_out = sigmoid(slope * ridge.held_out[:, 0] + intercept)
    read = held_out[:own]
    scorer = ridge.scorer.on_line(slope, intercept)
    unseen = np.setdiff1d(given.everyday, rows)
    ordinary = np.concatenate(
        [
            held_out[np.isin(rows, given.everyday)],
            sigmoid(scorer.scores(likeness.grams[unseen], likeness.vectors[unseen])[:, 0]),
        ]
    )
    possible = _MAYBE_FRAIL if category in _FRAIL else _MAYBE[category in CRITICAL]
    threshold, certain = (
        _threshold(read[labels == 0], ordinary, share=share) for share in (possible, _CERTAIN[category in CRITICAL])
    )
    return Detector(category, scorer, rows, threshold, certain)


def _threshold(look_alikes: Floats, ordinary: Floats, *, share: float) -> float:
    """The lowest threshold that both budgets of false alarms allow."""
    by_look_alikes = float(np.quantile(look_alikes, 1 - _LOOK_ALIKE_ALARMS))
    return min(max(float(np.quantile(ordinary, 1 - share)), by_look_alikes), 0.95)
