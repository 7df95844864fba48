"""The promise of a certificate in worlds where the truth is known: a fast part of `make certify-simulation`."""

import pytest

from assistant.evals.simulation import Setting, simulate


@pytest.mark.parametrize(
    ("alpha", "labels", "base_error", "separation"),
    [(0.05, 500, 0.15, 1.57), (0.05, 1000, 0.05, 1.0), (0.10, 1000, 0.30, 2.0), (0.02, 3000, 0.15, 1.57)],
)
def test_promises_are_kept(alpha: float, labels: int, base_error: float, separation: float) -> None:
    setting = Setting(alpha=alpha, labels=labels, base_error=base_error, separation=separation)
    assert simulate(setting, worlds=100, seed=11).violations <= 0.05 + 3 * (0.05 * 0.95 / 100) ** 0.5


def test_with_every_threshold_just_too_bad_a_certificate_is_rare() -> None:
    null = Setting(alpha=0.05, labels=1000, base_error=0.0505, separation=0.0)
    assert simulate(null, worlds=200, seed=12).certified <= 0.05 + 3 * (0.05 * 0.95 / 200) ** 0.5


def test_three_thousand_labels_cover_most_of_what_could_be_sent() -> None:
    found = simulate(Setting(alpha=0.05, labels=3000, base_error=0.15, separation=1.57), worlds=60, seed=13)
    assert found.oracle == pytest.approx(0.72, abs=0.03), "the world of the published figures"
    assert found.coverage >= 0.75 * found.oracle
