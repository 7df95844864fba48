"""Quantities said in English words, put into figures before anything else reads them."""

import re
from functools import lru_cache

from assistant.guardrails.words import TENS, UNITS

EITHER_HALF = "~"
"""After a time: said so that morning and evening may both be meant."""

_I = re.IGNORECASE
_SCALES = {"thousand": 1_000, "million": 1_000_000}
_WORD_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_WORD_TEN = "|".join(TENS)
_NUMBER_WORDS = re.compile(
    rf"\b(?:(?:{_WORD_TEN})(?:[- ](?:{_WORD_UNIT}))?|{_WORD_UNIT}|hundred|dozen|thousand|million)\b"
    rf"(?:[ -](?:and )?(?:{_WORD_TEN}|{_WORD_UNIT}|hundred|dozen|thousand|million)\b){{0,6}}",
    _I,
)
_UNIT_AHEAD = (
    r"[\s-]?(?:(?:working|business|calendar|full) )?(?:second|minute|hour|day|week|month|year|night|euro|dollar|pound"
    r"|percent|per cent)s?\b"
)
_COUNTS = re.compile(_UNIT_AHEAD, _I)
_A_RATE = re.compile(
    r"(?P<price>(?:[€$£]|\b(?:EUR|USD|GBP)) ?\d[\d.,]*|\d (?:euros?|pounds?|dollars?|hours|times)) an? "
    r"(?=hour|minute|day|week|month|year|night)",
    _I,
)
"""For each of them: "EUR 6 an hour" holds no hour of its own."""
_A_UNIT = re.compile(r"\b(?:an?|per|each|every) (?=(?:hour|minute|day|week|month|year|night)\b)", _I)

_FIRST_PLACES = """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
sixteenth seventeenth eighteenth nineteenth twentieth
"""
_PLACES = {word: place for place, word in enumerate(_FIRST_PLACES.split(), start=1)} | {"thirtieth": 30}
_ORDINAL = rf"(?:(?P<ten>twenty|thirty)[- ])?(?P<place>{'|'.join(_PLACES)})\b"
_PLACE_CUE = re.compile(r"(?:st|nd|rd|th)\b", _I)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b"
_DAYS = (
    re.compile(rf"\b{_ORDINAL}(?= (?:of )?{_MONTH})", _I),
    re.compile(rf"(?<=\bon the ){_ORDINAL}(?=[.,;!]|$)", _I),
    re.compile(rf"(?P<before>\b{_MONTH} )(?:the )?{_ORDINAL}", _I),
)

_HOURS = {word: hour for word, hour in UNITS.items() if 1 <= hour <= 12}
_HOUR = rf"(?P<hour>{'|'.join(_HOURS)}|1[0-2]|[1-9])\b(?![:.]\d)"
_OF_DAY = r"(?P<of_day>\s[ap]\.?m\b| in the (?:morning|afternoon|evening)| at night)"
_MINUTES = {
    "half": 30, "quarter": 15, "oh five": 5, "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "twenty five": 25,
    "thirty": 30, "forty five": 45,
}  # fmt: skip
_CLOCKS = tuple(
    re.compile(pattern, _I)
    for pattern in (
        rf"\b(?P<mins>half)(?: past)? {_HOUR}{_OF_DAY}?",
        rf"\b(?:an? )?(?P<mins>quarter) (?P<way>past|after|to|before) {_HOUR}{_OF_DAY}?",
        rf"\b(?P<mins>five|ten|twenty(?:[ -]five)?)(?: minutes)? (?P<way>past) {_HOUR}{_OF_DAY}?",
        rf"(?<=\bat )(?P<mins>five|ten|twenty(?:[ -]five)?)(?: minutes)? (?P<way>to) {_HOUR}"
        rf"(?!{_UNIT_AHEAD}){_OF_DAY}?",
        rf"(?<=\b(?:at|by) ){_HOUR}[ -](?P<mins>oh five|five|ten|fifteen|twenty(?:[ -]five)?|thirty|forty[ -]five)\b"
        rf"(?![ -]?(?:\d|%))(?!{_UNIT_AHEAD}){_OF_DAY}?",
        rf"\b{_HOUR}(?:[ -](?P<mins>oh five|fifteen|thirty|forty[ -]five))?{_OF_DAY}",
    )
)
_CLOCK_CUE = re.compile(
    rf"\b(?:half|quarter|past|(?:at|by) (?:{'|'.join(_MINUTES)}|{'|'.join(_HOURS)}|\d+[ -][foqt])|[ap]\.?m\b|at night"
    r"|in the (?:mor|aft|eve))|\d[ap]m\b",
    _I,
)

_AND_A_HALF = re.compile(
    rf"\b(?P<count>an?|{_WORD_UNIT}|\d{{1,3}}) (?:(?P<unit>hour|day|week|month|year|minute)s? )?and a half\b"
    r"(?P<after> \w+)?",
    _I,
)
"""Halves: "one and a half hours", "an hour and a half"."""
_SO = "(?<=is |ts )"
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bhalf an? hour\b|\b30-minute\b", _I), "30 minutes"),
    (re.compile(r"\b(?:an? )?fortnight\b", _I), "14 days"),
    (re.compile(r"\b(?:an? )?couple of (?=\w)", _I), "2 "),
    (re.compile(r"\bhalf (?:(?:the )?(?:price|fare|cost|fee)\b|(?=off\b))", _I), "50 percent "),
    (re.compile(r"\ba third (?=off\b|of the (?:price|fare|cost|fee)\b)", _I), "33 percent "),
    (re.compile(r"\ba quarter (?=off\b|of the (?:price|fare|cost|fee)\b)", _I), "25 percent "),
    (re.compile(rf"\b(?:twice|double) (?=(?:the|that|as|your|what)\b)|{_SO}(?:twice|double)(?=[.,;!]|$)", _I), "2x "),
    (re.compile(rf"\btriple (?=(?:the|that|as|your|what)\b)|{_SO}triple(?=[.,;!]|$)", _I), "3x "),
    (re.compile(r"\ba fiver\b", _I), "5 quid"),
    (re.compile(r"\ba tenner\b", _I), "10 quid"),
)  # fmt: skip
_PHRASE_CUE = re.compile(r"hour|30-m|fortnight|couple|half|third|quarter|twice|double|triple|fiver|tenner", _I)


@lru_cache(maxsize=4096)
def in_figures(text: str) -> str:
    """The text with what words count as figures: "twenty-one" is 21, "half an hour" 30 minutes, "half past six" 6:30.

    "one" alone stays a word (it is a pronoun more often than a number) except before a unit of time or money.
    """
    if _CLOCK_CUE.search(text):
        for pattern in _CLOCKS:
            text = pattern.sub(_clock, text)
    if "½" in text:
        text = re.sub(r"½(?= ?hour)", "half an", re.sub(r"(\d)\s?½", r"\1.5", text)).replace("½", "half")
    if _PHRASE_CUE.search(text):
        text = _AND_A_HALF.sub(_and_a_half, text)
        for pattern, figures in _PHRASES:
            text = pattern.sub(figures, text)
    if _PLACE_CUE.search(text):
        for pattern in _DAYS:
            text = pattern.sub(_day, text)
    text = _A_RATE.sub(r"\g<price> per ", text)
    text = _A_UNIT.sub(lambda match: "1 " if match.group()[0] in "aA" else match.group(), text)
    return _NUMBER_WORDS.sub(_as_digits, text)


def _clock(match: re.Match[str]) -> str:
    said = match.groupdict()
    hour = said["hour"].casefold()
    minutes = _MINUTES[(said["mins"] or "").casefold().replace("-", " ")] if said["mins"] else 0
    back = (said.get("way") or "").casefold() in {"to", "before"}
    at = 60 * (_HOURS.get(hour) or int(hour)) + (-minutes if back else minutes)
    time = f"{at // 60 or 12}:{at % 60:02}"
    of_day = (said["of_day"] or "").casefold().strip()
    if not of_day:
        return time + EITHER_HALF
    return f"{time} {'am' if (of_day.startswith('a') and 'm' in of_day[:3]) or 'morning' in of_day else 'pm'}"


def _and_a_half(match: re.Match[str]) -> str:
    """1.5 of what is counted; said of nothing that is counted, it stays."""
    said, count = match.groupdict(), match["count"].casefold()
    if not said["unit"] and count in {"a", "an"}:
        return match.group()
    whole = 1 if count in {"a", "an"} else UNITS.get(count) or int(count)
    return f"{whole}.5 {said['unit'] + 's' if said['unit'] else ''}{said['after'] or ''}".replace("  ", " ")


def _day(match: re.Match[str]) -> str:
    said = match.groupdict()
    tens = {"twenty": 20, "thirty": 30}.get((said["ten"] or "").casefold(), 0)
    return f"{said.get('before') or ''}{tens + _PLACES[said['place'].casefold()]}th"


def _as_digits(match: re.Match[str]) -> str:
    words = re.findall(r"[a-z]+", match.group().casefold())
    alone = words in (["one"], ["second"], ["hundred"], ["thousand"], ["million"], ["zero"])
    if alone and not _COUNTS.match(match.string, match.end()):
        return match.group()
    total = current = 0
    for word in words:
        if word in UNITS:
            current += UNITS[word]
        elif word in TENS:
            current += TENS[word]
        elif word == "dozen":
            current = max(current, 1) * 12
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in _SCALES:
            total += max(current, 1) * _SCALES[word]
            current = 0
    return str(total + current)
