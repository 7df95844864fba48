"""Simulated worlds: does a certificate keep its promise where the truth is known?"""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from assistant.domain.value import Value
from assistant.evals.certificate import certify_scores

_POPULATION = 40_000
ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


class Setting(Value):
    """A kind of world: the share of drafts that are wrong, how well the score tells them apart, and what is asked.

    `separation` is the distance of wrong from good drafts in standard deviations: 0 tells nothing, 1.57 is an AUROC
    of .866.
    """

    alpha: float
    labels: int
    base_error: float
    separation: float
    delta: float = 0.05


class Outcome(Value):
    """Over all worlds of a setting: `violations` is the share whose certificate allows more than alpha in truth;
    `coverage` and `oracle` are mean shares of drafts sent, by the certificate and by one who knows every error."""

    setting: Setting
    worlds: int
    certified: float
    violations: float
    coverage: float
    oracle: float


def simulate(setting: Setting, *, worlds: int, seed: int) -> Outcome:
    """Draw labels from the same world again and again; the world's own population says what is true."""
    random = np.random.default_rng(seed)
    scores, chances = _world(setting, random)
    order = np.argsort(-scores, kind="stable")
    ranked, risk = scores[order], np.cumsum(chances[order]) / np.arange(1, len(scores) + 1)
    within = np.flatnonzero(risk <= setting.alpha)
    certified = violations = 0
    covered: list[float] = []
    for _ in range(worlds):
        drawn = random.integers(0, len(scores), setting.labels)
        errors = random.random(setting.labels) < chances[drawn]
        certificate = certify_scores("", scores[drawn], errors, alpha=setting.alpha, delta=setting.delta, now=ANY_TIME)
        if certificate.threshold is None:
            covered.append(0.0)
            continue
        sent = int(np.searchsorted(-ranked, -certificate.threshold, side="right"))
        certified += 1
        violations += bool(risk[sent - 1] > setting.alpha)
        covered.append(sent / len(scores))
    return Outcome(
        setting=setting,
        worlds=worlds,
        certified=certified / worlds,
        violations=violations / worlds,
        coverage=float(np.mean(covered)),
        oracle=(int(within[-1]) + 1) / len(scores) if len(within) else 0.0,
    )


def _world(setting: Setting, random: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scores in [0, 1] and the chance of an error at each: two normal clouds, pressed through a logistic curve."""
    wrong = random.random(_POPULATION) < setting.base_error
    raw = random.normal(size=_POPULATION) - setting.separation * wrong
    log_odds = np.log(setting.base_error / (1 - setting.base_error))
    log_odds = log_odds - setting.separation * raw - setting.separation**2 / 2
    return 1 / (1 + np.exp(-raw)), 1 / (1 + np.exp(-log_odds))
