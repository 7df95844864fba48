"""Detectors that veto: hard rules and a fitted score for each category, either of which may fire."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from assistant.domain.occurring import Occurring
from assistant.domain.understanding import FiredSensitivity
from assistant.domain.value import Value
from assistant.domain.vocabulary import Sensitivity

CRITICAL = frozenset({Sensitivity.SELF_HARM, Sensitivity.SAFETY_INJURY})
"""A miss here is the worst error the product can make; false alarms are bought freely."""
_RULE_SCORE = 0.97
"""A rule is a certainty of wording, not of meaning."""


class Rule(Value):
    """A wording that always fires. `any_of` are plain substrings of which one must occur (a cheap first look);
    `match` are regular expressions over folded text; `unless` takes back a match that is a figure of speech.
    """

    category: Sensitivity
    says: str
    any_of: tuple[Annotated[str, Field(min_length=3)], ...]
    match: tuple[str, ...]
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Compiled:
    category: Sensitivity
    says: str
    match: re.Pattern[str]
    unless: re.Pattern[str] | None


class Rules:
    """All rules, compiled once; texts must be folded (`scoring.text.fold`)."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(
            _Compiled(
                category=rule.category,
                says=rule.says,
                match=re.compile("|".join(f"(?:{part})" for part in rule.match)),
                unless=re.compile("|".join(f"(?:{part})" for part in rule.unless)) if rule.unless else None,
            )
            for rule in rules
        )
        self._places: dict[str, list[int]] = {}
        for place, rule in enumerate(rules):
            for word in rule.any_of:
                self._places.setdefault(word, []).append(place)
        self._words = Occurring(self._places)

    def fired(self, folded: str) -> Mapping[Sensitivity, FiredSensitivity]:
        """The first rule that matches in each category."""
        found: dict[Sensitivity, FiredSensitivity] = {}
        for rule in self._worth_a_look(folded):
            if rule.category in found:
                continue
            if (words := _first_serious(rule, folded)) is not None:
                why = f"{rule.says}: “{words}”"
                found[rule.category] = FiredSensitivity(category=rule.category, score=_RULE_SCORE, why=why)
        return found

    def _worth_a_look(self, folded: str) -> Iterator[_Compiled]:
        """The rules, in order, of which one of the words occurs."""
        candidates = {place for word in self._words.found_in(folded) for place in self._places[word]}
        return (self._rules[place] for place in sorted(candidates))


def _first_serious(rule: _Compiled, folded: str) -> str | None:
    """The first match that no figure of speech overlaps."""
    matches = list(rule.match.finditer(folded))
    harmless = [found.span() for found in rule.unless.finditer(folded)] if matches and rule.unless else []
    for found in matches:
        if not any(start < found.end() and found.start() < end for start, end in harmless):
            return found[0].strip()
    return None
