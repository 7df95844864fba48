"""Fits the tripwire for instructions that are aimed at the assistant rather than at the brand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.learning.fitting import Labels, Rows, fit_binary, folds
from assistant.learning.rows import Example
from assistant.ports import Vectors
from assistant.scoring.features import Floats, Matrix
from assistant.scoring.linear import Linear, sigmoid

_STRENGTH = 3.0
_FALSE_ALARMS = 0.02
"""Share of the benign look-alikes that may be flagged: each costs a person a look, a miss costs an incident."""


@dataclass(frozen=True)
class Tripwire:
    """The detector with its cross-validated scores."""

    linear: Linear
    threshold: float
    labels: Labels
    scores: Floats


def fit(grams: Matrix, vectors: Vectors, rows: Rows, examples: Sequence[Example]) -> Tripwire:
    """Fit on the shipped attacks and look-alikes; the threshold keeps false alarms on held-out folds low."""
    labels = np.array([int(example.label) for example in examples], np.int64)
    own_grams, own_vectors = grams[rows], vectors[rows]
    scores = np.zeros(len(labels), np.float32)
    for train, test in folds(labels, wanted=5, enough=len(labels)):
        held_out = fit_binary(own_grams[train], own_vectors[train], labels[train], strength=_STRENGTH)
        scores[test] = sigmoid(held_out.scores(own_grams[test], own_vectors[test])[:, 0])
    linear = fit_binary(own_grams, own_vectors, labels, strength=_STRENGTH)
    threshold = float(np.quantile(scores[labels == 0], 1 - _FALSE_ALARMS))
    return Tripwire(linear, min(max(threshold, 0.3), 0.7), labels, scores)
