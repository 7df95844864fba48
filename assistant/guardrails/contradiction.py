"""Do the sources of a claim agree? Two sentences that say the same with other figures must not go out unseen."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from assistant.domain.draft import Claim
from assistant.domain.guardrail import Finding
from assistant.domain.knowledge import Passage
from assistant.domain.vocabulary import Severity
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import tokens

NAME = "contradiction"
MIN_WORDS = 4
"""Fewer words besides the figures say too little: `Light none` and `Light 1 x 20 kg` are rows of two tables."""
SAID = 0.75
"""Share of a sentence's words that a claim must hold to say the same; a claim leaves some out. Chosen, not measured."""

_Words = frozenset[str]


def findings(claims: Sequence[Claim], passages: Iterable[Passage]) -> tuple[Finding, ...]:
    """One review finding for each sentence relied on that another says with the same words and other figures.

    Relied on is what a claim quotes, and what it says itself: a claim may hold the words of a sentence and quote
    another, such as an article's summary.
    """
    apart = _disagreeing(tuple(passage.text for passage in passages))
    if not apart:
        return ()
    said = [_parts(claim.text)[0] for claim in claims if claim.citations]
    quoted = {_parts(citation.quote)[0] for claim in claims for citation in claim.citations}
    return tuple(
        Finding(guardrail=NAME, severity=Severity.REVIEW, message=f"the sources disagree: “{one}” and “{other}”")
        for words, (one, other) in apart.items()
        if words in quoted or any(len(words & spoken) >= SAID * len(words) for spoken in said)
    )


@lru_cache(maxsize=1024)
def _disagreeing(texts: tuple[str, ...]) -> Mapping[_Words, tuple[str, str]]:
    """Two sentences for each set of words that stands with figures and with other ones; remembered by article."""
    known: dict[_Words, dict[tuple[str, ...], str]] = {}
    for text in texts:
        for sentence in split_sentences(text):
            words, figures = _parts(sentence)
            if len(words) >= MIN_WORDS and figures:
                known.setdefault(words, {}).setdefault(figures, sentence)
    apart: dict[_Words, tuple[str, str]] = {}
    for words, by_figures in known.items():
        if len(by_figures) > 1:
            apart[words], *_ = pairwise(by_figures.values())
    return apart


@lru_cache(maxsize=8192)
def _parts(sentence: str) -> tuple[_Words, tuple[str, ...]]:
    """Its words, and its figures in order."""
    stems = list(tokens(sentence))
    figures = tuple(stem for stem in stems if stem[0].isdigit())
    return frozenset(stem for stem in stems if not stem[0].isdigit()), figures
