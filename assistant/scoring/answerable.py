"""How likely it is that a collection holds the answer to a query, from the scores of one search."""

import math

SCORE, LEAD, PEAK, BIAS = 5.9, 5.7, 0.8, -3.8
"""benchmarks/answerable.py, 2026-11: logistic over queries with and without their answer in the collection, answers and
gaps equally frequent: the intents' examples of the shipped pack (answering articles left out, messages out of scope),
and three open FAQ sets. AUROC on a set left out of the fit: .70, .94, .83, .88. Coverage of the query's words,
agreement of both searches and the neighbours' own distances were tried too and gave nothing on a set left out."""
AGREES, AGREES_BIAS = 2.0, 0.4
"""Fitted 2026-11 on the pack's examples, with and without their articles, and its messages out of scope; intents
read by a logistic head on held-out folds (right for 52 in 100). AUROC .79 where the scores alone have .69."""


def answerable(score: float, lead: float, peak: float) -> float:
    """In [0, 1], of the signals of one search (`scoring.fusion.Signals`)."""
    return _logistic(SCORE * score + LEAD * lead + PEAK * peak + BIAS)


def with_intent(from_scores: float, *, confidence: float, agrees: bool) -> float:
    """The same, knowing what was understood with which confidence, and whether the best hit's article answers that."""
    evidence = confidence if agrees else -confidence
    return _logistic(_logit(from_scores) + AGREES * evidence + AGREES_BIAS)


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))


def _logit(share: float) -> float:
    kept = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))
