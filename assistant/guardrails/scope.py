"""Does a sentence reach further than its source: for whom a price is counted, what is free, and "every" for "some"?"""

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.guardrails.fact import Fact, FactKind
from assistant.guardrails.facts import facts_of
from assistant.guardrails.spoken import in_figures
from assistant.guardrails.words import NEGATIONS, WITHOUT, content, listed, plain, stem, words

_I = re.IGNORECASE
_PER = re.compile(
    r"\b(?:per|for each|for every) (passenger|person|traveller|head|booking|bag|item|flight|direction|way)\b", _I
)
_ONE_EACH = {"person": "passenger", "traveller": "passenger", "head": "passenger", "item": "bag", "way": "direction"}
_FREE = re.compile(
    r"(?<!feel )(?<!\bfor )\bfree\b(?! to\b| from\b|-| time\b| seat\b)|\b(?:no|without(?: an?y?)?|zero) (?:extra "
    r"|additional |\w+ )?"
    r"(?:cost|charge|fee|surcharge)s?\b|\bcosts? (?:you )?nothing\b|\bwon't cost\b|\bincluded\b|\bwaived?\b"
    r"|\bgratis\b|\bkostenlos\b|\bkostenfrei\b|\bgratuite?s?\b",
    _I,
)
_PARTS = re.compile(r",? (?:and|but|while|whereas) |; |(?<=[.!?]) |\n")
_VAGUE = listed("all also too always travel go come free")
_THING = (
    r"(?:fares?|tickets?|flights?|bags?|routes?|bookings?|passengers?|airports?|seats?|vouchers?|dogs?|pets?|cases?)"
)
_EVERY = re.compile(rf"\b(?:every|all|any|each|whatever|whichever)(?: of)?(?: the| our| your)? (?:\w+ )?{_THING}\b", _I)
_SOME = re.compile(r"\b(?:not|no|never|except\w*|unless|only|but|cannot|can't|isn't|aren't|don't|doesn't)\b", _I)


_BOUND = re.compile(
    r"\b(?:within|after|before|until|later|from|than|beyond|under|over|above|below|since|once|if|when|unless|only"
    r"|more|less"
    r"|fewer|without|yet|still)\b",
    _I,
)

_AT_END = re.compile(r"(?:\bnone|\bnot|\bnever|n't)\W*$", _I)


def denies_alone(claim: str, source: str) -> bool:
    """Whether a plain denial stands beside a source sentence that denies nothing and holds all its words.

    A claim with a bound of its own ("not after ...") may turn the source's "until" round and is left alone.
    """
    if _BOUND.search(claim) is not None or _AT_END.search(claim) is not None:
        return False
    return _denials(claim) == 1 and not any(word in NEGATIONS for word in words(source)) and not _SOME.search(source)


def _denials(text: str) -> int:
    return sum(word in NEGATIONS and word not in WITHOUT for word in words(text))


@lru_cache(maxsize=8192)
def wider(claim: str, source: str) -> tuple[str, ...]:
    """What the claim says more broadly than the source sentence beside it, as "ours / theirs"."""
    ours, theirs = plain(claim), plain(source)
    looks = (_counted_otherwise, _free, _every, _most, _left_out, _sooner, _cheapest, _daily)
    return tuple(found for look in looks for found in look(ours, theirs))


_MOST = re.compile(r"\bmost (?:of (?:the|our|your) )?(\w+)", _I)
_ALL = re.compile(r"\b(?:all|every|any|each)(?: of)?(?: the| our| your)? (\w+)", _I)
_BUT_NOT = re.compile(r"(?:,? but not|,? except(?: for)?|,? excluding)\b(?P<left>[^,.;:]{1,60})", _I)
_INITIALS = re.compile(r"(?<![\w-])[A-Z]{2,4}(?![\w-])")
_REGION = re.compile(
    r"\b(?:US|USA|United States|America|American|UK|Britain|British|EU|Europe|European|[Tt]ransatlantic|[Dd]omestic"
    r"|[Ii]nternational)\b"
)
_REGION_OF = {
    "USA": "US", "United States": "US", "America": "US", "American": "US", "transatlantic": "US", "Transatlantic": "US",
    "Britain": "UK", "British": "UK", "EU": "Europe", "European": "Europe", "Domestic": "domestic",
    "International": "international",
}  # fmt: skip
"""What counts as the same part; who flies across the Atlantic flies to America."""
_NO_PLACE = listed("EUR USD GBP CHF OK DM AI PM AM ID PIN VAT IBAN SMS PDF APP NOT NO AND OR TV USB WH MAH KG CM ML")


def _most(ours: str, theirs: str) -> tuple[str, ...]:
    many = {stem(word.casefold()) for word in _MOST.findall(theirs)}
    every = {stem(word.casefold()) for word in _ALL.findall(ours)}
    return ("all / most",) if many & every else ()


_RANGE = re.compile(
    r"(?<![\d.,])(?P<low>\d+)\s?(?:-|to|or|and|bis|und|à|et|a|y)\s?(?P<high>\d+)[\s-](?:\w+[\s-])?"
    r"(?=(?:minute|hour|day|week|month|year|tag|stunde|woche|monat|jour|heure|semaine|día|hora|semana)\w*)",
    _I,
)
_RANGE_CUE = re.compile(
    r"(?:-|\b(?:to|or|and|bis|und|à|et|a|y)\b).{0,40}?(?:minute|hour|day|week|month|year|tag|stund|woche|monat|jour"
    r"|heure|semain|jahr|día|hora|seman)",
    _I,
)
_AT_LEAST = re.compile(
    r"\b(?:at least|from|minimum(?: of)?|more than|over|earliest|not before|starting at|starts? at|as little as"
    r"|mindestens|ab|au moins|à partir de|al menos|desde)\W*$",
    _I,
)
_UPWARDS = re.compile(r"\W*(?:or more|and up|upwards|oder mehr|ou plus|o más|\+)", _I)
_DAILY = re.compile(
    r"\b(?:every ?day|daily|each day|(?:seven|7) days(?: a week)?|all week|any day|24/7|täglich|jeden tag"
    r"|tous les jours|todos los días)(?!\w)",
    _I,
)
_SOME_DAYS = re.compile(
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?\b|\b(?:weekdays|working days|weekends)\b", _I
)


def _sooner(ours: str, theirs: str) -> tuple[str, ...]:
    """Only the lower end of a time: "within 5 working days" where the source says 5 to 10."""
    if not _RANGE_CUE.search(theirs):
        return ()
    for span in _RANGE.finditer(in_figures(theirs)):
        said = in_figures(ours)
        low, high = (re.compile(rf"(?<![\d.,]){number}(?![\d.,]*\d)") for number in span.group("low", "high"))
        at = low.search(said)
        if at and not high.search(said) and not _AT_LEAST.search(said[: at.start()]):
            return (f"{span['low']} / {span['low']}-{span['high']}",)
    return ()


def _cheapest(ours: str, theirs: str) -> tuple[str, ...]:
    """A price for all that the source only begins at: "EUR 12" for "from EUR 12"."""
    for fact in _money(theirs):
        starts = [found.start() for found in re.finditer(re.escape(fact.text), theirs)]
        if not starts or not all(_AT_LEAST.search(theirs[:start]) for start in starts):
            continue
        same = [each for each in _money(ours) if each.value == fact.value]
        if same and not any(_is_least(ours, each.text) for each in same):
            return (f"{same[0].text} / from {fact.text}",)
    return ()


def _is_least(text: str, amount: str) -> bool:
    at = text.find(amount)
    return _AT_LEAST.search(text[:at]) is not None or _UPWARDS.match(text[at + len(amount) :]) is not None


def _money(text: str) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts_of(text) if fact.kind is FactKind.MONEY)


def _daily(ours: str, theirs: str) -> tuple[str, ...]:
    """Every day, where the source names some."""
    daily, days = _DAILY.search(ours), _SOME_DAYS.search(theirs)
    return (f"{daily.group()} / {days.group()}",) if daily and days and not _DAILY.search(theirs) else ()


def _left_out(ours: str, theirs: str) -> tuple[str, ...]:
    """Granted here what the source leaves out: "in the hold" where it says "but not in the hold"."""
    if _SOME.search(ours):
        return ()
    said = content(ours)
    for match in _BUT_NOT.finditer(theirs):
        left = content(match.group("left")) - content(theirs[: match.start()])
        if granted := said & left:
            return (f"{min(granted)} / not {min(granted)}",)
    return ()


_WHO_DOES = re.compile(
    r"\b(?P<who>we|you|wir|sie|ihr)(?:'ll|'d)? "
    r"(?:(?:will|would|shall|must|always|only|also|never|don't|do not|won't|have to) ){0,3}"
    r"(?P<does>pay|cover|bear|refund|cancel|send|ship|collect|return|choose|book|charge|arrange|organise|organize|keep"
    r"|tragen|zahlen|bezahlen|übernehmen|erstatten)\b",
    _I,
)
_ALTERNATIVE = re.compile(r"(?P<one>\b[a-z][\w-]+) (?P<by>and|or) (?:an? |the |your |with )?(?P<other>[a-z][\w-]+)", _I)
_NEEDS = re.compile(r"\b(?:need|needs|must|has to|have to|requires?|required|bring)\b", _I)


def roles_swapped(claim: str, source: str) -> str:
    """Who does it, where the sentence beside has the other one do it: "we pay / you pay"; and "or" for an "and" between
    two things that are needed."""
    ours, theirs = _who_does(claim), _who_does(source)
    for who, does in sorted(ours - theirs):
        if (not who, does) in theirs:
            return f"{does}: {'we / you' if who else 'you / we'}"
    needs = _NEEDS.search(source)
    joined = _joined(source[needs.end() :]) if needs else {}
    for both, by in _joined(claim).items():
        if joined.get(both, by) != by:
            return f"{by} / {joined[both]}"
    return ""


def _who_does(text: str) -> frozenset[tuple[bool, str]]:
    """Whether we do it, and what."""
    found = _WHO_DOES.finditer(plain(text))
    return frozenset((each["who"].casefold() in {"we", "wir"}, stem(each["does"].casefold())) for each in found)


def _joined(text: str) -> dict[tuple[str, str], str]:
    found = _ALTERNATIVE.finditer(plain(text))
    return {(stem(one["one"].casefold()), stem(one["other"].casefold())): one["by"].casefold() for one in found}


def initials_swapped(claim: str, source: str, passages: Sequence[str]) -> str:
    """Initials that no source holds where the sentence beside has others: "UK / EU"; empty where there are none."""
    ours, theirs = _initials(claim), _initials(source)
    if not ours or not theirs or ours & theirs:
        return ""
    nowhere = ours.difference(*map(_initials, passages))
    return f"{min(nowhere)} / {min(theirs)}" if nowhere else ""


@lru_cache(maxsize=1024)
def _parts(passage: str) -> tuple[str, ...]:
    return tuple(_PARTS.split(plain(passage)))


def regions_swapped(claim: str, source: str) -> str:
    """Another part of the world than the sentence beside speaks of: "US / Europe"; empty where one names none."""
    ours, theirs = _regions(claim), _regions(source)
    return f"{min(ours)} / {min(theirs)}" if ours and theirs and ours.isdisjoint(theirs) else ""


def _regions(text: str) -> frozenset[str]:
    return frozenset(_REGION_OF.get(each, each) for each in _REGION.findall(text))


def _initials(text: str) -> frozenset[str]:
    return frozenset(_INITIALS.findall(text)) - _NO_PLACE


def _counted_otherwise(ours: str, theirs: str) -> tuple[str, ...]:
    one, other = _counted(ours), _counted(theirs)
    if not one or not other or one & other:
        return ()
    return (f"per {min(one)} / per {min(other)}",)


def _counted(text: str) -> frozenset[str]:
    found = (each.casefold() for each in _PER.findall(text))
    return frozenset(_ONE_EACH.get(each, each) for each in found)


def _free(ours: str, theirs: str) -> tuple[str, ...]:
    """Free here, and a price there with nothing free beside it."""
    if not _FREE.search(ours) or _FREE.search(theirs) or _prices(ours):
        return ()
    prices = _prices(theirs)
    return (f"free / {prices[0]}",) if prices else ()


def priced(claim: str, passages: Sequence[str]) -> str:
    """The price that sources name for what the claim calls free, in words; empty where one of them calls it free."""
    ours = plain(claim)
    if not _FREE.search(ours) or _prices(ours):
        return ""
    said = content(_FREE.sub(" ", ours)) - _VAGUE
    if not said:
        return ""
    alike = [part for passage in passages for part in _parts(passage) if said <= content(part)]
    if any(map(_FREE.search, alike)):
        return ""
    return next((f"free / {price}" for part in alike for price in _prices(part)), "")


def _prices(text: str) -> tuple[str, ...]:
    return tuple(fact.text for fact in facts_of(text) if fact.kind is FactKind.MONEY or fact.value.endswith(" lb"))


def _every(ours: str, theirs: str) -> tuple[str, ...]:
    said = _EVERY.search(ours)
    if said is None or _EVERY.search(theirs) or _SOME.search(ours):
        return ()
    bound = _SOME.search(theirs)
    return (f"{said.group()} / {bound.group()}",) if bound else ()
