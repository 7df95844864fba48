"""The kill switch: a tripled error rate is found soon, a kept promise seldom alarms, a critical error stops at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evals.monitor import Audit, watch, wealth_after_each


def first_alarms(rate: float, *, alpha: float, worlds: int, audits: int, seed: int) -> list[int | None]:
    random = np.random.default_rng(seed)
    alarms: list[int | None] = []
    for _ in range(worlds):
        errors = (random.random(audits) < rate).astype(float)
        above = np.flatnonzero(wealth_after_each(errors, alpha=alpha) >= 20)
        alarms.append(int(above[0]) + 1 if len(above) else None)
    return alarms


@pytest.mark.parametrize("alpha", [0.01, 0.02, 0.05])
def test_a_tripled_error_rate_is_found_within_300_audits_in_the_median(alpha: float) -> None:
    alarms = first_alarms(3 * alpha, alpha=alpha, worlds=300, audits=3000, seed=5)
    assert np.median([alarm or 3000 for alarm in alarms]) <= 300


@pytest.mark.parametrize(("clean", "most"), [(500, 400), (1000, 440)])
def test_a_good_time_before_hides_a_tripled_error_rate_for_few_audits_more(clean: int, most: int) -> None:
    """All the money at work from the first audit on was lost by then: it took 490, and 468 after 1,000."""
    random = np.random.default_rng(5)
    late = []
    for _ in range(300):
        errors = np.concatenate([random.random(clean) < 0.005, random.random(3000) < 0.03]).astype(float)
        above = np.flatnonzero(wealth_after_each(errors, alpha=0.01) >= 20)
        late.append(int(above[0]) + 1 - clean if len(above) else 3000)
    assert np.median(late) <= most


@given(rates=st.lists(st.floats(0.0, 0.01), min_size=2, max_size=40))
def test_the_wealth_is_a_fair_game_at_best_while_the_promise_is_kept(rates: list[float]) -> None:
    """Ville's bound stands on it: whatever came before, the next audit doesn't raise the wealth on average."""
    random = np.random.default_rng(7)
    before = (random.random(len(rates)) < np.array(rates)).astype(float)
    (right, wrong) = (wealth_after_each(np.append(before, last), alpha=0.01)[-1] for last in (0.0, 1.0))
    now = wealth_after_each(before, alpha=0.01)[-1]
    for rate in rates:
        assert rate * wrong + (1 - rate) * right <= now * (1 + 1e-9)


def test_money_never_runs_out_nor_is_lent() -> None:
    clean = wealth_after_each(np.zeros(20_000), alpha=0.01)
    assert clean.max() <= 1
    assert (clean > 0).all()


@pytest.mark.parametrize("alpha", [0.01, 0.05])
def test_a_kept_promise_seldom_raises_an_alarm(alpha: float) -> None:
    alarms = first_alarms(alpha, alpha=alpha, worlds=300, audits=4000, seed=6)
    assert sum(alarm is not None for alarm in alarms) / 300 <= 0.05 + 3 * (0.05 * 0.95 / 300) ** 0.5


def test_a_critical_error_stops_at_once_and_an_alarm_stays() -> None:
    assert watch([Audit(error=True, critical=True)], alpha=0.05).why == "audit 1 found a critical error"
    bad, good = [Audit(error=True)] * 12, [Audit(error=False)] * 500
    assert watch([*bad, *good], alpha=0.05).alarm
    assert not watch(good, alpha=0.05).alarm
    assert watch([], alpha=0.05).wealth == 1.0


def test_impossible_levels_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        watch([], alpha=0.0)
