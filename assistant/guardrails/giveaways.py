"""More ways to give a reader money or goods here and now, in English, German, French and Spanish."""

import re

_OURS = r"(?:we|i)(?:'re|'m|'ll|'d| are| am| will| would| can| could)?"
_PATTERNS = (
    r"\bconsider (?:it|that|the \w+(?: \w+)?) (?:waived|done|refunded|paid|on us)\b",
    r"\b(?:use|enter|quote) (?-i:[A-Z][A-Z0-9]{3,})\b[^.!?]{0,30}(?:off\b|%|free|checkout)",
    r"\byour next (?:\w+ )?(?:coffee|drink|meal|bag|flight|trip|seat|order|month|one)(?:'s| is| are"
    r"| will be) (?:free|on us|half price)\b",
    r"\b(?:have|enjoy|get) (?:a|an|another) [^.!?]{1,25} on (?:me|us|the house)\b",
    rf"\b{_OURS} (?:gladly |happily )?(?:(?:cover|pay for|pick up) (?:your|this|that)|throw in"
    rf"|let you (?:change|fly|travel|cancel|have)"
    rf"|make an exception"
    r"|go halves|match|double)\b",
    r"\blet me (?:upgrade|refund|credit|give|compensate)\b",
    rf"\b{_OURS} (?:giv(?:e|ing)|send(?:ing)?|put(?:ting)?|add(?:ing)?) (?:you "
    rf"|your account )?(?:\w+ ){{0,3}}(?:points|miles|vouchers?|credits?"
    r"|discount"
    r"|money|code(?! (?:by|via|to (?:log|sign|verify|confirm|reset|your))\b)"
    r")\b",
    r"\byou won't be charged\b(?! (?:until|again|twice|before|unless|if)\b)"
    r"|\bno charge (?:this time|for you(?! to\b))\b|\b(?:just this once|free this once|this one time)\b",
    r"\bhow (?:does|about|do) (?:€|\$|£|eur|usd|gbp)? ?\d+[^?]{0,20}\b(?:off|back|voucher|credit|sound)\b"
    r"|\bhow (?:does|do) [^?]{1,30}\boff sound\b",
    r"\byou get (?:a|an|your) free \w+",
    r"\b(?:wir|ich) (?:schenk\w+|erlass\w+|spendier\w+|übernehmen?|verzichten? auf)\b|\bübernehmen wir\b"
    r"|\bgeht auf uns\b"
    r"|\bauf kosten des hauses\b",
    r"\b(?:on|nous) (?:vous|te) (?:rembours|offr|crédit|fais\w* cadeau)\w*|\bcode promo ?:|\bc'est (?:pour nous"
    r"|cadeau)\b",
    r"\b(?:le|te) (?:devolvemos|regalamos|abonamos|perdonamos)\b|\bno se l[ao]s? cobramos\b|\binvita la casa\b",
)
_GIVES = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _PATTERNS)


def gives(sentence: str) -> bool:
    """Whether something is given, whatever it is called: a fee let go, a code to use, a bill that we pay."""
    return any(pattern.search(sentence) for pattern in _GIVES)
