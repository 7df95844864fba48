"""Fits the tripwire for instructions that are aimed at the assistant rather than at the brand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.domain.orders import hints
from assistant.learning.fitting import Labels, Likeness, Rows, fit_ridge
from assistant.learning.rows import Example
from assistant.scoring.features import Floats
from assistant.scoring.linear import Kernel, sigmoid
from assistant.scoring.text import fold

_STRENGTH = 3.0
_OTHER_WEIGHT = 0.1
_HINT_STRENGTH = 1.0
"""sklearn's C for the line through meaning and hints."""
_FALSE_ALARMS = 0.04
"""Share of the benign look-alikes that may be flagged: each costs a person a look, a miss costs an incident."""
_EVERYDAY_ALARMS = 0.005
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


def fit(
    likeness: Likeness, texts: Sequence[str], own: Rows, examples: Sequence[Example], ordinary: Rows
) -> Tripwire:
    """Fit on the shipped attacks and look-alikes, with ordinary texts as weak negatives.

    The threshold keeps held-out false alarms low on look-alikes and on ordinary texts.
    """
    labels = np.array([int(example.label) for example in examples], np.int64)
    other = np.setdiff1d(ordinary, own)
    rows = np.concatenate([own, other])
    everyone = np.concatenate([labels, np.zeros(len(other), np.int64)])
    weights = np.where(np.arange(len(rows)) < len(own), 1.0, _OTHER_WEIGHT).astype(np.float32)
    ridge = fit_ridge(likeness, rows, (everyone[:, None] * 2.0 - 1).astype(np.float32), strength=_STRENGTH, weights=weights)
    hinted = np.array([hints(fold(texts[row])) for row in rows], np.float32)
    seen = np.concatenate([ridge.held_out, hinted], axis=1)
    line = LogisticRegression(C=_HINT_STRENGTH, max_iter=500).fit(seen, everyone, sample_weight=weights)
    scores = sigmoid(line.decision_function(seen))
    read, everyday = scores[: len(own)], scores[len(own) :]
    by_look_alikes = float(np.quantile(read[labels == 0], 1 - _FALSE_ALARMS))
    by_everyday = float(np.quantile(everyday, 1 - _EVERYDAY_ALARMS))
    return Tripwire(
        scorer=ridge.scorer.on_line(float(line.coef_[0, 0]), float(line.intercept_[0])),
        rows=rows,
        hint_weights=np.asarray(line.coef_[0, 1:], np.float32),
        threshold=min(max(by_look_alikes, by_everyday), _HIGHEST),
        labels=labels,
        scores=read,
    )
