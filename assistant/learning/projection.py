"""Fits a projection under which the labels lie apart, and a kernel ridge regression in it."""

from collections.abc import Sequence

import numpy as np
from scipy import linalg

from assistant.learning.fitting import Labels, Rows
from assistant.ports import Vectors
from assistant.scoring.features import Floats
from assistant.scoring.linear import Projected, project

_LANDMARKS = 1_500
"""Examples that others are compared with; twice as many gain nothing on Banking77 and CLINC150."""
_RIDGE = 0.2
_FEW = 20
_MOST_SHRINKAGE = 2.0
_SHRINKAGE_FALLS = 2.6
"""Shrinkage towards a round cloud: 2 up to 20 examples a label, .03 at 100; each the best of its size on own splits."""
_WIDTHS = {True: 4.0, False: 2.0}
"""exp(width (cosine - 1)), with few examples and with many."""
_JITTER = 1e-4


def main_directions(vectors: Vectors, most: int) -> Floats | None:
    """Orthonormal columns, `most` of them, that keep as much of the vectors' products as so many can; None where the
    vectors are no longer than that.

    The columns are turned at random among themselves, so that none is much larger than the others: rounding to int8
    takes its step from the largest.
    """
    if vectors.shape[1] <= most:
        return None
    alike = vectors.astype(np.float64).T @ vectors.astype(np.float64)
    _, directions = linalg.eigh(alike, subset_by_index=(len(alike) - most, len(alike) - 1))
    turn, _ = linalg.qr(np.random.default_rng(7).standard_normal((most, most)))
    return np.asarray(directions @ turn, np.float32)


def fit_projected(vectors: Vectors, labels: Labels) -> Projected:
    """Linear discriminants with shrinkage, then the ridge on the projected examples; at least two labels."""
    classes = int(labels.max()) + 1
    per_label = len(labels) / classes
    shrinkage = _MOST_SHRINKAGE * min(1.0, (_FEW / per_label) ** _SHRINKAGE_FALLS)
    onto, shift = _discriminants(vectors, labels, classes, shrinkage)
    near = project(vectors, onto, shift)
    width = _WIDTHS[per_label <= _FEW]
    chosen = _landmarks(labels, _LANDMARKS)
    targets = np.eye(classes, dtype=np.float64)[labels]
    centre = targets.mean(axis=0)
    alike = np.exp(width * (near @ near[chosen].T - 1)).astype(np.float64)
    system = alike.T @ alike + _RIDGE * alike[chosen]
    system[np.diag_indices_from(system)] += _JITTER
    pull = linalg.solve(system, alike.T @ (targets - centre), assume_a="pos", check_finite=False)
    return Projected(onto, shift, near[chosen], pull.astype(np.float32), centre.astype(np.float32), width)


def _discriminants(vectors: Vectors, labels: Labels, classes: int, shrinkage: float) -> tuple[Floats, Floats]:
    """Columns along which the label means differ most for the spread within labels, and what to take off after."""
    centre = vectors.mean(axis=0)
    means = _means(vectors, labels, classes)
    inner = vectors - means[labels]
    within = (inner.T @ inner / len(inner)).astype(np.float64)
    within[np.diag_indices_from(within)] += shrinkage * max(np.trace(within) / len(within), 1e-9)
    root = linalg.cholesky(within, lower=True, check_finite=False)
    apart = linalg.solve_triangular(root, (means - centre).T.astype(np.float64), lower=True)
    axes = linalg.svd(apart, full_matrices=False)[0][:, : max(1, classes - 1)]
    onto = linalg.solve_triangular(root.T, axes, lower=False)
    stored = np.asarray(onto / np.abs(onto).max(), np.float16).astype(np.float32)
    return stored, np.asarray(centre @ stored, np.float32)


def _means(vectors: Vectors, labels: Labels, classes: int) -> Floats:
    totals = np.zeros((classes, vectors.shape[1]), np.float32)
    np.add.at(totals, labels, vectors)
    return np.asarray(totals / np.maximum(np.bincount(labels, minlength=classes), 1)[:, None], np.float32)


def _landmarks(labels: Labels, most: int) -> Rows:
    """Up to `most` rows, as many of each label as there are; the same labels give the same rows."""
    seen: dict[int, int] = {}
    order: Sequence[int] = np.random.default_rng(7).permutation(len(labels)).tolist()
    turn = []
    for row in order:
        label = int(labels[row])
        seen[label] = seen.get(label, 0) + 1
        turn.append((seen[label], row))
    return np.array(sorted(row for _, row in sorted(turn)[:most]), np.int64)
