"""Labels that overlook errors: how many is estimated from the blind half, and the promise holds all the same."""

import numpy as np
import pytest

from assistant.evals.certificate import certify_scores
from assistant.evals.correction import ASSUMED, corrected_alpha, missed_share
from assistant.evals.simulation import ANY_TIME

ALPHA, DELTA = 0.05, 0.05


@pytest.mark.parametrize(
    ("halves", "missed"),
    [
        ((0, 0, 0, 0), ASSUMED),
        ((3, 100, 0, 100), ASSUMED),
        ((10, 100, 10, 100), ASSUMED),
        ((20, 100, 10, 100), ASSUMED),
        ((5, 100, 10, 100), 0.5),
        ((0, 100, 10, 100), 1.0),
    ],
)
def test_the_blind_half_says_how_much_the_open_half_overlooks(halves: tuple[int, int, int, int], missed: float) -> None:
    assert missed_share(*halves) == pytest.approx(missed)


def test_blind_labels_alone_need_no_correction() -> None:
    assert corrected_alpha(ALPHA, 0.5, 0, 100) == ALPHA
    assert corrected_alpha(ALPHA, 0.5, 100, 0) == pytest.approx(ALPHA / 2)
    assert 0 < corrected_alpha(ALPHA, 1.0, 100, 0) < 1e-6


def test_the_promise_holds_where_a_tenth_of_the_errors_is_overlooked() -> None:
    """T9, at its hardest: every draft is wrong just a little more often than allowed."""
    random, n, worlds = np.random.default_rng(9), 1000, 400
    wrongly = uncorrected = 0
    for _ in range(worlds):
        scores, wrong = random.random(n), random.random(n) < ALPHA * 1.01
        blind = random.random(n) < 0.05
        seen = wrong & (blind | (random.random(n) >= 0.10))
        halves = (int(seen[~blind].sum()), int((~blind).sum()), int(seen[blind].sum()), int(blind.sum()))
        level = corrected_alpha(ALPHA, missed_share(*halves), halves[1], halves[3])
        wrongly += certify_scores("", scores, seen, alpha=level, delta=DELTA, now=ANY_TIME).certified
        uncorrected += certify_scores("", scores, seen, alpha=ALPHA, delta=DELTA, now=ANY_TIME).certified
    assert wrongly / worlds <= DELTA + 3 * (DELTA * (1 - DELTA) / worlds) ** 0.5
    assert uncorrected > wrongly
