"""Numbers that say who or where somebody is, in their usual forms: passports, licences, national numbers, BICs and the
postcodes of single homes. A form that could be anything else needs its name beside it, or a check digit that holds."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from stdnum import bic
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.ie import pps

_I = re.IGNORECASE
_WORDS = r"(?:number|no|nr|num|numero|número|numéro|nummer|code|is|was|ist|est|es|lautet)"
_IS = rf"[\s:#(=]{{0,3}}(?:{_WORDS}\b[.\s:#(=]{{1,3}}){{0,3}}"
_DOCUMENT = re.compile(
    r"\b(?:passport|reisepass|pasaporte|passeport|\w{0,9}ausweis|carte d['’]identité|carnet de conducir"
    r"|permiso de conducir|permis de conduire|führerschein|(?:driving|driver['’]?s?) licen[cs]e"
    r"|licen[cs]e (?:number|no)|id card|dni|nie)\b"
    + _IS
    + r"(?P<value>(?-i:[A-Z]{1,5}[ -]?)?(?:[A-Z0-9]{0,9}\d[A-Z0-9]{0,9}[ .-]?){1,4}"
    r"(?-i:[A-Z]\b)?)",
    _I,
)
_NATIONAL = re.compile(
    r"\b(?:ppsn?|sozialversicherungsnummer|sécurité sociale|seguridad social|national insurance|ni number|nino)\b"
    + _IS + r"(?P<value>(?:[A-Z]{1,2} ?)?\d(?:[ -]?[A-Z0-9]){5,18})(?!\w)",
    _I,
)  # fmt: skip
_BIC = re.compile(r"\b(?:bic|swift)\b" + _IS + r"(?P<value>(?-i:[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?))(?!\w)", _I)
_BIC_CUE = re.compile("bic|swift", _I)
"""Alone among these a BIC may hold no figure."""
_DIGIT = re.compile(r"\d")
_SIX_DIGITS = re.compile(r"(?:\d\D*+){6}")
"""National numbers without their name beside them have so many."""
_EIRCODE = re.compile(
    r"(?<![\w-])(?P<value>(?:[AC-FHKNPRTV-Y]\d{2}|D6W) ?(?=[0-9AC-FHKNPRTV-Y]{0,3}\d)(?=[0-9]{0,3}[A-Z])"
    r"[0-9AC-FHKNPRTV-Y]{4})(?![\w-])"
)
_EIRCODE_NAMED = re.compile(r"\beircode\b[\s:]{1,3}(?:is )?(?P<value>[A-Z]\d[\dW] ?[A-Z0-9]{4})(?!\w)", _I)
_UK_POSTCODE = re.compile(r"(?<![\w-])(?P<value>[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2})(?![\w-])")
_BARE = re.compile(r"(?<![\w.-])(?:\d{8}-?[A-Z]|[XYZ]-?\d{7}-?[A-Z]|\d{7}[A-W][A-IWTX]?)(?![\w-])")
_NINO = re.compile(r"(?<![\w-])(?!PN)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![\w-])")
_NIR = re.compile(r"(?<![\w.])[12](?: ?\d){14}(?![\w])")
_CHECKED: tuple[Callable[[str], bool], ...] = (dni.is_valid, nie.is_valid, pps.is_valid)
_LEAST = 6
"""Letters and figures of a document's number."""
_NAMED: Mapping[str, tuple[re.Pattern[str], ...]] = {
    "passport": (_DOCUMENT,),
    "id_number": (_NATIONAL,),
    "bank_account": (_BIC,),
    "address": (_EIRCODE, _EIRCODE_NAMED, _UK_POSTCODE),
}


class Place(NamedTuple):
    """A number's kind and where it stands."""

    kind: str
    start: int
    end: int


def places(text: str) -> Iterator[Place]:
    """Where such numbers stand; the same place may come twice."""
    if _DIGIT.search(text) is None and _BIC_CUE.search(text) is None:
        return
    for kind, patterns in _NAMED.items():
        for pattern in patterns:
            for match in pattern.finditer(text):
                value = match["value"].rstrip(" .-")
                if sum(map(str.isalnum, value)) >= _LEAST and (pattern is not _BIC or bic.is_valid(value)):
                    yield Place(kind, match.start("value"), match.start("value") + len(value))
    if _SIX_DIGITS.search(text) is None:
        return
    for match in _BARE.finditer(text):
        if any(holds(match.group()) for holds in _CHECKED):
            yield Place("id_number", *match.span())
    yield from (Place("id_number", *match.span()) for match in _NINO.finditer(text))
    yield from (Place("id_number", *match.span()) for match in _NIR.finditer(text) if nir.is_valid(match.group()))
