"""Fits the tripwire for instructions that are aimed at the assistant rather than at the brand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.learning.fitting import Labels, Likeness, Rows, fit_line, fit_ridge
from assistant.learning.rows import Example
from assistant.scoring.features import Floats
from assistant.scoring.linear import Kernel, sigmoid

_STRENGTH = 3.0
_OTHER_WEIGHT = 0.1
_FALSE_ALARMS = 0.05
"""Share of the benign look-alikes that may be flagged: each costs a person a look, a miss costs an incident."""
_EVERYDAY_ALARMS = 0.005
_HIGHEST = 0.9
"""The threshold never goes over it, whatever a small sample says."""


@dataclass(frozen=True)
class Tripwire:
    """The detector; `scores` are its leave-one-out readings of the shipped examples."""

    scorer: Kernel
    rows: Rows
    threshold: float
    labels: Labels
    scores: Floats


def fit(likeness: Likeness, own: Rows, examples: Sequence[Example], ordinary: Rows) -> Tripwire:
    """Fit on the shipped attacks and look-alikes, with ordinary texts as weak negatives.

    The threshold keeps held-out false alarms low on look-alikes and on ordinary texts.
    """
    labels = np.array([int(example.label) for example in examples], np.int64)
    other = np.setdiff1d(ordinary, own)
    rows = np.concatenate([own, other])
    targets = np.concatenate([labels * 2.0 - 1, np.full(len(other), -1.0)])[:, None].astype(np.float32)
    weights = np.where(np.arange(len(rows)) < len(own), 1.0, _OTHER_WEIGHT).astype(np.float32)
    ridge = fit_ridge(likeness, rows, targets, strength=_STRENGTH, weights=weights)
    slope, intercept = fit_line(ridge.held_out[: len(own), 0], labels)
    scores = sigmoid(slope * ridge.held_out[:, 0] + intercept)
    read, everyday = scores[: len(own)], scores[len(own) :]
    by_look_alikes = float(np.quantile(read[labels == 0], 1 - _FALSE_ALARMS))
    by_everyday = float(np.quantile(everyday, 1 - _EVERYDAY_ALARMS))
    threshold = min(max(by_look_alikes, by_everyday), _HIGHEST)
    return Tripwire(ridge.scorer.on_line(slope, intercept), rows, threshold, labels, read)
