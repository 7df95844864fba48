"""Fits the gate that tells what is out of scope, and its threshold."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from assistant.scoring.confidence import SIGNALS, Gate
from assistant.scoring.features import Floats

_OOS_SHARE = 0.25
"""Share of out-of-scope messages the gate's probability assumes until a brand's own traffic is labelled."""
_CARRIED = (0.5, 0.0, 0.3, 0.3, 0.5, 0.5, 0.0)
"""Weights in units of the in-scope rows' spread, for want of real out-of-scope examples.

benchmarks/label_sets.py, 2026-11: fits on real out-of-scope messages of other label sets look like this, and carried
over to five sets they are ahead of weights fitted on left-out labels on each (AUROC +.005 to +.04).
"""
_LEAST_SLOPE = 0.1
_REACH = 0.15
"""How far to each side of a threshold what it gains is averaged.

The gain's top is flat: its highest point moves with a single example. On 16 splits of HINT3, CLINC150 and Banking77 the
middle of the top moves 0.7 % of the rows across the threshold where examples are drawn anew (2.3 % without), and gains
one point more on held-out rows.
"""
_STEP = 0.002


def fit_gate(inside: Floats, outside: Floats, *, right: NDArray[np.bool_], real: bool) -> Gate:
    """The gate from cross-validated signals of in-scope rows and signals of out-of-scope ones.

    `right` tells which inside rows got their label right: the threshold is the middle of where the share of inside rows
    that are kept and right plus the share of outside rows that are turned away is highest. Where the outside rows are
    not `real` but messages of left-out labels, they set scale and threshold alone: weights fitted on them don't carry
    over to what people really write out of scope.
    """
    if not len(outside) or len(inside) < 2:
        return _from_inside(inside)
    everything = np.concatenate([inside, outside])
    target = np.concatenate([np.ones(len(inside), np.float32), np.zeros(len(outside), np.float32)])
    share = np.where(target == 1, (1 - _OOS_SHARE) / len(inside), _OOS_SHARE / len(outside)) * len(target)
    if real:
        centre, spread = everything.mean(axis=0), np.maximum(everything.std(axis=0), 1e-3)
        model = LogisticRegression(C=1.0).fit((everything - centre) / spread, target, sample_weight=share)
        weights, bias = model.coef_[0], float(model.intercept_[0])
    else:
        centre, spread = inside.mean(axis=0), np.maximum(inside.std(axis=0), 1e-3)
        line = ((everything - centre) / spread) @ np.array(_CARRIED, np.float32)
        model = LogisticRegression(C=1.0).fit(line[:, None], target, sample_weight=share)
        slope = max(float(model.coef_[0, 0]), _LEAST_SLOPE)
        weights, bias = slope * np.array(_CARRIED), float(model.intercept_[0])
    gate = Gate(centre, spread, np.asarray(weights, np.float32), bias, 0.5)
    return replace(gate, threshold=_balanced_threshold(gate, inside, outside, right))


def _balanced_threshold(gate: Gate, inside: Floats, outside: Floats, right: NDArray[np.bool_]) -> float:
    kept, turned_away = gate.in_scope(inside), gate.in_scope(outside)
    candidates = np.arange(0, 1 + _STEP, _STEP)
    good = np.sort(kept[right])
    gained = (len(good) - np.searchsorted(good, candidates)) / max(1, len(kept))
    gained = gained + np.searchsorted(np.sort(turned_away), candidates) / len(turned_away)
    around = round(_REACH / _STEP)
    averaged = np.convolve(np.pad(gained, around, mode="edge"), np.ones(2 * around + 1), "valid")
    return float(candidates[averaged.argmax()])


def _from_inside(inside: Floats) -> Gate:
    """Without anything out of scope to learn from, the in-scope rows say what is usual: the lowest tenth is doubted."""
    if not len(inside):
        zeros = np.zeros(len(SIGNALS), np.float32)
        return Gate(zeros, zeros + 1, zeros, 1.0, 0.5)
    centre, spread = inside.mean(axis=0), np.maximum(inside.std(axis=0), 1e-3)
    weights = np.array(_CARRIED, np.float32)
    lowest_tenth = float(np.quantile(((inside - centre) / spread) @ weights, 0.1))
    return Gate(centre, spread, weights, -lowest_tenth, 0.5)
