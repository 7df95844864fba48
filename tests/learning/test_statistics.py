"""The statistics a card quotes, against values known from elsewhere."""

import numpy as np
import pytest

from assistant.learning.statistics import auroc, clopper_pearson_upper, false_positive_rate, wilson


def test_wilson() -> None:
    found = wilson(90, 100)
    assert found is not None
    assert found.low == pytest.approx(0.8256, abs=1e-4)
    assert found.high == pytest.approx(0.9448, abs=1e-4)
    assert wilson(0, 0) is None
    everything = wilson(10, 10)
    assert everything is not None
    assert everything.high == pytest.approx(1)


def test_clopper_pearson() -> None:
    assert clopper_pearson_upper(0, 59, 0.95) == pytest.approx(0.0495, abs=1e-4)  # the rule of three
    assert clopper_pearson_upper(2, 100, 0.95) == pytest.approx(0.0616, abs=1e-4)
    assert clopper_pearson_upper(3, 3, 0.95) == 1


def test_auroc_counts_ties_half() -> None:
    inside, outside = np.array([0.9, 0.5, 0.4], np.float32), np.array([0.5, 0.1], np.float32)
    assert auroc(inside, outside) == pytest.approx((2 + 1.5 + 1) / 6)


def test_false_positive_rate() -> None:
    inside, outside = np.linspace(0.5, 1, 100, dtype=np.float32), np.linspace(0, 1, 101, dtype=np.float32)
    assert false_positive_rate(inside, outside, kept=0.95) == pytest.approx(0.48, abs=0.02)
