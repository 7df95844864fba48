"""Which runs of digits are phone numbers, and which only look like one: amounts, references, times, versions."""

import re
from collections.abc import Iterator

import phonenumbers

REGIONS = (None, "GB", "US", "IE", "DE", "FR", "ES")
"""Regions a number without a country code is tried in, in this order."""
LEAST_DIGITS = 7
_MOST_GAPS = 6
"""More groups of digits than this are a list of numbers."""
_LOOK_BACK = 30

_LIKE = re.compile(r"(?<![\w.])[+(]?\d[\d ().\-/]{5,22}\d(?!\w)")
_DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[.:]\d{2} ?[-–] ?\d{1,2}[.:]\d{2}"
    r"|\d{1,2}[./-]\d{1,2}[./-]\d{4} .*"
)
_DOTTED = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,4}")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[ .]\d{3})+(?:\s?-\s?[1-9]\d{0,2}(?:[ .]\d{3})+)?")
_NORTH_AMERICAN = re.compile(r"\(\d{3}\) ?\d{3}-\d{4}|(?:1([ .-]))?\d{3}([ .-])\d{3}\2\d{4}")
_PAIRS = re.compile(r"[1-9]\d(?:[ .\-/]\d\d)+")
_CALLED = re.compile(
    r"\b(?:phone|call|ring|text|tel|mobile|cell|whatsapp|sms|number is|reach me|telefon\w*|handy\w*|anruf\w*"
    r"|appel\w*|portable"
    r"|tél\w*|llam\w*|móvil|teléfono)\b[^.!?\n]{0,20}$",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(?:€|\$|£|\b(?:eur|usd|gbp|chf|prices?|sizes?))\s?$", re.IGNORECASE)
_UNIT = re.compile(
    r"^\s?(?:€|\$|£|%|(?:eur|usd|gbp|chf|euros?|dollars?|pounds?|m?ah|wh|kg|g|cm|mm|m|km|ml|l|mb|gb|points?|miles"
    r"|passengers"
    r"|people|seats|flights|years?|months?|weeks?|days?|hours?|minutes?|adults?)\b|,\d{2}\b)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:orders?|cases?|claims?|tickets?|tags?|ref(?:erence)?s?|files?|invoices?|isbn|parcels?|tracking"
    r"|shipments?|serial"
    r"|models?|versions?|ip|codes?|vouchers?|bookings?|account|member(?:ship)?|customer|request|incident|complaint"
    r"|aircraft"
    r"|auftrag\w*|bestell\w*|rechnung\w*|vorgang\w*|commande|facture|dossier|pedido|factura|expediente)\b"
    r"[\s:#.=]{1,3}(?:(?:number|no|nr|num|id|is|was|reference|lautet)\b[\s:#.=]{1,3}){0,3}$",
    re.IGNORECASE,
)


def spans(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each number written as phone numbers are; the last says whether words before it name it"
    " something
    else, such as an order."""
    for match in _LIKE.finditer(text):
        raw, before = match.group(), text[max(0, match.start() - _LOOK_BACK) : match.start()]
        digits = re.sub(r"\D", "", raw)
        if not LEAST_DIGITS <= len(digits) <= 15 or not _is_phone(
            raw, digits, called=_CALLED.search(before) is not None
        ):
            continue
        if not raw.startswith("+") and (_COUNTED.search(before) or _UNIT.search(text[match.end() :])):
            continue
        yield *match.span(), _NAMED.search(before) is not None and not raw.startswith("+")


def digits_of(number: str) -> str:
    """Without what is only dialled at home, or abroad: "(0)", "00"."""
    return re.sub(r"\D", "", number.replace("(0)", "")).removeprefix("00")


def is_same(one: str, other: str) -> bool:
    """Equal, or one of them without the country's number."""
    shorter, longer = sorted((digits_of(one).lstrip("0"), digits_of(other).lstrip("0")), key=len)
    return len(shorter) >= LEAST_DIGITS and longer.endswith(shorter)


def _is_phone(raw: str, digits: str, *, called: bool) -> bool:
    """Possible by the rules of its country, and written as a phone number is: with a plus, a leading 0 or in groups."""
    gaps = len(re.findall(r"[ .\-/()]+", raw.strip("() ")))
    if gaps > _MOST_GAPS or _DATE.fullmatch(raw.strip()) or _DOTTED.fullmatch(raw):
        return False
    marked = raw.startswith(("+", "0", "("))
    if marked or called or _NORTH_AMERICAN.fullmatch(raw):
        return (marked or called or gaps >= 2) and any(_read(raw, region, valid=False) for region in REGIONS)
    if (_PAIRS.fullmatch(raw) and gaps > 1) or raw.endswith("000"):
        return False
    plain_ten = len(digits) in {10, 11} and raw == digits
    strict = plain_ten or _THOUSANDS.fullmatch(raw) is not None or gaps >= 2
    return strict and any(_read(raw, region, valid=True) for region in REGIONS)


def _read(raw: str, region: str | None, *, valid: bool) -> bool:
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number) if valid else phonenumbers.is_possible_number(number)
