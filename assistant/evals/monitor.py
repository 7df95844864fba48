"""Watches what goes out: an e-process over audited replies says when a slice has become worse than its certificate.

Each audited reply bets against "the error rate is at most alpha". Under that claim the wealth of the bets exceeds 1 /
delta at any time ever with a chance of at most delta (Ville's inequality), so it may be looked at after every audit.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from assistant.domain.value import Value

RATIOS = (1.5, 2.0, 3.0, 4.0, 6.0, 10.0, 20.0)
"""Error rates bet on, in times alpha."""
WEIGHTS = (0.03, 0.07, 0.45, 0.25, 0.10, 0.05, 0.05)
"""Money on each; most on the tripled rate that must be found soonest."""
FIRST = 0.3
"""Share of the money put to work at once. The rest follows audit by audit, so that a long good time hides nothing."""
EVEN = 0.45
"""Share that follows evenly within the first `SPAN` audits; what is left comes ever more slowly, half of it by
`HALF`, and never runs out."""
SPAN = 1200
HALF = 1500
"""Of some thirty such choices one that finds a bad start within the median asked for and a change after 500 good audits
in 380. A CUSUM, which none beats at the worst moment, made for just that change and tuned to 5 % of false alarms,
takes 341 (benchmarks/monitor_simulation.py, 2026-11): 300 can't be had at this level."""
_MOST = 0.9
"""Highest error rate that is bet on."""
_HIGHEST = 700.0
"""Wealth is counted up to here, as a logarithm; more can't be written as a number."""


class Audit(Value):
    """One reply that a person checked after or before it went out; `critical` errors stop the slice at once."""

    error: bool
    critical: bool = False


class Verdict(Value):
    """Where a slice stands: `alarm` says it must stop, `why` in words; `wealth` is evidence against the promise."""

    audits: int
    errors: int
    wealth: float = Field(ge=0)
    alarm: bool
    why: str = ""


def watch(audits: Sequence[Audit], *, alpha: float, delta: float = 0.05) -> Verdict:
    """The verdict after all audits, oldest first. An alarm stays: what happened later doesn't take it back.

    Raises `ValueError` where alpha or delta is not inside (0, 1).
    """
    if not (0 < alpha < 1 and 0 < delta < 1):
        raise ValueError("alpha and delta must lie between 0 and 1, both excluded")
    errors = np.array([audit.error for audit in audits], dtype=float)
    wealth = wealth_after_each(errors, alpha=alpha)
    alarmed = np.flatnonzero(wealth >= 1 / delta)
    critical = next((place for place, audit in enumerate(audits, start=1) if audit.critical), None)
    why = ""
    if critical is not None:
        why = f"audit {critical} found a critical error"
    elif len(alarmed):
        said = f"more than {100 * alpha:.4g}% are wrong, with confidence {100 - 100 * delta:.4g}%"
        why = f"after {int(alarmed[0]) + 1} audits {said}"
    return Verdict(
        audits=len(audits),
        errors=int(errors.sum()),
        wealth=float(wealth[-1]) if len(wealth) else 1.0,
        alarm=bool(why),
        why=why,
    )


def wealth_after_each(errors: NDArray[np.float64], *, alpha: float) -> NDArray[np.float64]:
    """The mixture's wealth after each audit; `errors` are 0 or 1. Money not yet at work counts as it is."""
    rates = np.minimum(np.array(RATIOS) * alpha, max(_MOST, alpha))
    stakes = (rates - alpha) / (alpha * (1 - alpha))
    grown = np.cumsum(np.log1p(stakes[:, None] * (errors[None, :] - alpha)), axis=1)
    before = np.hstack([np.zeros((len(rates), 1)), grown[:, :-1]])[:, : len(errors)]
    age = np.arange(len(errors))
    kept = EVEN * np.maximum(0.0, 1 - age / SPAN) + (1 - FIRST - EVEN) * HALF / (HALF + age)
    put = np.log(np.concatenate([[FIRST], kept[:-1] - kept[1:]])[: len(errors)])
    at_work = np.logaddexp.accumulate(put - before, axis=1) + grown + np.log(WEIGHTS)[:, None]
    wealth = np.logaddexp(np.logaddexp.reduce(at_work, axis=0), np.log(kept))
    mixed: NDArray[np.float64] = np.exp(np.minimum(wealth, _HIGHEST))
    return mixed
