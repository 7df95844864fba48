"""Is a figure said of the thing it belongs to? "Light includes 20 kg" where the sources say 20 kg of Standard alone."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from assistant.guardrails.alignment import line
from assistant.guardrails.fact import Fact, FactKind
from assistant.guardrails.facts import facts_of
from assistant.guardrails.phrase_words import CURRENCIES, MODALS, VERBS, meant
from assistant.guardrails.phrases import told, without_asides
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import FUNCTION_WORDS

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


_BREAK = re.compile(
    r"(?:[,;] (?:and |but |while |whereas )?|\s(?:and|but|while|whereas|or|und|oder|et|ou|y)\s)"
    r"(?!\d+\b(?! \w+(?: (?:an?|per) \w+)? (?:for|of)\b))",
    re.IGNORECASE,
)
"""Before a figure it joins two of them, unless that one is said of its own thing: "10 and 20 kg", "10 for children"."""
_RATE = re.compile(r"(\d[\d.,]*\W*(?:\w+ )?)(?:an?|per) \w+", re.IGNORECASE)
"""What a figure is counted by says nothing of whose it is: "29 euros a day"."""
_NAMED = 2
"""Least words of a claim that another sentence must hold to give it another figure."""
_SHARED = 0.6
"""Least share of a claim's words in a source sentence for its figures to be compared."""


class _Part(NamedTuple):
    """One stretch of a sentence with figures in it, and the stems of what they are said of."""

    figures: frozenset[str]
    said: frozenset[str]


def crossed(claim: str, passages: Sequence[str]) -> str:
    """A figure said of one thing where the source sentence says it of another, in words; empty where there is none:
    "Large bags cost 10 euros" beside "Small bags cost 10 euros and large bags 25"."""
    ours = _parts(claim)
    if not ours:
        return ""
    said = _all(ours)
    sources = [_parts(sentence) for passage in passages for sentence in split_sentences(passage)]
    near = [parts for parts in sources if len(said & _all(parts)) >= _SHARED * len(said)]
    for part in ours:
        for figure in sorted(part.figures):
            holding = [parts for parts in near if any(figure in each.figures for each in parts)]
            found = [_of_neighbour(part.said, figure, parts) for parts in holding]
            if found and all(found):
                return found[0]
            if len(part.figures) == 1 and holding and (theirs := _given_in_full(part.said, near, holding)):
                return f"{figure} / {theirs}"
    return ""


def told_apart(claim: str, source: str) -> bool:
    """Whether each figure of a claim is said of what the source says it of, in whatever order they come."""
    ours, theirs = _parts(claim), _parts(source)
    return len(ours) > 1 and all(_stands_in(part, theirs) for part in ours)


def _stands_in(part: _Part, parts: Sequence[_Part]) -> bool:
    holders = [each for each in parts if part.figures <= each.figures]
    others = _all(each for each in parts if each not in holders)
    own = _all(holders)
    return bool(part.said & (own - others)) and part.said.isdisjoint(others - own)


def _given_in_full(said: frozenset[str], near: Sequence[Sequence[_Part]], holding: Sequence[Sequence[_Part]]) -> str:
    """The figure of a sentence that names all a claim does, where none that holds the claim's figure names it all."""
    if len(said) < _NAMED or any(said <= _all(parts) for parts in holding):
        return ""
    alone = [parts[0].figures for parts in near if len(parts) == 1 and said <= parts[0].said]
    return next((figure for figures in alone if len(figures) == 1 for figure in figures), "")


def _of_neighbour(said: frozenset[str], figure: str, parts: Sequence[_Part]) -> str:
    """What a source sentence says a figure of, where the claim says it of that one's neighbour.

    What the first part speaks of may be left out in the next: "Breakfast costs 18 euros for adults and 9 for children".
    """
    own = _all(part for part in parts if figure in part.figures)
    other = _all(part for part in parts if figure not in part.figures)
    alone = [part.said - own for part in parts if figure not in part.figures]
    if not own - other - said or not any(2 * len(said & each) >= len(each) > 0 for each in alone):
        return ""
    opens = figure in parts[0].figures
    return f"{figure} is said of {min(own - other - said)}" if opens or not said & (own - other) else ""


def _all(parts: Iterable[_Part]) -> frozenset[str]:
    return frozenset(chain.from_iterable(part.said for part in parts))


@lru_cache(maxsize=8192)
def _parts(sentence: str) -> tuple[_Part, ...]:
    """The stretches between conjunctions, each with what stands before it without a figure; a row of a table is one."""
    found: list[_Part] = []
    waiting: frozenset[str] = frozenset()
    sentence = without_asides(sentence)
    for stretch in (sentence,) if ": " in sentence else _BREAK.split(sentence):
        read = told(_RATE.sub(r"\1", stretch))
        figures = frozenset(meant(word) for word in read if meant(word)[0].isdigit() and word != "one")
        said = frozenset(meant(word) for word in read if _names(word)) - figures
        if figures:
            found.append(_Part(figures, said | waiting))
        waiting = frozenset() if figures else waiting | said
    return tuple(found)


def _names(word: str) -> bool:
    return not (word in FUNCTION_WORDS or word in VERBS or word in MODALS or meant(word) in CURRENCIES)
