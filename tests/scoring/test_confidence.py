"""Confidence is put onto a line without changing which label is best."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.scoring.confidence import AS_SAID, told
from assistant.scoring.linear import log_softmax

scores = st.lists(st.lists(st.floats(-30, 30, width=32), min_size=3, max_size=3), min_size=1, max_size=8)


@given(scores, st.floats(0.05, 3), st.floats(-3, 3))
def test_the_best_label_stays_and_shares_still_add_up(rows: list[list[float]], slope: float, intercept: float) -> None:
    before = log_softmax(np.array(rows, np.float32))
    after = told(before, (slope, intercept))
    np.testing.assert_allclose(np.exp(after).sum(axis=1), 1, rtol=1e-4)
    likely = np.exp(after)
    said = likely[np.arange(len(likely)), before.argmax(axis=1)]
    assert (said >= likely.max(axis=1) - 1e-6).all()


@given(st.lists(st.floats(0.34, 0.999), min_size=2, max_size=20))
def test_the_surer_row_stays_the_surer(shares: list[float]) -> None:
    before = np.log(np.array([[share, (1 - share) / 2, (1 - share) / 2] for share in sorted(shares)], np.float32))
    after = np.exp(told(before, (0.5, 0.2)).max(axis=1))
    assert (np.diff(after) >= -1e-5).all()


def test_what_a_line_says_is_what_is_told() -> None:
    before = np.log(np.array([[0.9, 0.06, 0.04]], np.float32))
    after = np.exp(told(before, (0.5, 0.0)))[0]
    np.testing.assert_allclose(after, [0.75, 0.15, 0.10], rtol=1e-4)
    assert told(before, AS_SAID) is before


@given(st.lists(st.floats(0.5, 0.999), min_size=1, max_size=20), st.floats(0.5, 0.99))
def test_a_threshold_put_on_the_same_line_keeps_its_decisions(shares: list[float], threshold: float) -> None:
    clear = np.array([share for share in shares if abs(share - threshold) > 1e-3], np.float32)
    before = np.log(np.stack([clear, (1 - clear) / 2, (1 - clear) / 2], axis=1))
    moved = 1 / (1 + np.exp(-(0.6 * np.log(threshold / (1 - threshold)) + 0.05)))
    after = np.exp(told(before, (0.6, 0.05)).max(axis=1)) if len(clear) else clear
    assert ((after >= moved) == (clear >= threshold)).all()
