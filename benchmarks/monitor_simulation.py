"""How many audits it takes until a slice that got worse stops by itself, and how often a good one stops for nothing.

    python benchmarks/monitor_simulation.py [--worlds 500]

Exit status 1 where a tripled error rate takes more than 300 audits in the median, or a kept promise alarms in more than
5 % of histories of 4,000 audits.
"""

import argparse
import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from assistant.evals.monitor import wealth_after_each

LONG = 4000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=500)
    worlds = parser.parse_args().worlds
    held = True
    print(f"audits until the alarm, median (90 % of histories), {worlds} histories each")
    for alpha in (0.01, 0.02, 0.05):
        for times in (2, 3, 5, 10):
            found = _until(alpha, times * alpha, clean=0, worlds=worlds)
            held = held and (times != 3 or bool(np.median(found) <= 300))
            print(f"alpha {alpha:.0%}, truth {times * alpha:.0%}: {_said(found)}")
    chart = _tuned_chart(worlds)
    for clean in (200, 500, 1000, 2000):
        found, charted = (_until(0.01, 0.03, clean=clean, worlds=worlds, alarm=alarm) for alarm in (_alarm, chart))
        print(f"alpha 1%, {clean} audits at 0.5%, then 3%: {_said(found)}; tuned control chart {_said(charted)}")
    for alpha, truth in ((0.01, 0.01), (0.02, 0.02), (0.05, 0.05), (0.01, 0.005)):
        random = np.random.default_rng(2)
        alarms = sum(_alarm(random.random(LONG) < truth, alpha) is not None for _ in range(worlds)) / worlds
        held = held and alarms <= 0.05
        print(f"alpha {alpha:.0%}, truth {truth:.1%}: {alarms:.1%} stop for nothing within {LONG:,} audits")
    print("held" if held else "NOT held")
    return 0 if held else 1


Alarm = Callable[[NDArray[np.bool_], float], int | None]


def _until(alpha: float, truth: float, *, clean: int, worlds: int, alarm: Alarm | None = None) -> NDArray[np.float64]:
    random = np.random.default_rng(1)
    found = []
    for _ in range(worlds):
        errors = np.concatenate([random.random(clean) < alpha / 2, random.random(LONG) < truth])
        found.append(((alarm or _alarm)(errors, alpha) or clean + LONG) - clean)
    return np.array(found, dtype=float)


def _alarm(errors: NDArray[np.bool_], alpha: float) -> int | None:
    above = np.flatnonzero(wealth_after_each(errors.astype(float), alpha=alpha) >= 20)
    return int(above[0]) + 1 if len(above) else None


def _tuned_chart(worlds: int) -> Alarm:
    """What can be had at best: a CUSUM made for 1 % against 3 %, its limit set so that 5 % of histories at 1 % alarm
    within `LONG` audits. It holds no promise beyond them, nor at another rate.
    """
    random = np.random.default_rng(3)
    limit = float(np.quantile([_cusum(random.random(LONG) < 0.01).max() for _ in range(worlds)], 0.95))

    def alarm(errors: NDArray[np.bool_], alpha: float) -> int | None:
        above = np.flatnonzero(_cusum(errors) >= limit)
        return int(above[0]) + 1 if len(above) else None

    return alarm


def _cusum(errors: NDArray[np.bool_]) -> NDArray[np.float64]:
    walked = np.cumsum(np.where(errors, np.log(3), np.log(0.97 / 0.99)))
    lowest: NDArray[np.float64] = np.minimum.accumulate(np.concatenate([[0.0], walked[:-1]]))
    return walked - lowest


def _said(found: NDArray[np.float64]) -> str:
    return f"{np.median(found):.0f} ({np.quantile(found, 0.9):.0f})"


if __name__ == "__main__":
    sys.exit(main())
