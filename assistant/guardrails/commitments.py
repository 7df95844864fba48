"""Promises and offers: nothing may be promised that no task stands behind, nothing offered that nobody approved."""

import re
from collections.abc import Iterable

from assistant.domain.guardrail import Finding
from assistant.domain.vocabulary import ClaimKind, Severity
from assistant.guardrails.fact import FactKind
from assistant.guardrails.facts import facts_of
from assistant.guardrails.giveaways import gives
from assistant.guardrails.words import plain

_BINDING = re.compile(
    r"\b(?:guarantee[ds]?|legally binding|no exceptions|i promise|we promise|you are entitled|you're entitled"
    r"|(?:we|i)(?:'ll| will| have| 've|'ve)(?: \w+){0,2} (?:refund|waive|compensate|reimburse|credit|refunded|waived"
    r"|credited|compensated)\w*|(?:has|have) (?:already )?been (?:refunded|waived|credited|approved))\b",
    re.IGNORECASE,
)


_THING = (
    r"(?:vouchers?|gift ?cards?|discounts?|promo(?:tion)? codes?|discount codes?|upgrades?|miles|points|credits?"
    r"|refunds?|lounge access|compensation|gutschein\w*|rabatt\w*|gutschrift|bon d'achat|bons?|remise|avoir|vales?|bono"
    r"|cupón|descuento|reembolso)\b(?! (?:forms?|pages?|polic\w+|rules?|numbers?|requests?"
    r"|codes? (?:at|in|on)|terms|desk|team))"
)
_SOME_WAY = r"(?! (?:at|in advance|on|when|until|before|again|twice|up ?front|customs|duty|duties|taxes|online)\b)"
"""When, where or for what nothing is paid: a rule, no gift."""
_HANDED_OVER = re.compile(
    r"(?:\bhere(?:'s| is| are| you have) (?!what|how|where|the (?:link|form|page))"
    r"|\bplease (?:take|accept|enjoy|have)\b"
    r"|^\W*(?:take|accept|enjoy|have)\b|\byou(?:'ve| have) (?:just )?(?:been given|received|got|earned|won)\b"
    r"|\b(?:we|i)(?:'ve| have)? (?:just )?(?:added|put|sent|applied|attached|arranged|given|knocked|taken|popped|waived"
    r"|credited|refunded|upgraded)\b|\b(?:hier (?:ist|sind|haben sie)|sie bekommen|du bekommst|voici|vous recevez"
    r"|nous vous offrons|aquí (?:tiene|tienes|está|va)|le damos|te damos|le regalamos)\b)"
    rf"[^.!?]{{0,60}}\b{_THING}"
    rf"|\b(?:your|the|a|this|that|ihr|dein|votre|su|tu) (?:[\w.,€$£%]+ ){{0,4}}{_THING} (?:is|are|has been|have been"
    r"|ist|est|está) (?:now )?(?:yours|on (?:its|the) way|waiting|attached|added|in your (?:account|inbox)|waived"
    r"|unterwegs|en route)"
    r"|\b(?:your|the|this|that) (?:\w+ ){0,3}(?:fee|charge|flight|seat|bag|ticket|meal|trip|booking) (?:is|are|has been"
    r"|was) (?:now |already )?(?:waived|on us|on the house|refunded|credited|complimentary)\b"
    r"|\b(?:it's|it is|this one(?:'s| is)|that's|consider it|the next one(?:'s| is)) on (?:us|the house)\b"
    r"|\b(?:use|enter|quote) (?:the |this |our )?(?:promo |discount |voucher )?code [A-Z0-9]{4,}"
    rf"|\bno need to pay\b{_SOME_WAY}|\byou (?:don't|won't) (?:have|need) to pay\b(?! to\b){_SOME_WAY}"
    r"|\bfree (?:of charge )?(?:for you|as an apology)\b|\b(?:knock|take) (?:\w+ ){0,2}\d+[^.!?]{0,12} off\b"
    r"|\b(?:half price|\d+ ?% off) (?:for you|your|the next|on your)\b",
    re.IGNORECASE,
)
"""Something is handed over here and now, whatever verb is missing."""


def hands_over(sentence: str) -> bool:
    """Whether the words give the reader money or goods: "Here is a EUR 50 voucher.", "Your next flight is on us."."""
    return _HANDED_OVER.search(plain(sentence)) is not None or gives(plain(sentence))


def check(sentence: str, kind: ClaimKind, *, supported: bool) -> tuple[Finding, ...]:
    """A promise or offer that no source makes: blocked where it binds the brand, else reviewed."""
    if supported:
        return ()
    binding = _BINDING.search(plain(sentence)) is not None
    offers = kind is ClaimKind.OFFER or hands_over(sentence)
    if kind is not ClaimKind.PROMISE and not offers and not binding:
        return ()
    what = (
        "offers something no approved offer covers" if offers else "promises something no task or source stands behind"
    )
    severity = Severity.BLOCK if binding or offers else Severity.REVIEW
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
