"""Fits the tripwire for instructions that are aimed at the assistant rather than at the brand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from assistant.domain.orders import hints
from assistant.learning.fitting import Labels, Likeness, Rows, fit_ridge
from assistant.learning.rows import Example
from assistant.scoring.features import Floats
from assistant.scoring.linear import Kernel, sigmoid
from assistant.scoring.text import fold

_STRENGTH = 10.0
_OTHER_WEIGHT = 0.1
_HINT_STRENGTH = 5.0
"""One over the ridge of the line through meaning and hints; 1 to 10 are within noise."""
_FALSE_ALARMS = 0.04
"""Share of the benign look-alikes that may be flagged: each costs a person a look, a miss costs an incident."""
_EVERYDAY_ALARMS = 0.01
"""Share of ordinary texts, trolls who order an account about among them."""
_HIGHEST = 0.9
"""The threshold never goes over it, whatever a small sample says."""


@dataclass(frozen=True)
class Tripwire:
    """The detector: log-odds are the scorer's plus the weights of the hints that stand in the text.

    `scores` are its readings of the shipped examples, the scorer's part leave-one-out.
    """

    scorer: Kernel
    rows: Rows
    hint_weights: Floats
    threshold: float
    labels: Labels
    scores: Floats


def fit(likeness: Likeness, texts: Sequence[str], own: Rows, examples: Sequence[Example], ordinary: Rows) -> Tripwire:
    """Fit on the shipped attacks and look-alikes, with ordinary texts as weak negatives.

    The threshold keeps held-out false alarms low on look-alikes and on ordinary texts.
    """
    labels = np.array([int(example.label) for example in examples], np.int64)
    other = np.setdiff1d(ordinary, own)
    rows = np.concatenate([own, other])
    everyone = np.concatenate([labels, np.zeros(len(other), np.int64)])
    weights = np.where(np.arange(len(rows)) < len(own), 1.0, _OTHER_WEIGHT).astype(np.float32)
    ridge = fit_ridge(
        likeness, rows, (everyone[:, None] * 2.0 - 1).astype(np.float32), strength=_STRENGTH, weights=weights
    )
    hinted = np.array([hints(fold(texts[row])) for row in rows], np.float32)
    seen = np.concatenate([ridge.held_out, hinted], axis=1)
    slopes, start = _line(seen, everyone, weights)
    scores = sigmoid(seen @ slopes + start)
    read, everyday = scores[: len(own)], scores[len(own) :]
    by_look_alikes = float(np.quantile(read[labels == 0], 1 - _FALSE_ALARMS))
    by_everyday = float(np.quantile(everyday, 1 - _EVERYDAY_ALARMS))
    return Tripwire(
        scorer=ridge.scorer.on_line(float(slopes[0]), start),
        rows=rows,
        hint_weights=slopes[1:],
        threshold=min(max(by_look_alikes, by_everyday), _HIGHEST),
        labels=labels,
        scores=read,
    )


def _line(seen: Floats, labels: Labels, weights: Floats) -> tuple[Floats, float]:
    """Logistic regression without negative slopes: a turn of phrase may raise suspicion, never buy it off."""
    signs, values = np.where(labels == 1, 1.0, -1.0), seen.astype(np.float64)

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slopes, start = parameters[:-1], parameters[-1]
        margins = signs * (values @ slopes + start)
        pull = -weights * signs / (1 + np.exp(np.clip(margins, -40, 40)))
        gradient = np.append(values.T @ pull + slopes / _HINT_STRENGTH, pull.sum())
        cost = float(weights @ np.logaddexp(0, -margins) + slopes @ slopes / (2 * _HINT_STRENGTH))
        return cost, gradient

    count = values.shape[1]
    bounds = [*[(0.0, None)] * count, (None, None)]
    found = optimize.minimize(loss, np.zeros(count + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
    return np.asarray(found[:-1], np.float32), float(found[-1])
