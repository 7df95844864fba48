"""Numbers and hours said in German, French and Spanish words, put into figures: a colleague may answer in these."""

import re
from functools import partial

from assistant.guardrails.spoken import EITHER_HALF

_GERMAN = [
    "_",
    "ein",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
]
_FRENCH = [
    "_",
    "_",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
]
_SPANISH = [
    "_",
    "_",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
]
_TENS = (
    "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "vingt trente quarante cinquante soixante",
    "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
)
_VALUES = {
    **{word: value for row in (_GERMAN, _FRENCH, _SPANISH) for value, word in enumerate(row) if word != "_"},
    **{word: 10 * value for row in _TENS for value, word in enumerate(row.split(), start=2)},
    **{
        f"{one}und{ten}": value + tens
        for tens, ten in zip(range(20, 100, 10), _TENS[0].split(), strict=True)
        for value, one in enumerate(_GERMAN[1:10], start=1)
    },
    "quatre-vingt": 80, "quatre-vingts": 80, "veinticuatro": 24, "veinticinco": 25, "hundert": 100, "cent": 100,
    "cents": 100, "cien": 100, "ciento": 100, "mille": 1000, "tausend": 1000, "mil": 1000,
}  # fmt: skip
_WORD = "|".join(sorted(_VALUES, key=len, reverse=True))
_UNIT = (
    r"(?:euros?|€|dollars?|francs?|prozent|pour cent|por ciento|stunden?|minuten|tagen?|wochen?|monaten?|jahren?|uhr"
    r"|heures?|minutes?|jours?|semaines?|mois|ans|horas?|minutos?|días?|semanas?|mes(?:es)?|años?|kilos?|kg)\b"
)
_NUMBER = re.compile(rf"\b(?:{_WORD})\b(?:(?:-et-|-| y | et | )(?:{_WORD})\b){{0,4}}(?= {_UNIT})", re.IGNORECASE)
_HOUR = rf"(?P<hour>{_WORD}|1[0-2]|[1-9])\b"
_CLOCKS = tuple(
    (minutes, re.compile(pattern, re.IGNORECASE))
    for minutes, pattern in (
        (-30, rf"\bhalb {_HOUR}"),
        (15, rf"\bviertel nach {_HOUR}"),
        (-15, rf"\bviertel vor {_HOUR}"),
        (30, rf"\b{_HOUR} heures? et demie\b"),
        (15, rf"\b{_HOUR} heures? et quart\b"),
        (-15, rf"\b{_HOUR} heures? moins le quart\b"),
        (30, rf"\blas? {_HOUR} y media\b"),
        (15, rf"\blas? {_HOUR} y cuarto\b"),
        (-15, rf"\blas? {_HOUR} menos cuarto\b"),
    )
)
_HALVES = tuple(
    (re.compile(pattern, re.IGNORECASE), figures)
    for pattern, figures in (
        (r"\b(?:eineinhalb|anderthalb)(?= )", "1.5"),
        *((rf"\b{word}einhalb(?= )", f"{value}.5") for value, word in enumerate(_GERMAN[2:7], start=2)),
        (r"\bune heure et demie\b", "1.5 heures"),
        (r"\bun an et demi\b", "18 mois"),
        (r"\buna hora y media\b", "1.5 horas"),
        (r"\baño y medio\b", "18 meses"),
    )
)
_CUE = re.compile(
    r"\b(?:halb|viertel|heures?|las?|euros?|prozent|ciento?|stunden?|minuten|tagen?|wochen?|monaten?|jahren?|uhr|jours?"
    r"|semaines?|mois|ans|horas?|días?|semanas?|mes(?:es)?|años?)\b",
    re.IGNORECASE,
)


def in_figures(text: str) -> str:
    """The text with numbers before a unit, and hours, as figures: "setenta euros" is 70 euros, "halb sechs" 5:30."""
    if _CUE.search(text) is None:
        return text
    for half, figures in _HALVES:
        text = half.sub(figures, text)
    for minutes, pattern in _CLOCKS:
        text = pattern.sub(partial(_clock, minutes), text)
    return _NUMBER.sub(lambda match: str(_value(match.group())), text)


def _clock(minutes: int, match: re.Match[str]) -> str:
    hour = match.group("hour")
    at = 60 * (_VALUES.get(hour.casefold()) or int(hour)) + minutes
    return f"{at // 60}:{at % 60:02}{EITHER_HALF}"


def _value(said: str) -> int:
    """What stands before a hundred or thousand counts it; the rest is added."""
    total = current = 0
    said = said.casefold().replace("quatre-vingts", "quatre-vingt")
    for word in re.findall(r"quatre-vingt|[^\W\d_]+", said):
        value = _VALUES.get(word)
        if value is None:
            continue
        if value in {100, 1000}:
            total, current = total + max(current, 1) * value, 0
        else:
            current += value
    return total + current
