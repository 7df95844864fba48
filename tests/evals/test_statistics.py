"""The numbers agree with what is known of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from assistant.evals.statistics import cases_needed, cluster_bootstrap, holm, mcnemar, pass_hat_k, wilson


def test_wilson_as_in_the_books() -> None:
    assert wilson(17, 20).low == pytest.approx(0.640, abs=5e-4)
    assert wilson(17, 20).high == pytest.approx(0.948, abs=5e-4)
    assert wilson(100, 100).low == pytest.approx(0.963, abs=5e-4)
    assert wilson(300, 300).low == pytest.approx(0.987, abs=5e-4)
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0, 1)
    assert (wilson(0, 5).low, wilson(5, 5).high) == (0, 1)


@given(st.integers(1, 400), st.data())
def test_wilson_agrees_with_the_reference(n: int, data: st.DataObject) -> None:
    passed = data.draw(st.integers(0, n))
    reference = binomtest(passed, n).proportion_ci(method="wilson")
    assert wilson(passed, n).low == pytest.approx(reference.low, abs=1e-9)
    assert wilson(passed, n).high == pytest.approx(reference.high, abs=1e-9)


@pytest.mark.parametrize(
    ("broken", "fixed", "p"), [(5, 0, 0.0625), (6, 0, 0.03125), (0, 0, 1), (3, 3, 1), (1, 7, 0.0703)]
)
def test_mcnemar_is_exact(broken: int, fixed: int, p: float) -> None:
    assert mcnemar(broken, fixed) == pytest.approx(p, abs=1e-4)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_agrees_with_the_reference(broken: int, fixed: int) -> None:
    if broken + fixed:
        assert mcnemar(broken, fixed) == pytest.approx(binomtest(broken, broken + fixed, 0.5).pvalue)


def test_mcnemar_takes_thousands_of_changed_pairs() -> None:
    assert mcnemar(700, 500) == pytest.approx(binomtest(700, 1200, 0.5).pvalue)
    assert mcnemar(50_000, 50_000) == 1
    assert mcnemar(50_000, 20_000) == pytest.approx(0, abs=1e-9)


def test_holm_keeps_the_order_and_never_lowers() -> None:
    assert holm({"a": 0.04, "b": 0.01, "c": 0.03}) == pytest.approx({"a": 0.06, "b": 0.03, "c": 0.06})
    assert holm({"only": 0.2}) == {"only": 0.2}
    assert holm({}) == {}


@given(st.dictionaries(st.text(min_size=1), st.floats(0, 1), min_size=1, max_size=12), st.floats(0.001, 0.999))
def test_holm_rejects_what_the_textbook_does(p_values: dict[str, float], alpha: float) -> None:
    """Step by step from the smallest on: reject while p <= alpha / what is left, stop at the first that is not."""
    rejected: set[str] = set()
    for left, name in zip(range(len(p_values), 0, -1), sorted(p_values, key=lambda key: p_values[key]), strict=True):
        if p_values[name] * left > alpha:
            break
        rejected.add(name)
    assert {name for name, p in holm(p_values).items() if p <= alpha} == rejected


def test_clusters_widen_the_interval() -> None:
    values = [1.0] * 90 + [0.0] * 10
    alone = cluster_bootstrap(values, [str(i) for i in range(100)])
    together = cluster_bootstrap(values, [str(i // 10) for i in range(100)])
    assert alone.low < 0.9 < alone.high
    assert together.high - together.low > alone.high - alone.low
    copied = cluster_bootstrap(values * 3, [str(i) for i in range(100)] * 3)
    assert (copied.low, copied.high) == pytest.approx((alone.low, alone.high))


def test_nothing_bootstrapped_tells_nothing() -> None:
    assert (cluster_bootstrap([], []).low, cluster_bootstrap([], []).high) == (-1, 1)


def test_passing_every_time() -> None:
    assert pass_hat_k([(3, 3), (2, 3)], 3) == 0.5
    assert pass_hat_k([(2, 4)], 2) == pytest.approx(1 / 6)
    assert pass_hat_k([(1, 1)], 2) is None


@pytest.mark.parametrize("minimum", [0.5, 0.9, 0.97])
def test_needed_cases_decide_and_one_fewer_doesnt(minimum: float) -> None:
    needed = cases_needed(0, 0, minimum)
    assert needed is not None
    assert wilson(needed, needed).low >= minimum
    assert wilson(needed - 1, needed - 1).low < minimum


def test_needed_cases_either_way() -> None:
    assert cases_needed(19, 20, 0.95) is None
    more = cases_needed(19, 20, 0.9)
    assert more is not None
    assert more > 20
    assert cases_needed(17, 20, 0.97) == 20
    least = cases_needed(17, 20, 0.94)
    assert least is not None
    assert least > 20
