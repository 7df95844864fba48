"""Approved wording with fields: what a mention fills them with, and which wording can't be chosen for lack of it."""

import re
from collections.abc import Mapping
from functools import lru_cache

from assistant.domain.guardrail import Finding
from assistant.domain.mention import Mention
from assistant.domain.vocabulary import Severity
from assistant.guardrails.fact import FactKind
from assistant.guardrails.facts import facts_of
from assistant.guardrails.identifiers import may_name_flight
from assistant.guardrails.words import listed, plain

NAME = "templates"
FIELDS = ("first_name", "flight")
"""What a mention itself says. Nothing else is known of a customer here."""

_FIELD = re.compile(r"\{([^{}]*)\}")
_NO_NAMES = listed(
    """
    mr mrs ms miss mx dr prof sir madam lady lord herr herrn frau monsieur madame mme señor señora sr sra team
    official the a an my your our this that not no never just im mum mom dad big old little angry happy sad der die
    das ich le la les je el los von van
    """
)
_NAME = re.compile(r"[^\W\d_][^\W\d_'’-]{1,19}(?:[-'’][^\W\d_]{1,19})?")


_LEFT = re.compile(
    r"\{+\s*[^\W\d][\w .]{0,30}\}+|<(?:your |first |last |customer |agent )?(?:name|link|date|number)>"
    r"|\[(?:(?:insert|your|first|last|customer|agent)[ _'][\w' ]{2,30}|name|first_?name|link|date"
    r"|card|iban|bank_account|passport|id_number|date_of_birth|secret|email|phone|address|booking_reference"
    r"|reference_number)\](?!\()",
    re.IGNORECASE,
)
"""A place nobody filled in: a field, a note to the writer, or what stands in a message for personal data."""


def check(text: str) -> tuple[Finding, ...]:
    """Blocks a text with a place that nobody filled in."""
    found = _LEFT.search(text)
    if found is None:
        return ()
    message = f"Nobody filled in {found.group()}."
    return (Finding(guardrail=NAME, severity=Severity.BLOCK, message=message, excerpt=found.group()),)


def fields_in(text: str) -> tuple[str, ...]:
    """Names of the fields in a wording, in order."""
    return tuple(_FIELD.findall(text))


def values_of(mention: Mention) -> Mapping[str, str]:
    """The fields this mention can fill.

    A first name is the first word of the shown name where it looks like one; a flight is the only one named.
    """
    values: dict[str, str] = {}
    first = mention.author.name.split()[:1]
    if first and _is_name(first[0]):
        values["first_name"] = first[0]
    if (flight := _flight_in(mention.text)) is not None:
        values["flight"] = flight
    return values


def _is_name(word: str) -> bool:
    capitalised = word[0].isupper() and not word.isupper()
    return capitalised and _NAME.fullmatch(word) is not None and word.casefold() not in _NO_NAMES


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
