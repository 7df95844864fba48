"""Which conditions of a rule does the customer say hold for them? "I'm a member", "my order comes to 80 euros"."""

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from assistant.guardrails.phrase_words import LESS, MORE, UNITS, meant
from assistant.guardrails.phrases import stems_of, told
from assistant.guardrails.words import NEGATIONS, words

_CLAUSES = re.compile(r"[.,;:!?()\n]+\s?|\s(?:and|but|so|because)\s", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:do|does|must|should|would) (?:i|we|it|you) (?:also )?(?:have|need|be|got)\b"
    r"|\b(?:only|just) (?:for|if|when)\b|\bwhat if\b|\bhave to be\b|\bneed to be\b",
    re.IGNORECASE,
)
"""Asks whether the condition is one."""


class Known(NamedTuple):
    """Stems of what was said, and the figures that the customer gave, each with its unit or nothing."""

    stems: Set[str]
    figures: Set[tuple[str, str]] = frozenset()


@lru_cache(maxsize=2048)
def said_to_hold(customer: str) -> frozenset[str]:
    """Stems of what the customer says; what they deny counts as its opposite: never "worn" is "unworn"."""
    found: set[str] = set()
    for clause in _CLAUSES.split(customer):
        if _ASKS.search(clause):
            continue
        stems = stems_of(clause)
        denied = any(word in NEGATIONS for word in words(clause))
        found |= {f"un{stem}" for stem in stems} | {f"non{stem}" for stem in stems} if denied else stems
    return frozenset(found)


@lru_cache(maxsize=2048)
def figures_in(customer: str) -> frozenset[tuple[str, str]]:
    """Figures with the unit that follows: ("80", "eur")."""
    return frozenset(_figures(told(customer)))


def _figures(read: Sequence[str]) -> Iterator[tuple[str, str]]:
    for word, after in pairwise((*read, "-")):
        figure = meant(word)
        if figure[0].isdigit():
            yield figure, meant(after) if meant(after) in UNITS else ""


def meets(opener: str, part: Sequence[str], figures: Set[tuple[str, str]]) -> bool:
    """Whether a figure of the customer's satisfies "over 50 euros" or "under 6"."""
    limit, unit = next(_figures(part), ("", ""))
    if not limit or meant(opener) not in MORE | LESS:
        return False
    own = [_number(figure) for figure, counted in figures if counted == unit]
    return any(each > _number(limit) if meant(opener) in MORE else each < _number(limit) for each in own)


def _number(figure: str) -> float:
    try:
        return float(figure)
    except ValueError:
        return float("nan")
