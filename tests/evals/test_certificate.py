"""A certificate keeps its promise, and refuses where the labels can't carry it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from assistant.domain.certificate import Certificate
from assistant.evals.certificate import Label, certify, schedule, smallest_clean_sample

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def one(labels: list[Label], alpha: float = 0.05, delta: float = 0.05) -> Certificate:
    (certificate,) = certify(labels, alpha=alpha, delta=delta, now=NOW)
    return certificate


def clean(n: int) -> list[Label]:
    return [Label(score=1 - i / (2 * n), error=False) for i in range(n)]


@pytest.mark.parametrize(("alpha", "least"), [(0.005, 598), (0.01, 299), (0.02, 149), (0.05, 59)])
def test_the_smallest_clean_sample_is_the_known_one(alpha: float, least: int) -> None:
    assert smallest_clean_sample(alpha, 0.05) == least
    assert one(clean(least), alpha).certified
    refused = one(clean(least - 1), alpha)
    assert not refused.certified
    assert refused.labels_needed == 1
    assert refused.threshold is None


@pytest.mark.parametrize(("errors", "needed"), [(1, 93), (2, 124), (3, 153), (5, 208), (10, 336)])
def test_errors_ask_for_the_clopper_pearson_sizes(errors: int, needed: int) -> None:
    labels = [Label(score=0.9, error=i < errors) for i in range(60)]
    assert one(labels).labels_needed == needed - 60


def test_p_values_agree_with_the_reference() -> None:
    labels = clean(400)
    for wrong in (3, 90, 150, 220, 300):
        labels[wrong] = labels[wrong].model_copy(update={"error": True})
    certificate = one(labels)
    assert certificate.certified
    assert binomtest(certificate.errors, certificate.n, 0.05, alternative="less").pvalue <= 0.05


def test_no_labels_no_certificate() -> None:
    refused = one([])
    assert (refused.certified, refused.labels, refused.labels_needed) == (False, 0, 59)


def test_a_tie_is_never_split() -> None:
    labels = [Label(score=0.5, error=i % 2 == 0) for i in range(1000)]
    assert not one(labels).certified


def test_copies_of_a_cluster_change_nothing() -> None:
    labels = [Label(score=1 - i / 1000, error=i % 97 == 0, cluster=str(i)) for i in range(500)]
    copied = [label for label in labels for _ in range(5)]
    assert one(copied) == one(labels)


def test_slices_share_delta() -> None:
    labels = [row.model_copy(update={"slice": name}) for name in ("a", "b") for row in clean(60)]
    a, b = certify(labels, alpha=0.05, delta=0.05, now=NOW)
    assert (a.slice, a.delta, a.certified) == ("a", 0.025, False)
    assert b.labels_needed == smallest_clean_sample(0.05, 0.025) - 60


def test_it_expires() -> None:
    assert one(clean(100)).expires_at == NOW + timedelta(days=30)


@pytest.mark.parametrize("alpha", [0.0, 1.0, -1.0, float("nan")])
def test_impossible_levels_are_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha and delta"):
        certify([], alpha=alpha, delta=0.05, now=NOW)


@given(st.integers(1, 5000), st.sampled_from([0.01, 0.02, 0.05, 0.1]))
def test_a_schedule_rises_and_ends_at_all_labels(n: int, alpha: float) -> None:
    sizes = schedule(n, alpha=alpha, delta=0.05)
    assert list(sizes) == sorted(set(sizes))
    assert (sizes[-1] == n) if sizes else (n < smallest_clean_sample(alpha, 0.05))


@settings(max_examples=40)
@given(st.data())
def test_more_errors_never_raise_coverage(data: st.DataObject) -> None:
    wrong = data.draw(st.sets(st.integers(0, 399), max_size=40))
    more = wrong | data.draw(st.sets(st.integers(0, 399), max_size=10))

    def coverage(errors: set[int]) -> float:
        return one([Label(score=1 - i / 400, error=i in errors) for i in range(400)]).coverage

    assert coverage(more) <= coverage(wrong)


@pytest.mark.parametrize("alpha", [0.02, 0.05])
def test_the_promise_holds_in_simulated_worlds(alpha: float) -> None:
    """True risk above alpha in at most delta of the worlds, three standard errors allowed."""
    rng = np.random.default_rng(7)
    worlds, violations, covered = 120, 0, 0.0
    for _ in range(worlds):
        scores = rng.beta(4, 1.5, 1500)
        risk = np.clip(0.9 * (1 - scores) ** 2.2, 0, 1)
        labels = [Label(score=s, error=e) for s, e in zip(scores, rng.random(1500) < risk, strict=True)]
        certificate = one(labels, alpha)
        if certificate.threshold is not None:
            violations += float(risk[scores >= certificate.threshold].mean()) > alpha
            covered += certificate.coverage
    assert violations / worlds <= 0.05 + 3 * (0.05 * 0.95 / worlds) ** 0.5
    assert covered / worlds > 0.3


def test_a_perfect_score_covers_nine_tenths_of_what_could_be_sent() -> None:
    """T3: all errors below all good drafts, ten times the smallest clean sample."""
    n = 10 * smallest_clean_sample(0.05, 0.05)
    random = np.random.default_rng(3)
    wrong = random.random(n) < 0.15
    scores = np.where(wrong, random.random(n) / 2, 0.5 + random.random(n) / 2)
    found = one([Label(score=s, error=e) for s, e in zip(scores.tolist(), wrong.tolist(), strict=True)])
    oracle = (~wrong).mean() / 0.95
    assert found.coverage >= 0.9 * min(1.0, float(oracle))


@given(st.integers(1, 3000), st.floats(0.005, 0.3))
def test_exact_p_values_are_never_above_hoeffding_bentkus(n: int, alpha: float) -> None:
    """T10: the p-value MAPIE and others use, of as many errors as the exact test just lets pass."""
    errors = int(binom.ppf(0.05, n, alpha))
    rate = min(errors / n, alpha)
    exact = float(binom.cdf(errors, n, alpha))
    divergence = (rate * np.log(rate / alpha) if rate else 0.0) + (1 - rate) * np.log((1 - rate) / (1 - alpha))
    bentkus = np.e * float(binom.cdf(int(np.ceil(n * rate - 1e-9)), n, alpha))
    assert exact <= min(np.exp(-n * divergence), bentkus) + 1e-9 or errors / n > alpha
