"""An order learned from what people accepted: the best hits sorted anew by a weighed sum of their signals."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.scoring.lexical import Scores

FEATURES = 5
"""Cosine of the full text, of the best window, of the best title or question, words, and the fused score."""

Features = NDArray[np.float32]


def features(*, full: Scores, window: Scores, title: Scores, lexical: Scores, fused: Scores) -> Features:
    """One row for each hit. A hit whose article has no title counts as if its title were its text."""
    named = np.where(title < 0.0, full, title)
    rows: Features = np.stack([full, window, named, lexical, fused], axis=-1).astype(np.float32)
    return rows


def reordered(scores: Scores, rows: Features, weights: Sequence[float]) -> Scores:
    """The same scores, the highest for the row that weighs most; equal ones keep their order."""
    order = np.argsort(-(rows @ np.asarray(weights, np.float32)), axis=-1, kind="stable")
    moved = np.empty_like(scores)
    np.put_along_axis(moved, order, np.sort(scores, axis=-1)[..., ::-1], axis=-1)
    return moved
