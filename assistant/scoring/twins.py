"""Passages that say nearly the same support each other, and count as one answer where it is asked how sure a search is.

In a list of past questions each answer stands there many times: one of them near a question says little, all of them
say much. Measured 2026-11 (benchmarks/answerable.py): AUROC of questions of the trade that a bank's list doesn't cover
.80 instead of .76, that a multi-turn set doesn't cover .86 instead of .84; where texts have no twins nothing changes.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.scoring.fields import Positions
from assistant.scoring.lexical import Scores

AMONG = 60
"""The best passages of a search that are compared with each other."""
ALIKE = 0.65
"""Cosine from which two passages are taken as twins; .5 blurs what articles on one subject say, .7 finds few."""
SUPPORT = 0.3
"""Weight of the twins' mean score. nDCG@10 gains .000 to .005 on three FAQ sets; .5 costs one of them .01 and more."""
NEARLY = 0.85
"""Share of the best score from which a passage of the same article is of the answer; the other sections of a long page
speak of something else and don't make its answer less sure. On 102 questions to a made-up brand with such pages
(2026-11) AUROC .88 where all sections count .84; on the lists and FAQ sets, whose articles are short, -.001."""
MOST = 5
"""Passages one answer is measured by."""
_PLAIN = slice(5, 40)
"""Ranks, outside the answer, of cosines taken as what the collection is like around a question."""
_KEEN = 4.0
"""How fast nearness falls away: at a cosine of .65 it is a quarter of that at 1."""
_FEW = 3.0
"""Twins that a crowd has to outweigh: one passage alone, however near, comes to a quarter."""
_RIVALS = 9
"""Passages whose words are compared with those of the one that holds most of the question's."""


class Signals(NamedTuple):
    """What tells a covered question from another, of the answer: the best passage, its twins and what its article says
    nearly as well.

    `score` is the mean of the best of their scores, `lead` how far that is ahead of any other, `peak` how far
    their cosines are above what else is near: a question of the trade is near everything, its answer nearer than that.
    `crowd` is how near the question is to a whole crowd of twins, as near as they are to each other being 1: in a list
    of past questions a single near one may stand there by mistake. `words` is how far the passage with most of the
    question's words is ahead of the next. One number each for one search, one for each row of many.
    """

    score: NDArray[np.floating[Any]]
    lead: NDArray[np.floating[Any]]
    peak: NDArray[np.floating[Any]]
    crowd: NDArray[np.floating[Any]]
    words: NDArray[np.floating[Any]]


def supported(scores: Scores, cosines: Scores) -> Scores:
    """The scores of some passages with their twins' counted in; `cosines` are those of each with each.

    Many searches at once are rows in front of both.
    """
    weights = (cosines - np.float32(ALIKE)).clip(0.0)
    np.einsum("...ii->...i", weights)[...] = 0.0
    total = weights.sum(axis=-1)
    of_twins = (weights @ scores[..., None])[..., 0]
    twins = np.divide(of_twins, total, out=scores.copy(), where=total > 0)
    mixed: Scores = (1 - SUPPORT) * scores + SUPPORT * twins
    return mixed


def signals(scores: Scores, near: Scores, lexical: Scores, articles: Positions, cosines: Scores) -> Signals:
    """Of the passages compared, at least one, best first: scores, best cosines, words, articles, cosines of each with
    each.

    Where nothing else was found, the lead is all of the score; `peak` likewise. Many searches are rows in front.
    """
    own, twins = articles == articles[..., :1], cosines[..., 0, :] >= ALIKE
    alike, others = twins | (own & (scores >= NEARLY * scores[..., :1])), ~(twins | own)
    score = _mean_of_first(scores, alike, slice(MOST))
    rival = np.take_along_axis(scores, others.argmax(axis=-1, keepdims=True), axis=-1)[..., 0]
    crowd = _crowded(near, cosines)
    nearest_first = np.argsort(-near, axis=-1)
    near, alike, others = (np.take_along_axis(each, nearest_first, axis=-1) for each in (near, alike, others))
    peak = _mean_of_first(near, alike, slice(MOST)) - _mean_of_first(near, others, _PLAIN)
    lead = score - np.where(others.any(axis=-1), rival, 0.0)
    return Signals(score=score, lead=lead, peak=peak, crowd=crowd, words=_ahead(lexical))


def _crowded(near: Scores, cosines: Scores) -> NDArray[np.floating[Any]]:
    """The crowd, a passage with its twins, that the question comes nearest to."""
    twins = cosines >= ALIKE
    np.einsum("...ii->...i", twins)[...] = True
    to_each_other = (_nearness(cosines) * twins).sum(axis=-1)
    to_question = (twins @ _nearness(near)[..., None])[..., 0]
    crowd: NDArray[np.floating[Any]] = (to_question / (_FEW + to_each_other)).max(axis=-1)
    return crowd


def _nearness(cosines: Scores) -> Scores:
    nearness: Scores = np.exp(np.float32(_KEEN) * (cosines - np.float32(1.0)))
    return nearness


def _ahead(lexical: Scores) -> NDArray[np.floating[Any]]:
    """How far the best is ahead of the mean of its rivals; rivals that aren't there hold no word."""
    best_first = -np.sort(-lexical, axis=-1)
    ahead: NDArray[np.floating[Any]] = best_first[..., 0] - best_first[..., 1 : 1 + _RIVALS].sum(axis=-1) / _RIVALS
    return ahead


def _mean_of_first(values: Scores, among: NDArray[np.bool_], ranks: slice) -> NDArray[np.floating[Any]]:
    """The mean of those among the values that come at these ranks; 0 where none do."""
    place = among.cumsum(axis=-1)
    taken = among & (place > (ranks.start or 0)) & (place <= ranks.stop)
    mean: NDArray[np.floating[Any]] = (values * taken).sum(axis=-1) / np.maximum(taken.sum(axis=-1), 1)
    return mean
