"""Does a sentence leave out what its source says beside a figure: other amounts, what it is counted by, "or more"?"""

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache

from assistant.guardrails.amounts import SIGN, value_of
from assistant.guardrails.fact import FactKind
from assistant.guardrails.facts import facts_of
from assistant.guardrails.limit_words import BOUNDS, CURRENCY
from assistant.guardrails.spoken import in_figures
from assistant.guardrails.words import content, stem

_I = re.IGNORECASE
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*")
_COUNTED = frozenset({FactKind.MONEY, FactKind.PERCENT, FactKind.MEASURE})
_BESIDE = rf"(?:{SIGN}|euros?\b|dollars?\b|francs\b|%|per ?cent\b|prozent\b|kg\b|lbs?\b|cm\b|gb\b|litres?\b)"
_AMOUNT = rf"(?:{SIGN}\s?)?(?<![\w.,])\d+(?:[.,]\d+)*(?:\s?{_BESIDE})?"
_OPEN = r"(?:to|bis|à|a)"
_OR = r"(?:or|oder|ou|o)"
_OF_ITS_OWN = r"(?!\s(?:for|if|on|at|with|within|in|when|from|over|beyond|für|bei|ab|im?|pour|sur|para|por|en)\b)"
_SEVERAL = re.compile(
    rf"(?:{_AMOUNT}(?:\s{_OPEN}\s|\s?[-/]\s?)|\b(?:between|zwischen|entre)\s{_AMOUNT}\s(?:and|und|et|y)\s"
    rf"|{_AMOUNT}(?:,\s{_AMOUNT}){{0,5}},?\s{_OR}\s(?=(?>{_AMOUNT}){_OF_ITS_OWN}))"
    rf"{_AMOUNT}(?!\w|[.,]\d|\s(?:points|miles|credits)\b)",
    _I,
)
"""Amounts of which one holds: "EUR 250, 400 or 600", "20-25 kg"."""
_AT_MOST = re.compile(
    r"\b(?:up to|at most|as much as|no more than|max(?:imum)?\.?(?: of)?|bis(?: zu)?|höchstens|maximal|jusqu['’]à"
    r"|au plus|hasta|como máximo)\W*$",
    _I,
)
_FROM = re.compile(
    r"\b(?:from|at least|starting at|starts? at|no less than|min(?:imum)?\.?(?: of)?|as little as|ab|mindestens"
    r"|à partir de|dès|au moins|desde|a partir de|al menos)\W*$",
    _I,
)
_EACH = r"(?:night|day|hour|minute|week|month|year|person|passenger|traveller|head|guest|bag|item|piece|flight|kg|kilo)"
_EACH_ABROAD = (
    r"(?:nacht|tag|stunde|minute|woche|monat|jahr|person|gast|stück|flug|nuit|jour|heure|semaine|mois|an|personne"
    r"|bagage|vol|noche|día|hora|semana|mes|año|persona|maleta|vuelo)"
)
_PRICED = (
    rf"(?:{SIGN}\s?(?P<after>\d+(?:[.,]\d+)*)|(?<![\w.,])(?P<before>\d+(?:[.,]\d+)*)\s?"
    rf"(?:{SIGN}|euros?\b|dollars?\b|francs\b))"
)
_RATE = re.compile(
    rf"{_PRICED}\s"
    rf"(?:(?:per|for (?:each|every)|each|an?|pro|je)\s(?P<each>{_EACH})"
    rf"|(?:pro|je|par|por|al)\s(?P<abroad>{_EACH_ABROAD})"
    r"|(?P<often>hourly|nightly|daily|weekly|monthly|yearly|annually))\b",
    _I,
)
_COUNTS = re.compile(
    rf"\b(?:(?:per|each|every|an?|pro|je|jede[rnms]?|par|chaque|por|cada|al)\s(?:{_EACH}|{_EACH_ABROAD})|each|apiece"
    rf"|(?:hour|night|dai|week|month|year|annual)ly|annual|(?:täg|monat|jähr|wöchent)lich)\b|/\s?{_EACH}\b",
    _I,
)
"""Says in any way what a price is counted by."""
_OR_MORE = re.compile(
    r"(?P<amount>\d+(?:[.,]\d+)*)(?:\s\w+){0,2}\s(?:or (?:more|less|fewer|longer|over|above|older|younger)"
    r"|oder (?:mehr|weniger)|ou (?:plus|moins)|o (?:más|menos))\b",
    _I,
)
_PRICE = re.compile(
    rf"{_PRICED}(?P<told>(?:(?!{SIGN})[^,;.:()\d])*)",
    _I,
)
"""An amount and what stands behind it, up to the next."""
_NEXT = re.compile(r"\s(?:and|or|but|while|und|oder|et|ou|y|o)\s.*", _I)


def left_beside(claim: str, source: str, said: str, known: Set[str]) -> Iterator[str]:
    """What the source says beside a figure and the claim doesn't. `said` is the claim with what stands beside it in its
    reply, `known` the stems of that and of what the customer says."""
    ours, theirs = in_figures(claim), in_figures(source)
    if _NUMBER.search(ours) and _NUMBER.search(theirs):
        yield from _one_of_several(in_figures(said), theirs)
        yield from _uncounted(ours, theirs, known)
        yield from _no_more(ours, theirs)
        yield from _for_something(ours, theirs, known)


def _one_of_several(said: str, source: str) -> Iterator[str]:
    for several in _SEVERAL.finditer(source):
        numbers = _alternatives(several.group())
        elsewhere = source[: several.start()] + source[several.end() :]
        told = [each for each in numbers if _places(said, each)]
        alone = [each for each in told if not _places(elsewhere, each)]
        if alone and len(told) < len(numbers) and not _is_an_end(said, told, numbers):
            yield several.group()


@lru_cache(maxsize=2048)
def _alternatives(several: str) -> tuple[str, ...]:
    """The amounts, the least first; none where they aren't counted in one and the same thing."""
    facts = [fact for fact in facts_of(several) if fact.kind in _COUNTED]
    if len({(fact.kind, fact.value.strip("0123456789.")) for fact in facts}) != 1:
        return ()
    return tuple(sorted({value_of(each) for each in _NUMBER.findall(several)}, key=float))


def _is_an_end(said: str, told: Sequence[str], numbers: Sequence[str]) -> bool:
    """The least with "from", or the most with "up to", says how far the others go."""
    bound = {numbers[0]: _FROM, numbers[-1]: _AT_MOST}.get(told[0])
    return len(told) == 1 and bound is not None and any(map(bound.search, _before(said, told[0])))


def _uncounted(claim: str, source: str, known: Set[str]) -> Iterator[str]:
    """A price without what the source counts it by: "EUR 30" for "EUR 30 per night"."""
    for rate in _RATE.finditer(source) if not _COUNTS.search(claim) else ():
        each = (rate["each"] or rate["abroad"] or rate["often"]).casefold()
        if _places(claim, value_of(rate["after"] or rate["before"])) and stem(each) not in known:
            yield rate.group()


def _no_more(claim: str, source: str) -> Iterator[str]:
    """A figure without the "or more" behind it."""
    for limit in _OR_MORE.finditer(source) if not _OR_MORE.search(claim) else ():
        before = _before(claim, value_of(limit["amount"]))
        if before and not any(map(BOUNDS.search, before)):
            yield limit.group()


def _for_something(claim: str, source: str, known: Set[str]) -> Iterator[str]:
    """One of several prices without what it is for: "EUR 25" for "EUR 25 online and EUR 40 at the airport"."""
    prices = [
        (value_of(each["after"] or each["before"]), _NEXT.sub("", each["told"])) for each in _PRICE.finditer(source)
    ]
    told = {number: content(words) for number, words in prices}
    if len(told) < len(prices) or not all(told.values()):
        return
    for number, words in prices if len(prices) > 1 else ():
        others = [stems for other, stems in told.items() if other != number]
        apart = told[number].difference(*others)
        if apart and apart.isdisjoint(known) and _places(claim, number):
            yield f"{number}{words}"


def _places(text: str, number: str) -> Sequence[int]:
    return [found.start() for found in _NUMBER.finditer(text) if value_of(found.group()) == number]


def _before(text: str, number: str) -> Sequence[str]:
    """What stands before each place of a number, less its currency."""
    return [CURRENCY.sub("", text[:at]) for at in _places(text, number)]
