"""Promises and offers: nothing may be promised that no task stands behind, nothing offered that nobody approved."""

import re
from collections.abc import Iterable

from assistant.domain.guardrail import Finding
from assistant.domain.vocabulary import ClaimKind, Severity
from assistant.guardrails.fact import FactKind
from assistant.guardrails.facts import facts_of
from assistant.guardrails.words import plain

_BINDING = re.compile(
    r"\b(?:guarantee[ds]?|legally binding|no exceptions|i promise|we promise|you are entitled|you're entitled"
    r"|(?:we|i)(?:'ll| will| have| 've|'ve)(?: \w+){0,2} (?:refund|waive|compensate|reimburse|credit|refunded|waived"
    r"|credited|compensated)\w*|(?:has|have) (?:already )?been (?:refunded|waived|credited|approved))\b",
    re.IGNORECASE,
)


def check(sentence: str, kind: ClaimKind, *, supported: bool) -> tuple[Finding, ...]:
    """A promise or offer that no source makes: blocked where it binds the brand, else reviewed."""
    if supported:
        return ()
    binding = _BINDING.search(plain(sentence)) is not None
    if kind not in {ClaimKind.PROMISE, ClaimKind.OFFER} and not binding:
        return ()
    what = (
        "offers something no approved offer covers"
        if kind is ClaimKind.OFFER
        else "promises something no task or source stands behind"
    )
    severity = Severity.BLOCK if binding or kind is ClaimKind.OFFER else Severity.REVIEW
    return (Finding(guardrail="commitments", severity=severity, message=f"The sentence {what}.", excerpt=sentence),)


_GIFT = re.compile(
    r"\b(?:vouchers?|discounts?|promo(?:tion)? codes?|discount codes?|goodwill|free|complimentary|on the house|on us"
    r"|miles|points|credits?|compensat\w+|reimburs\w+|refund\w*|waive\w*|upgrade\w*|gift)\b",
    re.IGNORECASE,
)


def gives_away(sentence: str) -> bool:
    """Whether an offer costs the brand money or goods; an offer to help doesn't."""
    money = any(fact.kind in {FactKind.MONEY, FactKind.PERCENT} for fact in facts_of(sentence))
    return money or _GIFT.search(plain(sentence)) is not None


def approved(sentence: str, wording: Iterable[str]) -> bool:
    """Whether the brand itself wrote this sentence."""
    return normal(sentence) in {normal(text) for text in wording}


def normal(sentence: str) -> str:
    """A sentence without case, doubled spaces and closing marks, for comparison."""
    return " ".join(plain(sentence).casefold().split()).rstrip(".!… ")
