"""Is this message about anything the brand prepared for? A learnt gate over several scores, not a softmax."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.scoring.features import Floats
from assistant.scoring.linear import sigmoid

SIGNALS = ("probability", "margin", "score_1", "score_2", "nearest", "nearest_5", "agreement")
"""What the gate weighs, in order; see `signals`."""


@dataclass(frozen=True)
class Gate:
    """A logistic regression over the standardised signals; its output is the in-scope probability."""

    centre: Floats
    spread: Floats
    weights: Floats
    bias: float
    threshold: float

    def in_scope(self, measured: Floats) -> Floats:
        """Probability in [0, 1] for each row of signals."""
        return sigmoid(((measured - self.centre) / self.spread) @ self.weights + self.bias)


@dataclass(frozen=True)
class Neighbours:
    """Cosines to the examples: of the nearest, the mean of the five nearest, and the label of the nearest."""

    nearest: Floats
    nearest_5: Floats
    label: NDArray[np.int64]


def neighbours(cosines: Floats, labels: NDArray[np.int64]) -> Neighbours:
    """The examples nearest to each text: a row of cosines a text, a column an example."""
    if not len(labels):
        empty = np.zeros(len(cosines), np.float32)
        return Neighbours(empty, empty, np.zeros(len(cosines), np.int64))
    k = min(5, len(labels))
    top = np.partition(cosines, -k, axis=1)[:, -k:]
    return Neighbours(top.max(axis=1), top.mean(axis=1), labels[cosines.argmax(axis=1)])


AS_SAID = (1.0, 0.0)
"""Slope and intercept that leave confidence as it is."""
_LEAST = 1e-6


def odds(log_probabilities: Floats) -> Floats:
    """The log-odds of each row's best label, finite."""
    best = np.clip(np.exp(log_probabilities.max(axis=1)), _LEAST, 1 - _LEAST)
    return np.asarray(np.log(best) - np.log1p(-best), np.float32)


def told(log_probabilities: Floats, line: tuple[float, float]) -> Floats:
    """The rows with the best label's log-odds put onto a line; the others share what is left, and none overtakes it."""
    if line == AS_SAID or log_probabilities.shape[1] < 2 or not len(log_probabilities):
        return log_probabilities
    likely = np.maximum(np.exp(log_probabilities.astype(np.float64)), _LEAST / log_probabilities.shape[1])
    rows, best = np.arange(len(likely)), log_probabilities.argmax(axis=1)
    likely[rows, best] = 0
    likely /= likely.sum(axis=1, keepdims=True)
    second = likely.max(axis=1)
    wanted = sigmoid(line[0] * odds(log_probabilities) + line[1])
    sure = np.minimum(np.maximum(wanted, second / (1 + second) + _LEAST), 1 - _LEAST)
    likely *= (1 - sure)[:, None]
    likely[rows, best] = sure
    return np.asarray(np.log(likely), np.float32)


def no_surer(log_probabilities: Floats, tested: int) -> Floats:
    """As sure as so many held-out rows can show; of what was never tested, half is left open (Laplace)."""
    share = 1 / (tested + 2)
    spread = share / max(1, log_probabilities.shape[1])
    return np.asarray(np.log((1 - share) * np.exp(log_probabilities) + spread), np.float32)


def signals(log_probabilities: Floats, scores: Sequence[Floats], near: Neighbours) -> Floats:
    """Best probability, its margin, the first two voices' best score, both cosines, share that agree on the label."""
    ordered = np.sort(log_probabilities, axis=1)
    best = log_probabilities.argmax(axis=1)
    margin = ordered[:, -1] - ordered[:, -2] if ordered.shape[1] > 1 else np.zeros(len(ordered))
    votes = [*(raw.argmax(axis=1) for raw in scores), near.label]
    agreement = np.mean([vote == best for vote in votes], axis=0)
    raw_best = [raw.max(axis=1) for raw in scores[:2]]
    columns = [np.exp(ordered[:, -1]), np.minimum(margin, 8), *raw_best, near.nearest, near.nearest_5, agreement]
    return np.stack(columns, axis=1).astype(np.float32)
