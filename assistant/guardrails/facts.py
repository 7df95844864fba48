"""Hard facts of a reply, and which of them no source holds.

Sources are the brand's own words. The customer's words may support who and which (their name, flight, booking
reference, date), never how much, how long or on what terms.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from assistant.guardrails import amounts, identifiers, spoken_abroad
from assistant.guardrails.fact import Fact, FactKind
from assistant.guardrails.spoken import EITHER_HALF, in_figures
from assistant.guardrails.words import plain

__all__ = ["IDENTIFIERS", "Fact", "FactKind", "as_written", "facts_of", "missing"]

IDENTIFIERS = frozenset({FactKind.FLIGHT, FactKind.REFERENCE, FactKind.NAME, FactKind.DATE, FactKind.HANDLE})
"""Kinds a customer's own message may support."""

_WORD = re.compile(r"[^\W_]+")
_UNIT = re.compile(r"minute|hour|day|week|month|year")
_WRITTEN_OTHERWISE = frozenset({FactKind.DATE, FactKind.TIME, FactKind.DURATION})
_IN_WORDS = re.compile(
    r"\b(?:half an? hour|(?:a )?fortnight|\w+ (?:\w+ )?and a half(?: (?:hour|day|week)s?)?)\b", re.IGNORECASE
)
_NUMERIC = frozenset({FactKind.NUMBER, FactKind.PERCENT, FactKind.DURATION, FactKind.MEASURE, FactKind.MONEY})


class _Ledger:
    """What a set of sources holds, ready to be asked. Built once a text, never changed after."""

    def __init__(self, facts: tuple[Fact, ...], text: str) -> None:
        self.pairs = frozenset((fact.kind, fact.value) for fact in facts)
        self.values = frozenset(number for fact in facts if fact.kind in _NUMERIC for number in _numbers_in(fact))
        self.bare = frozenset(fact.value for fact in facts if fact.kind is FactKind.NUMBER)
        self.currencies = frozenset(fact.value.split()[0] for fact in facts if fact.kind is FactKind.MONEY)
        self.pounds = frozenset(fact.value.split()[1] for fact in facts if fact.value.startswith("GBP "))
        self.weights = frozenset(fact.value.split()[0] for fact in facts if fact.value.endswith(" lb"))
        self.units = frozenset(
            unit for fact in facts if fact.kind is FactKind.DURATION for unit in _UNIT.findall(fact.text)
        )
        self.times = tuple(fact.value for fact in facts if fact.kind is FactKind.TIME)
        self.dates = tuple(fact.value for fact in facts if fact.kind is FactKind.DATE)
        self.phones = tuple(fact.value for fact in facts if fact.kind is FactKind.PHONE)
        self.words = frozenset(_WORD.findall(plain(text).casefold()))


@lru_cache(maxsize=4096)
def facts_of(text: str) -> tuple[Fact, ...]:
    """Every hard fact of a text, addresses first, then quantities, then names."""
    named = identifiers.read(plain(text))
    counted = amounts.read(named.rest)
    return (*named.facts, *counted.facts, *identifiers.names(named.rest))


def missing(claim: str, sources: Iterable[str], *, given: Sequence[str] = ()) -> tuple[Fact, ...]:
    """Hard facts of the claim that no source holds; `given` are the customer's own words."""
    facts = facts_of(claim)
    if not facts:
        return ()
    ledgers = [_ledger(source) for source in sources]
    customer = [_ledger(text) for text in given]
    return tuple(fact for fact in facts if not _holds(fact, ledgers) and not _given(fact, customer))


def as_written(claim: str, sources: Iterable[str]) -> str:
    """The claim with times as a source writes the same: "60 minutes" as "1 hour", "3 May" as "03/05". Months and years
    stay as they are."""
    ours = {text: values for text, values in _times(claim).items() if not values[0].endswith("month")}
    if not ours:
        return claim
    theirs = [each for source in sources for each in _spelled(source)]
    in_words = _in_words(claim).values()
    said = spoken_abroad.in_figures(in_figures(plain(claim)))
    same = {text: [other for other, each in theirs if each == values] for text, values in ours.items()}
    otherwise = {
        text: others[0] for text, others in same.items() if others and (text not in others or ours[text] in in_words)
    }
    for text, other in otherwise.items():
        said = other.join(re.split(rf"(?<![\w.,]){re.escape(text)}(?!\w)", said))
    return said if otherwise else claim


@lru_cache(maxsize=2048)
def _spelled(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Times as a text writes them, halves and fortnights in its words."""
    written, in_words = plain(text), _in_words(text)
    others = [each for each in _times(text).items() if each[0] in written or each[1] not in in_words.values()]
    return (*in_words.items(), *others)


def _in_words(text: str) -> dict[str, tuple[str, ...]]:
    """Halves and fortnights."""
    said = [found.group() for found in _IN_WORDS.finditer(plain(text))]
    return {half: values for half in said for values in _times(half).values()}


def _times(text: str) -> dict[str, tuple[str, ...]]:
    """Each time, date and duration with what it is worth; both ends of a range together."""
    found: dict[str, tuple[str, ...]] = {}
    for fact in facts_of(text):
        if fact.kind in _WRITTEN_OTHERWISE:
            found[fact.text] = (*found.get(fact.text, ()), fact.value)
    return found


@lru_cache(maxsize=4096)
def _ledger(text: str) -> _Ledger:
    return _Ledger(facts_of(text), text)


def _given(fact: Fact, customer: Sequence[_Ledger]) -> bool:
    return fact.kind in IDENTIFIERS and _holds(fact, customer)


def _holds(fact: Fact, ledgers: Sequence[_Ledger]) -> bool:
    if fact.kind is FactKind.NAME:
        return all(any(word in ledger.words for ledger in ledgers) for word in _WORD.findall(fact.value))
    return any((fact.kind, fact.value) in ledger.pairs or _holds_otherwise(fact, ledger) for ledger in ledgers)


def _holds_otherwise(fact: Fact, ledger: _Ledger) -> bool:
    """The same fact said with less or more around it: a bare number, a date without its year, and so on."""
    match fact.kind:
        case FactKind.NUMBER:
            return fact.value in ledger.values
        case FactKind.MONEY:
            currency, amount = fact.value.split()
            pounds = currency == "GBP" and amount in ledger.weights
            return pounds or (currency in ledger.currencies and amount in ledger.bare)
        case FactKind.PERCENT:
            return fact.value in ledger.bare
        case FactKind.MEASURE if fact.value.endswith(" lb") and any(
            number in ledger.pounds for number in _written_in(fact)
        ):
            return True
        case FactKind.DURATION if fact.value.startswith("few "):
            return fact.value.removeprefix("few ") in ledger.units
        case FactKind.MEASURE | FactKind.DURATION:
            return any(number in ledger.bare for number in _written_in(fact))
        case FactKind.TIME:
            return any(_same_time(fact.value, time) for time in ledger.times)
        case FactKind.DATE:
            return any(_same_date(fact.value, date) for date in ledger.dates)
        case FactKind.PHONE:
            return any(_same_phone(fact.value, phone) for phone in ledger.phones)
        case _:
            return fact.kind in {FactKind.FLIGHT, FactKind.REFERENCE} and fact.value.casefold() in ledger.words


def _numbers_in(fact: Fact) -> tuple[str, ...]:
    """The number as written and as normalised: 2 hours give 2 and not only 120."""
    last = fact.value.split()[-1] if fact.kind is FactKind.MONEY else fact.value.split()[0]
    return (last, *_written_in(fact))


def _written_in(fact: Fact) -> tuple[str, ...]:
    return tuple(amounts.value_of(number) for number in re.findall(r"\d+(?:[.,]\d+)*", fact.text) if len(number) < 12)


def _same_date(one: str, other: str) -> bool:
    """Equal where both say so: `*` is a part that the claim leaves unsaid."""
    if "-" not in one or "-" not in other:
        return one == other
    return all(left in {right, "*"} for left, right in zip(one.split("-"), other.split("-"), strict=True))


def _same_time(one: str, other: str) -> bool:
    """Equal, or half a day apart where one of them leaves the half of the day open."""
    if not (one + other).count(EITHER_HALF):
        return one == other
    (hour, minute), (hour_too, minute_too) = (time.strip(EITHER_HALF).split(":") for time in (one, other))
    return minute == minute_too and int(hour) % 12 == int(hour_too) % 12


def _same_phone(one: str, other: str) -> bool:
    shorter, longer = sorted((one.lstrip("0"), other.lstrip("0")), key=len)
    return len(shorter) >= identifiers.MIN_PHONE_DIGITS and longer.endswith(shorter)
