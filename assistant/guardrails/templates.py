"""Approved wording with fields: what a mention fills them with, and which wording can't be chosen for lack of it."""

import re
from collections.abc import Mapping
from functools import lru_cache

from assistant.domain.mention import Mention
from assistant.guardrails.fact import FactKind
from assistant.guardrails.facts import facts_of
from assistant.guardrails.identifiers import may_name_flight
from assistant.guardrails.words import plain

FIELDS = ("first_name", "flight")
"""What a mention itself says. Nothing else is known of a customer here."""

_FIELD = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[^\W\d_][^\W\d_'’-]{1,19}(?:[-'’][^\W\d_]{1,19})?")


def fields_in(text: str) -> tuple[str, ...]:
    """Names of the fields in a wording, in order."""
    return tuple(_FIELD.findall(text))


def values_of(mention: Mention) -> Mapping[str, str]:
    """The fields this mention can fill.

    A first name is the first word of the shown name where it looks like one; a flight is the only one named.
    """
    values: dict[str, str] = {}
    first = mention.author.name.split()[:1]
    if first and _NAME.fullmatch(first[0]) and first[0][0].isupper() and not first[0].isupper():
        values["first_name"] = first[0]
    if (flight := _flight_in(mention.text)) is not None:
        values["flight"] = flight
    return values


@lru_cache(maxsize=1024)
def _flight_in(text: str) -> str | None:
    """Asked by drafter and gate in turn, so the last texts are remembered."""
    if not may_name_flight(plain(text)):
        return None
    flights = {fact.text for fact in facts_of(text) if fact.kind is FactKind.FLIGHT}
    return flights.pop() if len(flights) == 1 else None


def fill(text: str, values: Mapping[str, str]) -> str | None:
    """The wording with its fields filled in; None where one is missing."""
    if "{" not in text:
        return text
    if any(name not in values for name in fields_in(text)):
        return None
    return _FIELD.sub(lambda field: values[field.group(1)], text)


def emptied(sentence: str, values: Mapping[str, str]) -> str:
    """A filled sentence with its fields back in place of the values, as the brand approved it."""
    for name, value in values.items():
        sentence = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", f"{{{name}}}", sentence)
    return sentence
