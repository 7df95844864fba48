"""Personal data: finds it, masks it, and says where a reply or a public mention shows it."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from stdnum import iban, luhn

from assistant.domain.guardrail import Finding
from assistant.domain.vocabulary import Severity, Visibility
from assistant.guardrails import documents, people, phones

EXPOSING = frozenset({"card", "iban", "bank_account", "passport", "id_number", "date_of_birth", "secret"})
"""Kinds that nobody should leave standing in public."""
EXPOSED = "exposed_data"
"""The guardrail that says so of a public message: its post is to be hidden."""

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w-])")
_DISGUISED = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?: dot [\w+-]{1,40}){0,3}\s?(?:\(at\)|\[at\]|\{at\}| at )\s?[\w-]{1,63}"
    r"(?:(?:\.|\s?(?:\(dot\)|\[dot\]| dot )\s?)(?:com|net|org|info|io|co|eu|ie|uk|us|de|fr|es|it|nl|at|ch|example"
    r"|me)){1,3}(?![\w-])",
    re.IGNORECASE,
)
"""An address with its @ in words; ordinary words with "at" between need a dot in words, too."""
_BEFORE_AT = re.compile(r"[\w+.-]@")
_AT_IN_WORDS = re.compile(r"[(\[{]at[)\]}]|\bat \w+ dot ", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_FIVE_DIGITS = re.compile(r"(?:\d\D*+){5}")
"""Without so many there is no card, account, long reference or phone number."""
_WIDE = {
    ord(wide): str(digit)
    for row in ("０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
    for digit, wide in enumerate(row)
}
"""Digits of other scripts that cards and phone numbers are written in."""
_DIGIT_RUN = re.compile(r"(?<![\w.+])[2-6](?:[ .\-]?\d){11,18}(?![\w])")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{1,4}){3,8}(?!\w)", re.IGNORECASE)
_PASSPORT = re.compile(
    r"\b(?:passport|reisepass\w{0,6}|ausweis\w{0,8}|pasaporte|passeport|(?:driving|driver'?s) licen[cs]e|national id"
    r"|id card|dni|nie|führerschein\w{0,6}|permis de conduire|permiso de conducir)\b"
    r"(?:[^\n.;]"
    r"|\bn[or]\.){0,30}?(?<!\w)(?P<value>(?=[A-Z0-9]{0,17}\d[A-Z0-9]{0,17}\d)[A-Z0-9]{6,18}(?:-[A-Z])?)(?!\w)",
    re.IGNORECASE,
)
_ID_NUMBER = re.compile(
    r"(?<![\w-])(?P<value>\d{3}-\d{2}-\d{4})(?![\w-])"
    r"|\b(?:ssn|social security|national insurance|ni number|nino|pps|tax id|steuer-?id)\b[^\n.;\d]{0,12}?(?<!\w)"
    r"(?P<named>(?:[A-Z]{2} ?)?\d(?:[ -]?[A-Z0-9]){5,11})(?!\w)",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"\b(?:born(?: on)?|dob|d\.o\.b\.?|date of birth|birth ?date|birthday(?: is)?|geboren(?: am)?|geb\.(?: am)?"
    r"|geburtsdatum"
    r"|né\w? le"
    r"|date de naissance|nacid[oa] el|fecha de nacimiento)(?!\w)[\s:=]{0,4}(?:is |on |am |es )?"
    r"(?P<value>\d{1,4}(?:[./-]|\.? )(?:de )?(?:\d{1,2}|[^\W\d_]{3,10})[./ -](?:de )?\d{2,4}|\d{1,2}(?:st|nd|rd"
    r"|th)? (?:of )?[^\W\d_]{3,10},? \d{4}|[^\W\d_]{3,10} \d{1,2}(?:st|nd|rd|th)?,? \d{4})",
    re.IGNORECASE,
)
_BOOKING = re.compile(
    r"\b(?:(?P<sure>pnr|record locator|booking (?:ref|reference|code|number)|reservation (?:code|number)"
    r"|buchungs(?:code|nummer))|booking|reservation|confirmation|reference|ref|locator"
    r"|(?<!promo )(?<!promotion )(?<!discount )(?<!voucher )(?<!coupon )code|buchung|réservation"
    r"|reserva)\b"
    r"[\s:#.\-=]{0,4}(?:(?:reference|ref|number|no|nr|code|id|is|was|num|numero|nummer|lautet)\b[\s:#.\-=]{0,4}){0,3}"
    r"(?P<value>(?-i:[A-Z0-9]{6}))(?!\w)",
    re.IGNORECASE,
)
_SURE_BOOKING = re.compile(
    r"\b(?:pnr|record locator|booking (?:ref|reference|code)|reservation code|buchungscode)\b[\s:#.=]{1,4}(?:is\s"
    r"|ist\s)?"
    r"(?P<value>(?=[a-z0-9]*\d|[a-z]{6}(?![\w ]))[a-z0-9]{6})(?!\w)",
    re.IGNORECASE,
)
_SECRET_CODE = re.compile(
    r"\b(?:cv[vc]2?|pin(?: code| number)?|security code|(?:one[- ]time|verification|sms|login) code|otp|password"
    r"|passcode"
    r"|passwort|kennwort|mot de passe|contraseña)\b[\s:=]{1,3}(?:(?:is|was|ist|est|es|no|number)\b[\s:=]{1,3})?"
    r"(?P<value>(?=[^\s.,;!?]*\d)[^\s,;]{3,40}?)(?=[.,;!?]?(?:\s|$))",
    re.IGNORECASE,
)
_BANK = re.compile(
    r"\b(?:sort code|account (?:number|no|nr)|kontonummer|blz)\b[\s.:#=]{1,3}(?:(?:is|ist)\s)?"
    r"(?P<value>\d{2}-\d{2}-\d{2}|\d{6,12})(?![\w-])",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\b(?:orders?|cases?|claims?|tickets?|tags?|files?|invoices?|customer|member(?:ship)?|frequent[- ]flyer"
    r"|loyalty|perch"
    r"|auftrags?|bestell|rechnungs?|vorgangs?|kunden|commande|dossier|pedido|cliente)"
    r"[ -]?(?:(?:number|no|nr|nummer|num|id|ref|reference|card)\b[\s.:#=]{1,3}|[:#]\s?)(?:(?:is|ist|est|es)\s)?"
    r"(?P<value>(?=(?:[A-Z0-9/-]*\d){5})[A-Z0-9](?:[A-Z0-9/-]{4,18})[A-Z0-9])(?!\w)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\b\d{1,4}[A-Za-z]?,? (?:[A-Z][\w'’-]+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Close|Court|Square|Terrace"
    r"|Crescent|Gardens)\b(?!\w)|\b\d{1,4}(?: ?bis)?,? rue (?:\w+ ){0,2}[A-Z]\w+"
    r"|\b(?:[A-ZÄÖÜ]\w+(?:straße|strasse|str\.|weg|allee|platz|gasse)|(?:Calle|Avenida"
    r"|Plaza) (?:\w+ ){0,2}[A-Z]\w+,?) \d{1,4}[a-z]?\b"
)
_CODE = re.compile(r"[A-Z0-9]{6}")


class Found(NamedTuple):
    """One piece of personal data and where it stands."""

    kind: str
    start: int
    end: int
    text: str


class Masked(NamedTuple):
    """A text with placeholders such as `[card]` in place of personal data; `kinds` in order, without repeats."""

    text: str
    kinds: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def find(text: str) -> tuple[Found, ...]:
    """Personal data in order of place, without overlaps; the more certain kind wins a place.

    Remembered for about a batch, since the same text is looked at again before it is answered.
    """
    taken: list[Found] = []
    covered = bytearray(len(text))
    for candidate in _candidates(text):
        if not any(covered[candidate.start : candidate.end]):
            covered[candidate.start : candidate.end] = b"\1" * (candidate.end - candidate.start)
            taken.append(candidate)
    return tuple(sorted(taken, key=lambda found: found.start))


def mask(text: str) -> Masked:
    """The text with personal data replaced. Masking a masked text changes nothing."""
    found = find(text)
    return Masked(text=_replaced(text, found), kinds=tuple(dict.fromkeys(item.kind for item in found)))


def cover(text: str) -> str:
    """The text without what nobody should leave standing in public: what lists and searches of the desk may hold.

    Booking codes, phones and addresses stay: people look for them.
    """
    if _DIGIT.search(text) is None:
        return text
    return _replaced(text, [item for item in find(text) if item.kind in EXPOSING])


def _replaced(text: str, found: Sequence[Found]) -> str:
    pieces: list[str] = []
    at = 0
    for item in found:
        pieces += [text[at : item.start], f"[{item.kind}]"]
        at = item.end
    return "".join((*pieces, text[at:]))


_PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(sorted(EXPOSING))})\]")


def was_exposing(masked: str) -> bool:
    """Whether a masked text held data that nobody should leave standing in public."""
    return _PLACEHOLDER.search(masked) is not None


def exposed_in(text: str) -> tuple[str, ...]:
    """Kinds of data in the text that should not stand in public."""
    return tuple(dict.fromkeys(item.kind for item in find(text) if item.kind in EXPOSING))


def check(
    text: str, *, published: Sequence[str], mention_text: str, visibility: Visibility, earlier: str = ""
) -> tuple[Finding, ...]:
    """Blocks a reply that holds personal data which the brand's own sources don't publish.

    Repeating what the customer gave, now or `earlier`, is fine in private: a booking reference, an address, a phone.
    Cards, accounts and documents never are.
    A public mention that exposes such data gets a review finding, so that a person warns its author.
    """
    findings = [
        Finding(
            guardrail="privacy",
            severity=Severity.BLOCK,
            message=f"The reply holds personal data ({item.kind.replace('_', ' ')}).",
            excerpt=item.text,
        )
        for item in _in_reply(text)
        if not _may_stand(item, published=published, given=f"{earlier}\n{mention_text}", visibility=visibility)
    ]
    exposed = exposed_in(mention_text) if visibility is Visibility.PUBLIC else ()
    if exposed:
        findings.append(
            Finding(
                guardrail=EXPOSED,
                severity=Severity.REVIEW,
                message=f"The message shows personal data in public ({', '.join(exposed)}).",
            )
        )
    return tuple(findings)


@lru_cache(maxsize=2048)
def _in_reply(text: str) -> tuple[Found, ...]:
    """Replies come back again and again, messages don't: only those are kept in memory. Which names may stand in a
    reply, the check of facts says."""
    return tuple(item for item in find(text) if item.kind != "name")


def _may_stand(item: Found, *, published: Sequence[str], given: str, visibility: Visibility) -> bool:
    if item.kind in EXPOSING:
        return False
    if item.kind == "reference_number":
        return visibility is Visibility.PRIVATE
    if any(_plain(item.text) in _plain(source) for source in published):
        return True
    if item.kind == "phone" and any(_is_called(item.text, source) for source in published):
        return True
    if visibility is not Visibility.PRIVATE:
        return False
    return item.text.casefold() in given.casefold() or (item.kind == "phone" and _is_called(item.text, given))


def _is_called(number: str, source: str) -> bool:
    """Whether a source publishes this number, with or without the country's."""
    if phones.digits_of(number)[-phones.LEAST_DIGITS :] not in re.sub(r"\D", "", source):
        return False
    others = (source[start:end] for start, end, _ in phones.spans(source))
    return any(phones.is_same(number, other) for other in others)


def _plain(text: str) -> str:
    return re.sub(r"[\s().\-/]", "", text).casefold()


def _candidates(text: str) -> Iterator[Found]:
    """Candidates, the most certain kinds first."""
    text = text if text.isascii() else text.translate(_WIDE)
    has_digit = _DIGIT.search(text) is not None
    if _AT_IN_WORDS.search(text):
        yield from (Found("email", *m.span(), m.group()) for m in _DISGUISED.finditer(text))
    if _BEFORE_AT.search(text):
        yield from (Found("email", *m.span(), m.group()) for m in _EMAIL.finditer(text))
    if not has_digit:
        yield from _documents(text)
        yield from _names(text)
        yield from _named(_SURE_BOOKING, "booking_reference", text)
        yield from _bookings(text)
        return
    has_five = _FIVE_DIGITS.search(text) is not None
    yield from _ibans(text)
    if has_five:
        yield from _cards(text)
    yield from _named(_SECRET_CODE, "secret", text)
    yield from _documents(text)
    yield from _named(_PASSPORT, "passport", text)
    yield from _named(_ID_NUMBER, "id_number", text)
    yield from _named(_BIRTH, "date_of_birth", text)
    if has_five:
        yield from _named(_BANK, "bank_account", text)
        yield from _named(_REFERENCE, "reference_number", text)
    yield from (Found("address", *m.span(), m.group()) for m in _ADDRESS.finditer(text))
    if has_five:
        yield from _phones(text)
    yield from _names(text)
    yield from _named(_SURE_BOOKING, "booking_reference", text)
    yield from _bookings(text)


def _ibans(text: str) -> Iterator[Found]:
    for match in _IBAN.finditer(text):
        if (found := _as_iban(match)) is not None:
            yield found


def _cards(text: str) -> Iterator[Found]:
    for match in _DIGIT_RUN.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if 12 <= len(digits) <= 19 and len(set(digits)) > 1 and luhn.is_valid(digits):
            yield Found("card", *match.span(), match.group())


def _documents(text: str) -> Iterator[Found]:
    return (Found(kind, start, end, text[start:end]) for kind, start, end in documents.places(text))


def _names(text: str) -> Iterator[Found]:
    return (Found("name", start, end, text[start:end]) for start, end in people.spans(text))


def _as_iban(match: re.Match[str]) -> Found | None:
    """The longest prefix of the match, cut at spaces, that is a valid IBAN."""
    text = match.group()
    while len(text) >= 15:
        if iban.is_valid(text):
            return Found("iban", match.start(), match.start() + len(text), text)
        if " " not in text:
            return None
        text = text[: text.rindex(" ")]
    return None


def _named(pattern: re.Pattern[str], kind: str, text: str) -> Iterator[Found]:
    for match in pattern.finditer(text):
        group = "named" if match.groupdict().get("named") else "value"
        yield Found(kind, *match.span(group), match.group(group))


def _bookings(text: str) -> Iterator[Found]:
    for match in _BOOKING.finditer(text) if _CODE.search(text) else ():
        if match.group("sure") or _is_code(match.group("value")):
            yield Found("booking_reference", *match.span("value"), match.group("value"))


def _is_code(value: str) -> bool:
    """Six capitals may be a word in a shouted sentence; a booking code mixes in digits or reads like no word."""
    letters = sum(char.isalpha() for char in value)
    return 0 < letters < len(value) or (letters == len(value) and _unwordly(value))


def _unwordly(value: str) -> bool:
    vowels = sum(char in "AEIOUY" for char in value)
    return vowels <= 1 or re.search(r"[BCDFGHJKLMNPQRSTVWXZ]{4}|[QXZ]{1}[BCDFGHJKLMNPRSTVW]", value) is not None


def _phones(text: str) -> Iterator[Found]:
    for start, end, named in phones.spans(text):
        yield Found("reference_number" if named else "phone", start, end, text[start:end])
