"""Which kind of thing a question asks for, such as a price or a time, and whether an answer holds one.

An answer about the right thing of the wrong kind misses the point: "what does it cost" is not answered by who may do
it. Questions are read in English; one in other words asks for no kind in particular, and any answer will do.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache

from assistant.domain.draft import Claim
from assistant.domain.guardrail import Finding
from assistant.domain.vocabulary import ClaimKind, Severity
from assistant.guardrails.facts import FactKind, facts_of

NAME = "wanted"


class Wanted(StrEnum):
    """Kinds that a question word and its verb ask for, in a reader's words."""

    PRICE = "a price"
    TIME = "a time"
    COUNT = "a number"
    SIZE = "a size or weight"
    PHONE = "a phone number"
    PLACE = "a place or address"
    WAY = "a way to do it"


_SIGNS = {
    Wanted.PRICE: ("how much", "what", "cost", "price", "fee", "charge", "pay", "free"),
    Wanted.TIME: ("when", "what time", "opening", "how ", "week"),
    Wanted.COUNT: ("how many", "min", "max"),
    Wanted.SIZE: ("how ", " size", "dimensions", "weight limit"),
    Wanted.PHONE: ("number",),
    Wanted.PLACE: ("where", "which"),
    Wanted.WAY: ("how ",),
}
"""One of them stands in whatever the pattern of its kind matches: looking for these first is ten times cheaper."""
_ASKED = {
    Wanted.PRICE: re.compile(
        r"\bhow much (?:is|are|does|do|for|to|would|will|extra|more)\b(?!.*\b(?:weigh|left|time|notice|space|room)\b)"
        r"|\bwhat (?:do|does|would|will) .{1,60}\b(?:cost|charge)\b"
        r"|\bwhat(?:'s| is| are) (?:the|your) (?:\w+ ){0,2}(?:cost|price|fee|charge|rate)s?\b"
        r"|\b(?:cost|price|fee)s?\s*\?"
        r"|\bis there (?:an?|any) (?:extra |additional )?(?:charge|fee|cost)\b"
        r"|(?<!when )(?<!where )(?<!how )\b(?:do|must|will) (?:i|we) (?:have to |need to )?pay\b"
        r"|\b(?:is|are) (?:it|this|that|they|there|the|your) .{0,40}\bfree\b"
    ),
    Wanted.TIME: re.compile(
        r"\b(?:when|by when|until when|since when) (?:do|does|can|will|is|are|should|must|may|would)\b"
        r"|\bwhat time\b|\bopening (?:hours|times)\b|\bhow (?:late|early|soon|far (?:ahead|in advance))\b"
        r"|\bhow long (?:before|after|until|in advance)\b"
        r"|\bhow long (?:do|does|is|are|will)\b(?!.*\b(?:skis?|\w*board|bag|case|cm)\b)"
        r"|\bhow many (?:minutes|hours|days|weeks|months|years)\b|\b(?:from|in|until|up to) (?:which|what) week\b"
    ),
    Wanted.COUNT: re.compile(
        r"\bhow many\b(?! (?:minutes|hours|days|weeks|months|years|kg|kilos?|ml|litres?|liters?|pounds|cm)\b)"
        r"|\b(?:minimum|maximum|min|max) (?:number|group size)\b"
    ),
    Wanted.SIZE: re.compile(
        r"\bhow (?:big|large|heavy|wide|tall|thick)\b|\b(?:what|which) size\b|\bdimensions\b|\bweight limit\b"
        r"|\bhow much (?:can|may|does|do|should) .{1,40}\bweigh\b|\bhow many (?:kg|kilos?|ml|litres?|liters?|cm)\b"
    ),
    Wanted.PHONE: re.compile(
        r"\b(?:what|which) number (?:do|can|should|to)\b|\b(?:phone|telephone) number\b"
        r"|\bnumber (?:to|i can|we can) (?:call|ring|phone)\b"
    ),
    Wanted.PLACE: re.compile(
        r"\bwhere (?:do|can|is|are|should|must|would|will|to)\b|\bwhere's\b"
        r"|\bwhich \w+ (?:in|near|around|at) (?:\w+ ){1,3}?(?:does|do|offers?|sells?|has|have|can|will)\b"
    ),
    Wanted.WAY: re.compile(r"\bhow (?:do|can|would|should) (?:i|we)\b"),
}

_FACTS = {
    Wanted.PRICE: {FactKind.MONEY, FactKind.PERCENT},
    Wanted.TIME: {FactKind.TIME, FactKind.DATE, FactKind.DURATION},
    Wanted.COUNT: {FactKind.NUMBER},
    Wanted.SIZE: {FactKind.MEASURE},
    Wanted.PHONE: {FactKind.PHONE},
    Wanted.PLACE: {FactKind.URL, FactKind.PHONE},
    Wanted.WAY: {FactKind.URL, FactKind.EMAIL, FactKind.PHONE},
}
_AT = (
    r"\bonline\b|\b(?:in|on|with|through|under|via) (?:our|the|your|my) (?:\w+ )?"
    r"(?:app|site|website|account|booking|e-?mail|wallet|phone|page|hold|cabin|bag|aircraft|airport)\b"
    r"|\bat (?:the|our|any|every) \w+|\b(?:desk|counter|belt|terminal|gate|fountain)\b"
)
_WORDS = {
    Wanted.PRICE: r"\bfree\b|\bno (?:\w+ )?(?:charge|fee|cost)\b|\bcosts? nothing\b|\bincluded\b|\bwithout charge\b"
    r"|\b(?:don't|do not|never|needn't) (?:pay|charge|have to pay)\b",
    Wanted.TIME: r"\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten) (?:minute|hour|day|week|month|year)s?\b"
    r"|\bany ?time\b|\b24/7\b|\balways\b|\bnever\b|\bexpires?\b|\b(?:at once|straight away|immediately|midnight|noon)\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\bas soon as\b|\bno (?:time )?limit\b",
    Wanted.COUNT: r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|none|no limit|as many|any number|single)\b",
    Wanted.SIZE: r"\bno (?:\w+ )?limit\b|\b(?:one|two|three|half a) (?:kilos?|litres?|metres?)\b",
    Wanted.PHONE: r"(?!)",
    Wanted.PLACE: _AT,
    Wanted.WAY: _AT
    + r"|\b(?:call|phone|write to|message|tell|ask|show|tick|choose|select|tap|click|enter|open|download)\b",
}
_HELD = {kind: re.compile(words, re.IGNORECASE) for kind, words in _WORDS.items()}


@lru_cache(maxsize=4096)
def wanted(question: str) -> frozenset[Wanted]:
    """The kinds asked for; none where the question can be answered by any kind."""
    asked = " ".join(question.casefold().replace("’", "'").split())
    likely = [kind for kind, signs in _SIGNS.items() if any(sign in asked for sign in signs)]
    return frozenset(kind for kind in likely if _ASKED[kind].search(asked))


def lacking(kinds: Iterable[Wanted], answer: str) -> tuple[Wanted, ...]:
    """Those of the kinds that the answer doesn't hold, in the order of `Wanted`."""
    asked = frozenset(kinds)
    if not asked:
        return ()
    held = {fact.kind for fact in facts_of(answer)}
    return tuple(
        kind for kind in Wanted if kind in asked and held.isdisjoint(_FACTS[kind]) and not _HELD[kind].search(answer)
    )


def findings(question: str, claims: Sequence[Claim]) -> tuple[Finding, ...]:
    """One finding for a draft that holds nothing of a kind that was asked for: a person looks at it first."""
    kinds = wanted(question)
    answer = " ".join(claim.text for claim in claims if claim.kind is not ClaimKind.DISCLOSURE) if kinds else ""
    missing = lacking(kinds, answer)
    if not missing:
        return ()
    what = " and ".join(missing)
    return (
        Finding(
            guardrail=NAME, severity=Severity.REVIEW, message=f"The question asks for {what}; the draft names none."
        ),
    )
