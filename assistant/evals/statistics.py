"""How sure the numbers are: Wilson, McNemar, cluster bootstrap, Holm, pass^k, and how many cases a gate would take."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr

Z95 = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""
RESAMPLES = 2000
"""Bootstrap samples; the ends of the interval wobble by less than a point."""
_MOST_CASES = 10**9


@dataclass(frozen=True)
class Interval:
    """Lower and upper bound of a rate or a difference of rates."""

    low: float
    high: float


def wilson(passed: int, n: int, z: float = Z95) -> Interval:
    """Wilson's score interval of a proportion: 17 of 20 is 64.0 to 94.8 %. No cases tell nothing: 0 to 1."""
    if n == 0:
        return Interval(0.0, 1.0)
    rate, spread = passed / n, z * z / n
    centre = (rate + spread / 2) / (1 + spread)
    half = math.sqrt(spread * (rate * (1 - rate) + spread / 4)) / (1 + spread)
    return Interval(0.0 if passed == 0 else centre - half, 1.0 if passed == n else centre + half)


def cases_needed(passed: int, n: int, minimum: float) -> int | None:
    """Cases in all until the interval lies wholly on one side of `minimum`, if the rate stays what it is.

    Without a case yet, those it takes if every one passes. None where the rate is `minimum` itself: no number would do.
    """
    rate = passed / n if n else 1.0
    if rate == minimum:
        return None
    need = max(n, 1)
    while need < _MOST_CASES and not _decided(rate, need, minimum):
        need *= 2
    low = max(n, need // 2)
    while need - low > 1:
        middle = (low + need) // 2
        low, need = (low, middle) if _decided(rate, middle, minimum) else (middle, need)
    return need


def _decided(rate: float, n: int, minimum: float) -> bool:
    """Bounds at this size, with the passes rounded against a decision."""
    good = math.floor(rate * n + 1e-9) if rate > minimum else math.ceil(rate * n - 1e-9)
    interval = wilson(good, n)
    return interval.low >= minimum or interval.high < minimum


def mcnemar(broken: int, fixed: int) -> float:
    """Exact two-sided p of as uneven a split of the changed pairs: 5 to 0 is .063, 6 to 0 is .031."""
    return min(1.0, 2 * float(bdtr(float(min(broken, fixed)), broken + fixed, 0.5)))


def cluster_bootstrap(values: Sequence[float], clusters: Sequence[str], *, seed: int = 0) -> Interval:
    """95 % interval of the mean when whole clusters are drawn, not rows; nothing given tells nothing: -1 to 1."""
    if not values:
        return Interval(-1.0, 1.0)
    sums: dict[str, tuple[float, int]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        total, count = sums.get(cluster, (0.0, 0))
        sums[cluster] = (total + value, count + 1)
    totals = np.array([total for total, _ in sums.values()])
    counts = np.array([count for _, count in sums.values()])
    drawn = np.random.default_rng(seed).integers(0, len(totals), size=(RESAMPLES, len(totals)))
    means = totals[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Interval(float(low), float(high))


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """p-values adjusted for being several, in the order given: reject where at most alpha."""
    adjusted: dict[str, float] = {}
    worst = 0.0
    for place, name in enumerate(sorted(p_values, key=lambda key: p_values[key])):
        worst = max(worst, min(1.0, p_values[name] * (len(p_values) - place)))
        adjusted[name] = worst
    return {name: adjusted[name] for name in p_values}


def pass_hat_k(counts: Sequence[tuple[int, int]], k: int) -> float | None:
    """The chance that a case passes k times in a row, averaged over cases; each is (passes, tries).

    Cases tried fewer than k times don't count; None where none was tried that often.
    """
    able = [(passes, tries) for passes, tries in counts if tries >= k]
    if not able:
        return None
    return sum(math.comb(passes, k) / math.comb(tries, k) for passes, tries in able) / len(able)
