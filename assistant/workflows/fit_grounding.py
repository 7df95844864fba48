"""Fits a brand's own grounding threshold: from which score on a sentence counts as supported by its sources.

The data is the brand's own: what its approved replies say, beside the article they belong to (supported) and beside
another one (not). Every other article fits, the rest measures.
"""

from collections.abc import Iterator, Sequence

from assistant.domain.brand import Grounding, Pack
from assistant.domain.knowledge import Article
from assistant.domain.value import Value
from assistant.domain.vocabulary import Audience
from assistant.errors import InputInvalid
from assistant.guardrails.kinds import NEEDS_SOURCE, kind_of
from assistant.guardrails.restrictions import dropped
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.standing import wording_of
from assistant.guardrails.support import measure
from assistant.kb.split import split

MOST_FALSE = 0.03
"""Share of supported sentences that may be taken for unsupported: what a draft may lose without need."""
LEAST_SENTENCES = 50
"""Fewer tell nothing about three in a hundred."""


class Fitted(Value):
    """The counts are of articles that took no part in the fitting."""

    grounding: Grounding
    good: int
    good_blocked: int
    wrong: int
    wrong_blocked: int


class _Said(Value):
    supported: bool
    score: float
    blocked: bool


def fit_grounding(pack: Pack) -> Fitted:
    """The highest threshold that takes at most `MOST_FALSE` of the supported sentences for unsupported.

    Raises `InputInvalid` where the pack has too few approved sentences to tell.
    """
    articles = [article for article in pack.articles if article.audience is Audience.PUBLIC and article.replies]
    halves: tuple[list[_Said], list[_Said]] = ([], [])
    for place, article in enumerate(articles):
        halves[place % 2].extend(_said(article, articles[(place + 1) % len(articles)], pack))
    fitting, held = halves
    scores = sorted(each.score for each in fitting if each.supported)
    if len(scores) < LEAST_SENTENCES:
        raise InputInvalid(f"too few approved sentences to fit on: {len(scores)}; {LEAST_SENTENCES} are the least")
    threshold = round(scores[int(MOST_FALSE * len(scores))] - 0.00005, 4)
    right, wrong = ([each for each in held if each.supported is which] for which in (True, False))
    about = f"{len(scores)} sentences of {pack.brand.id}'s approved replies beside their articles"
    return Fitted(
        grounding=Grounding(threshold=max(0.0, threshold), fitted_on=about),
        good=len(right),
        good_blocked=_blocked(right, threshold),
        wrong=len(wrong),
        wrong_blocked=_blocked(wrong, threshold),
    )


def _blocked(said: Sequence[_Said], threshold: float) -> int:
    return sum(each.blocked or each.score < threshold for each in said)


def _said(article: Article, other: Article, pack: Pack) -> Iterator[_Said]:
    for supported, source in ((True, article), (False, other)):
        standing = wording_of(pack).standing_on(split(source))
        said = {sentence: reply.text for reply in article.replies for sentence in split_sentences(reply.text)}
        for sentence, reply in said.items():
            if (kind := kind_of(sentence)) in NEEDS_SOURCE:
                measured = measure(sentence, kind, standing.texts, terms=standing.terms)
                wider = measured.dropped and dropped(sentence, standing.texts, beside=reply)
                blocked = bool(measured.missing or measured.contradiction or wider)
                yield _Said(supported=supported, score=measured.score, blocked=blocked)
