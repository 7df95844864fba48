"""The gate: fitted on real out-of-scope messages, carried over where left-out labels stand in for them."""

import numpy as np

from assistant.learning.scope import fit_gate
from assistant.scoring.confidence import SIGNALS


def rows(middle: float, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    return (random.normal(size=(200, len(SIGNALS))) + middle).astype(np.float32)


def test_left_out_labels_set_the_threshold_and_never_the_weights() -> None:
    inside = rows(1, 1)
    right = np.ones(200, bool)
    near, far = (fit_gate(inside, rows(middle, 2), right=right, real=False) for middle in (0.5, -3))
    assert np.allclose(near.weights / near.weights.sum(), far.weights / far.weights.sum(), atol=1e-6)
    assert (near.weights >= 0).all()
    assert near.in_scope(inside[:1] - 4)[0] < near.in_scope(inside[:1])[0]


def test_stand_ins_that_look_better_than_the_rest_do_not_turn_the_gate_around() -> None:
    gate = fit_gate(rows(0, 1), rows(3, 2), right=np.ones(200, bool), real=False)
    assert gate.in_scope(rows(5, 3)).mean() > gate.in_scope(rows(-5, 3)).mean()


def test_real_messages_decide_which_signal_counts() -> None:
    inside, outside = rows(0, 1), rows(0, 2)
    outside[:, SIGNALS.index("nearest")] -= 4
    gate = fit_gate(inside, outside, right=np.ones(200, bool), real=True)
    assert gate.weights.argmax() == SIGNALS.index("nearest")
    assert (gate.in_scope(inside) >= gate.threshold).mean() > 0.9
    assert (gate.in_scope(outside) < gate.threshold).mean() > 0.9


def test_nothing_outside_doubts_the_least_usual_tenth() -> None:
    inside = rows(0, 1)
    gate = fit_gate(inside, inside[:0], right=np.ones(200, bool), real=False)
    assert 0.05 < (gate.in_scope(inside) < gate.threshold).mean() < 0.15
