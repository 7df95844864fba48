"""Passages that say nearly the same support each other, and count as one answer where it is asked how sure a search is.

In a list of past questions each answer stands there many times: one of them near a question says little, all of them
say much. Measured 2026-11 (benchmarks/answerable.py): AUROC of questions of the trade that a bank's list doesn't cover
.80 instead of .76, that a multi-turn set doesn't cover .86 instead of .84; where texts have no twins nothing changes.
"""

from typing import NamedTuple

import numpy as np

from assistant.ports import Vectors
from assistant.scoring.fields import Positions
from assistant.scoring.lexical import Scores

AMONG = 60
"""The best passages of a search that are compared with each other."""
ALIKE = 0.65
"""Cosine from which two passages are taken as twins; .5 blurs what articles on one subject say, .7 finds few."""
SUPPORT = 0.3
"""Weight of the twins' mean score. nDCG@10 gains .000 to .005 on three FAQ sets; .5 costs one of them .01 and more."""
MOST = 5
"""Passages one answer is measured by."""
_PLAIN = slice(5, 40)
"""Ranks, outside the answer, of cosines taken as what the collection is like around a question."""


class Signals(NamedTuple):
    """What tells a covered question from another, of the answer: the best passage, its twins and those of its article.

    `score` is the mean of the best of their scores, `lead` how far that is ahead of any other, `peak` how far
    their cosines are above what else is near: a question of the trade is near everything, its answer nearer than that.
    """

    score: float
    lead: float
    peak: float


def supported(scores: Scores, vectors: Vectors) -> Scores:
    """The scores of some passages with their twins' counted in; `vectors` are theirs, unit rows in the same order."""
    weights = (vectors @ vectors.T - np.float32(ALIKE)).clip(0.0)
    np.fill_diagonal(weights, 0.0)
    total = weights.sum(axis=1)
    twins = np.divide(weights @ scores, total, out=scores.copy(), where=total > 0)
    mixed: Scores = (1 - SUPPORT) * scores + SUPPORT * twins
    return mixed


def signals(scores: Scores, near: Scores, articles: Positions, vectors: Vectors) -> Signals:
    """Of the passages compared, best first: scores, best cosines, articles and vectors, one each; at least one.

    Where nothing else was found, the lead is all of the score; `peak` likewise.
    """
    alike = (vectors @ vectors[0] >= ALIKE) | (articles == articles[0])
    others = ~alike
    score = float(scores[alike][:MOST].mean())
    lead = score - (float(scores[others][0]) if others.any() else 0.0)
    plain = np.sort(near[others])[::-1][_PLAIN]
    peak = float(np.sort(near[alike])[::-1][:MOST].mean()) - (float(plain.mean()) if len(plain) else 0.0)
    return Signals(score=score, lead=lead, peak=peak)
