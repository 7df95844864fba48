"""Did an edit change what a reply says, or only how? Hard facts, denials and opposites, and the share of new words."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from assistant.guardrails.alignment import Line, compare, line
from assistant.guardrails.facts import Fact, facts_of
from assistant.guardrails.sentences import split_sentences

REWRITTEN = 0.2
"""Share of words changed from which on an edit says something else; see the table in docs/guides/certificates.md."""
_GREETING = re.compile(r"(?:hi|hello|hey|dear|hallo|bonjour|hola)\b", re.IGNORECASE)
_SAME_SENTENCE = 0.5
"""Least share of content words in order for two sentences to be compared."""


def changed_substance(before: str, after: str) -> tuple[str, ...]:
    """What an edit changed in what is said, a few words each; empty where it is style alone.

    Both without disclosure. Changes nobody can see in facts, polarity or number of words pass as style.
    """
    return tuple(dict.fromkeys((*_facts(before, after), *turned_round(before, after), *_reworded(before, after))))


def reworded(before: str, after: str) -> float:
    """The share of words that differ, in [0, 1]."""
    return 1 - SequenceMatcher(None, _words(before), _words(after), autojunk=False).ratio()


def _facts(before: str, after: str) -> Iterator[str]:
    old, new = _known(before), _known(after)
    yield from (f"without {fact.text}" for key, fact in old.items() if key not in new)
    yield from (f"with {fact.text}" for key, fact in new.items() if key not in old)


def _known(text: str) -> dict[tuple[str, str], Fact]:
    """By what they say; whoever is greeted by name is no fact."""
    found = {(fact.kind.value, fact.value.casefold()): fact for fact in facts_of(text)}
    return {key: fact for key, fact in found.items() if not _GREETING.match(fact.text)}


def turned_round(before: str, after: str) -> tuple[str, ...]:
    """Denials that came or went and opposites put in place, sentence by sentence."""
    found_all: list[str] = []
    old = [line(sentence) for sentence in split_sentences(before)]
    for sentence in split_sentences(after):
        now = line(sentence)
        then = max(old, key=lambda each: _shared(now, each), default=None)
        if then is None or _shared(now, then) < _SAME_SENTENCE:
            continue
        found = compare(now, then, frozenset())
        found_all += [f"turned round: {pair}" for pair in found.swaps]
        found_all += ["a denial came or went"] if found.negated else []
    return tuple(found_all)


def _shared(now: Line, then: Line) -> float:
    return compare(now, then, frozenset()).shared


def _reworded(before: str, after: str) -> Iterator[str]:
    share = reworded(before, after)
    if share >= REWRITTEN:
        yield f"{share:.0%} of the words are new"


def _words(text: str) -> list[str]:
    return [word.strip(".,;:!?\"'()").casefold() for word in text.split()]
