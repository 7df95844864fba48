"""The few statistics a card quotes, exact and without a statistics package."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from assistant.domain.value import Value
from assistant.scoring.features import Floats


class Interval(Value):
    """A share with its 95 % Wilson interval."""

    value: float
    low: float
    high: float
    n: int


def wilson(hits: int, n: int) -> Interval | None:
    """None where nothing was counted."""
    if n == 0:
        return None
    z = 1.959963984540054  # two-sided 95 %
    share = hits / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Interval(value=share, low=max(0.0, float(centre - half)), high=min(1.0, float(centre + half)), n=n)


def clopper_pearson_upper(errors: int, n: int, confidence: float) -> float:
    """The exact one-sided upper bound of an error rate."""
    return 1.0 if errors >= n else float(betaincinv(errors + 1, n - errors, confidence))


def auroc(inside: Floats, outside: Floats) -> float:
    """The chance that a random inside row scores above a random outside one, ties counting half."""
    below, not_above = _positions(inside, outside)
    return float((below + not_above).sum() / (2 * len(inside) * len(outside)))


def false_positive_rate(inside: Floats, outside: Floats, *, kept: float) -> float:
    """Share of outside rows let in at the threshold that keeps `kept` of the inside ones."""
    return float((outside >= np.quantile(inside, 1 - kept)).mean())


def _positions(inside: Floats, outside: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    ordered = np.sort(outside)
    return np.searchsorted(ordered, inside, side="left"), np.searchsorted(ordered, inside, side="right")
