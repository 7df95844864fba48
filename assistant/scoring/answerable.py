"""How likely it is that a collection holds the answer to a query, from the scores of one search."""

import math

from assistant.scoring.weights import Weights

AGREES, AGREES_BIAS = 2.0, 0.4
"""Measured 2026-11 on the pack's examples, with and without their articles, and its messages out of scope; intents read
by a logistic head on held-out folds (right for 60 in 100). AUROC .83 where the scores alone have .69; .59 of what is
covered and .13 of what isn't come to .5."""


def answerable(weights: Weights, *, score: float, lead: float, peak: float, crowd: float, words: float) -> float:
    """In [0, 1], of the signals of one search (`scoring.twins.Signals`)."""
    of_answer = weights.score * score + weights.lead * lead + weights.peak * peak
    return _logistic(of_answer + weights.crowd * crowd + weights.words * words + weights.bias)


def with_intent(from_scores: float, *, confidence: float, agrees: bool) -> float:
    """The same, knowing what was understood with which confidence, and whether the best hit's article answers that."""
    evidence = confidence if agrees else -confidence
    return _logistic(_logit(from_scores) + AGREES * evidence + AGREES_BIAS)


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))


def _logit(share: float) -> float:
    kept = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))
