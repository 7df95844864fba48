"""Is a figure said of the thing it belongs to? "Light includes 20 kg" where the sources say 20 kg of Standard alone."""

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.guardrails.alignment import line
from assistant.guardrails.fact import Fact, FactKind
from assistant.guardrails.facts import facts_of
from assistant.guardrails.sentences import split_sentences

_EVERY = re.compile(
    r"\b(?:all|every|any|each)(?: of)?(?: the| our| your)? (?:fares?|tickets?|plans?|cards?)\b", re.IGNORECASE
)
_FIGURES = frozenset({FactKind.MONEY, FactKind.MEASURE, FactKind.PERCENT, FactKind.DURATION})


def of_another(claim: str, passages: Sequence[str], named: frozenset[str]) -> str:
    """A figure that the sources say of other names only, in words; empty where there is none. `named`: stems."""
    ours = line(claim).content & named
    if not ours and not _EVERY.search(claim):
        return ""
    for fact in _figures(claim):
        holders = [names for passage in passages for names in _holders(passage, fact.kind, fact.value, named)]
        if holders and all(names and not names & ours for names in holders):
            return f"{fact.text} is said of {min(holders[0])}"
    return ""


def _figures(text: str) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts_of(text) if fact.kind in _FIGURES)


@lru_cache(maxsize=8192)
def _holders(passage: str, kind: FactKind, value: str, named: frozenset[str]) -> tuple[frozenset[str], ...]:
    """The names in each sentence of a passage that holds this figure."""
    return tuple(
        line(sentence).content & named
        for sentence in split_sentences(passage)
        if any(fact.kind is kind and fact.value == value for fact in facts_of(sentence))
    )
