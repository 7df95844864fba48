"""What the card measures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.learning.card import calibration_error, from_own, reliability, risk_coverage, suggest
from assistant.learning.statistics import clopper_pearson_upper


def test_calibration_error_is_the_gap() -> None:
    confidence = np.full(100, 0.9, np.float32)
    right = np.arange(100) < 70
    assert calibration_error(confidence, right) == pytest.approx(0.2, abs=1e-5)
    assert calibration_error(confidence[:0], right[:0]) is None
    assert [found.n for found in reliability(confidence, right)] == [100]


def test_risk_falls_with_coverage_where_confidence_is_good() -> None:
    confidence = np.linspace(0, 1, 100, dtype=np.float32)
    points = risk_coverage(confidence, confidence > 0.3)
    assert [point.coverage for point in points] == pytest.approx(np.linspace(0.1, 1, 10))
    assert points[0].error == 0
    assert points[-1].error == pytest.approx(0.3, abs=0.02)


def test_a_threshold_needs_enough_rows() -> None:
    sure = np.full(200, 0.99, np.float32)
    right = np.ones(200, bool)
    assert suggest(sure[:50], right[:50], 0.05).threshold is None
    found = suggest(sure, right, 0.05)
    assert found.threshold == pytest.approx(0.99)
    assert found.errors == 0


def test_a_suggested_threshold_counts_all_that_it_lets_through() -> None:
    sure = np.full(100, 0.99, np.float32)
    assert suggest(sure, np.arange(100) < 60, 0.05).threshold is None, "whatever comes first among equals"


@given(st.lists(st.tuples(st.floats(0, 1, width=32), st.booleans()), max_size=400), st.sampled_from([0.02, 0.1, 0.3]))
def test_a_suggested_threshold_keeps_its_bound(rows: list[tuple[float, bool]], wanted: float) -> None:
    confidence = np.array([share for share, _ in rows], np.float32)
    right = np.array([good for _, good in rows], bool)
    found = suggest(confidence, right, wanted)
    if found.threshold is None:
        assert found.n == 0
        return
    assert found.upper_bound == clopper_pearson_upper(found.errors, found.n, 0.95)
    assert found.upper_bound <= wanted
    assert found.n == (confidence >= np.float32(found.threshold)).sum()


def test_a_threshold_that_somebody_chose_has_a_bound_too() -> None:
    confidence = np.array([0.9, 0.6, 0.6, 0.2], np.float32)
    found = from_own(confidence, np.array([True, True, False, False]), float(np.float32(0.6)))
    assert found is not None
    assert (found.n, found.errors, found.coverage) == (3, 1, 0.75)
    assert found.upper_bound == clopper_pearson_upper(1, 3, 0.95)
    assert from_own(confidence, np.ones(4, bool), 0.95) is None
