"""Fits the tripwire for instructions that are aimed at the assistant rather than at the brand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.learning.fitting import Labels, Rows, fit_line, fit_ridge
from assistant.learning.rows import Example
from assistant.ports import Vectors
from assistant.scoring.features import Floats, Matrix
from assistant.scoring.linear import Kernel, sigmoid

_STRENGTH = 3.0
_FALSE_ALARMS = 0.02
"""Share of the benign look-alikes that may be flagged: each costs a person a look, a miss costs an incident."""
_LOWEST, _HIGHEST = 0.3, 0.7
"""The threshold stays within these, whatever a small sample says."""


@dataclass(frozen=True)
class Tripwire:
    """The detector; `scores` are its leave-one-out readings of the shipped examples."""

    scorer: Kernel
    rows: Rows
    threshold: float
    labels: Labels
    scores: Floats


def fit(grams: Matrix, vectors: Vectors, rows: Rows, examples: Sequence[Example]) -> Tripwire:
    """Fit on the shipped attacks and look-alikes; the threshold keeps held-out false alarms low."""
    labels = np.array([int(example.label) for example in examples], np.int64)
    targets = (labels * 2 - 1)[:, None].astype(np.float32)
    ridge = fit_ridge(grams[rows], vectors[rows], targets, strength=_STRENGTH)
    slope, intercept = fit_line(ridge.held_out[:, 0], labels)
    scores = sigmoid(slope * ridge.held_out[:, 0] + intercept)
    threshold = float(np.quantile(scores[labels == 0], 1 - _FALSE_ALARMS))
    threshold = min(max(threshold, _LOWEST), _HIGHEST)
    return Tripwire(ridge.scorer.on_line(slope, intercept), rows, threshold, labels, scores)
