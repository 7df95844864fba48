"""Do the sources of a claim agree? Two sentences that say the same with other figures must not go out unseen."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from assistant.domain.draft import Claim
from assistant.domain.guardrail import Finding
from assistant.domain.knowledge import Passage
from assistant.domain.vocabulary import Severity
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import tokens

NAME = "contradiction"
MIN_WORDS = 4
"""Fewer words besides the figures say too little: `Light none` and `Light 1 x 20 kg` are rows of two tables."""


def findings(claims: Sequence[Claim], passages: Iterable[Passage]) -> tuple[Finding, ...]:
    """One review finding for each sentence relied on that another says with the same words and other figures."""
    known = {sentence: _parts(sentence) for passage in passages for sentence in split_sentences(passage.text)}
    relied_on = dict.fromkeys(citation.quote for claim in claims for citation in claim.citations)
    found = []
    for quote in relied_on:
        words, figures = _parts(quote)
        others = [text for text, (same, other) in known.items() if same == words and other != figures]
        if len(words) >= MIN_WORDS and figures and others:
            message = f"the sources disagree: “{quote}” and “{others[0]}”"
            found.append(Finding(guardrail=NAME, severity=Severity.REVIEW, message=message))
    return tuple(found)


@lru_cache(maxsize=8192)
def _parts(sentence: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Its words, and its figures in order."""
    stems = list(tokens(sentence))
    figures = tuple(stem for stem in stems if stem[0].isdigit())
    return frozenset(stem for stem in stems if not stem[0].isdigit()), figures
