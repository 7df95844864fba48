"""Reads addresses, numbers that name something, codes and proper names."""

import re
from collections import Counter
from collections.abc import Callable, Iterable

from assistant.guardrails.amounts import blank
from assistant.guardrails.fact import Fact, FactKind, Reading
from assistant.guardrails.people import FIRST_NAMES, PLAIN_WORDS
from assistant.guardrails.words import FUNCTION_WORDS, NEGATIONS, TENS, UNITS, listed

_EMAIL = re.compile(r"(?<![\w.+/-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w-])")
_URL = re.compile(
    r"(?<![\w@.-])(?:(?:https?://|www\.)[^\s<>\"']{1,2000}|(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}"
    r"(?:com|net|org|example|test|info|io|co|eu|ie|uk|us|de|fr|es|it|nl|at|ch|gov|edu|app|help|support|shop|me|be"
    r"|link|ly|site|online|xyz|travel|aero|biz|click|top|pro|mobi|ai|tv|cc|ru|cn|pl|se|no|dk|pt|ca|au|nz|in|jp|br|mx|tk"
    r"|page|dev|web|cloud|live|store|tech|club|today|world|email|chat|zip|mov|vip|icu|gg|gl|to|st|so|sh|im|bio)"
    r"(?![\w-])(?!\.\w)(?:[/?#][^\s<>\"']{0,2000})?|(?:[a-z0-9-]{2,63}\.){1,5}[a-z]{2,24}/\w[^\s<>\"']{0,2000})",
    re.IGNORECASE,
)
_DEFUSED = re.compile(
    r"(?<![\w@])[\w.+-]{1,64}\s?(?:[\[({](?:\.|dot|at|@)[\])}]|\s(?:dot|at)\s(?=\S{1,40} dot ))\s?[\w.-]{1,63}"
    r"(?:\s?(?:[\[({](?:\.|dot)[\])}]| dot )\s?[\w.-]{1,63}){0,4}(?:/\S{0,200})?|\bhxxps?://\S{1,500}",
    re.IGNORECASE,
)
"""An address written so that no program takes it for one."""
_DEFUSED_CUE = re.compile(r"[\[({](?:\.|dot|at|@)[\])}]|\bdot\b|\bhxxp", re.IGNORECASE)
_AFTER_URL = ".,;:!?)]}'\"*_…"
_PHONE = re.compile(r"(?<![\w.,/])\+?\(?\d[\d().-]{0,18}(?: [\d().-]{1,18}){0,5}(?![\w])")
_HANDLE = re.compile(r"(?<![\w/.@])@[A-Za-z0-9_](?:[\w.-]{0,60}[\w])?")
_NO_AIRLINE = "EU|UK|US|EC|NO|AM|PM|TO|OR|OF|IN|ON|AT|BY|IF|IS|IT|DO|SO|WE|MY|ID|GO|AS|BE|CA|RE"
_FLIGHT = re.compile(
    rf"(?<![\w-])(?:(?!{_NO_AIRLINE})[A-Z]{{2}} ?|[A-Z]\d ?|\d[A-Z] )(?<=[A-Z0-9 ])\d{{2,4}}(?![\w:-]|[.,]\d)"
)
_AMOUNT = r"(?:EUR|USD|GBP|CHF|CAD|AUD|SEK|NOK|DKK|PLN)"
_CODE = re.compile(
    rf"(?<![\w-])(?!{_AMOUNT}\d+(?![A-Z])|\d+{_AMOUNT}(?!\w))(?=[A-Z0-9]{{0,7}}\d)(?=[A-Z0-9]{{0,7}}[A-Z])[A-Z0-9]{{5,8}}"
    r"(?![\w-])"
)
_PLACE_CODE = re.compile(
    r"\b(?:gate|terminal|pier|stand|desk|door|belt|platform|seat|row|counter)s? "
    r"(?P<code>(?-i:[A-Z]?\d{1,3}[A-Z]?|[A-Z]))(?![\w-])",
    re.IGNORECASE,
)
_LETTERS = re.compile(
    r"\b(?i:pnr|locator|(?:booking|reservation) (?:code|ref|reference)|buchungscode)"
    r"(?i: is| code|:)* (?P<code>[A-Z]{6})\b"
)
_NAME_WORD = re.compile(r"(?<![^\W_])[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_])){0,40}+(?![^\W_])")
_COMMON = (
    FUNCTION_WORDS
    | NEGATIONS
    | UNITS.keys()
    | TENS.keys()
    | listed(
        """
    hi hello hey dear thanks thank sorry ok okay yes no not please dm dms pm am id faq pdf sms atm app url wifi
    wi-fi tv usb gps qr vat iban pin mr mrs ms dr sir madam team support customer service direct message private
    messages care monday tuesday wednesday thursday friday saturday sunday january february march april june
    july august september october november december christmas easter english german french spanish internet
    google facebook instagram twitter whatsapp messenger x ai bot good great happy welcome best kind regards
    cheers regulation article terms conditions details note important update however also once after before when
    if how what where why who north south east west european europe manage settings menu help home contact us me
    agent stop start reply jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri sat sun
    spring summer autumn winter besserung grüße grüßen prozent uhr euro tag tage tagen woche wochen stunde stunden
    minute minuten monat monate monaten jahr jahre jahren werktage werktagen arbeitstage arbeitstagen
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
    """
    )
)
_PERSON = re.compile(
    r"\b(?:(?i:ask|tell|to|with|from|by|call|contact|see|for|and|i'm|i am|is|named|called))\s(?P<name>[^\W\d_A-Z]+)\b"
)
_GERMAN = re.compile(
    r"\b(?:der|die|das|dem|den|und|ist|sind|nicht|sie|ihnen|wir|uns|ihre[nrms]?|unsere?[nrms]?|für|mit|bei|zum|zur|vom|auf|ab"
    r"|bis|ein|eine[nrms]?|kein|keine[nrms]?|welche[nrms]?|um|es|geht|gute[nrms]?|leider|hat|viele|dann|wird|kann|können|haben|waren|wurde|liebe|beste)\b",
    re.IGNORECASE,
)
_SHORT = 60
"""Characters of a text in which two German words are enough; English holds "die" and "mit" now and then."""
_UMLAUT = re.compile("[äöüß]", re.IGNORECASE)
_STARTS_SENTENCE = re.compile(r"(?:^|[.!?…:;\n|•>\"“(\[*]|(?:^|\s)[-–—])\s*[\"'“‘«(\[*¡¿]*$")

MIN_PHONE_DIGITS = 7
_TERM_COUNT = 3
_TERM_SHARE = 0.5


def read(text: str) -> Reading:
    """Addresses and codes of a text with plain quotes and dashes; names are read apart, as they need the case."""
    facts: list[Fact] = []
    for trigger, pattern, reader in _READERS:
        if trigger not in text or (pattern is _DEFUSED and _DEFUSED_CUE.search(text) is None):
            continue
        spans: list[tuple[int, int]] = []
        for match in pattern.finditer(text):
            fact = reader(match)
            if fact is not None:
                facts.append(fact)
                spans.append((match.start(), match.start() + len(fact.text)))
        text = blank(text, spans)
    return Reading(tuple(facts), text)


def may_name_flight(text: str) -> bool:
    """Whether reading a text for a flight is worth it: cheap, and true for a few texts that name none."""
    return _FLIGHT.search(text) is not None


def names(text: str) -> tuple[Fact, ...]:
    """Runs of capitalised words that are neither common words nor just the start of a sentence.

    German capitalises every noun, so a German text gives none.
    """
    if _is_german(text):
        return ()
    found: list[Fact] = list(_small(text))
    run: list[re.Match[str]] = []
    for match in _NAME_WORD.finditer(text):
        word = match.group()
        follows = bool(run) and text[run[-1].end() : match.start()] in {" ", "-"}
        if run and not (follows and _is_capitalised(word)):
            found += _name(run, text)
            run = []
        if _is_capitalised(word):
            run.append(match)
    return (*found, *_name(run, text)) if run else tuple(found)


def _small(text: str) -> Iterable[Fact]:
    """First names in small letters, where a person is spoken of: "ask sarah at the desk"."""
    for match in _PERSON.finditer(text):
        name = match["name"]
        if name in FIRST_NAMES and name not in PLAIN_WORDS:
            yield Fact(FactKind.NAME, name, name)


def _is_german(text: str) -> bool:
    """Three of its commonest words, two in a short text, or one beside an umlaut."""
    found = len(_GERMAN.findall(text))
    return found >= (2 if len(text) <= _SHORT else 3) or bool(found and _UMLAUT.search(text))


def terms(texts: Iterable[str]) -> frozenset[str]:
    """Lower-case words that these texts mostly write with a capital inside a sentence: fares, places, products."""
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for text in texts:
        named = Counter(word for fact in names(text) for word in fact.value.split())
        capital += named
        small += Counter(word for word in _NAME_WORD.findall(text) if word.islower())
    return frozenset(
        word for word, count in capital.items() if count >= _TERM_COUNT and count >= _TERM_SHARE * (count + small[word])
    )


def _is_capitalised(word: str) -> bool:
    """A capital and then a lower-case letter: words in capitals are abbreviations or shouting, not names."""
    return word[0].isupper() and any(char.islower() for char in word[1:])


def _name(run: list[re.Match[str]], text: str) -> list[Fact]:
    before = text[max(0, run[0].start() - 12) : run[0].start()]
    opens = run[0].start() == 0 or _STARTS_SENTENCE.search(before) is not None
    words = [match.group() for match in run]
    if opens and len(words) == 1:
        return []
    kept = [word for place, word in enumerate(words) if not (_is_common(word) or (opens and place == 0))]
    if not kept:
        return []
    return [Fact(FactKind.NAME, " ".join(kept).casefold(), " ".join(words))]


def _is_common(word: str) -> bool:
    return word.casefold().removesuffix("'s") in _COMMON


def _url(match: re.Match[str]) -> Fact | None:
    text = match.group().rstrip(_AFTER_URL)
    host, slash, path = re.sub(r"^(?:https?://)?(?:www\.)?", "", text, flags=re.IGNORECASE).partition("/")
    return (
        Fact(FactKind.URL, (host.casefold() + slash + path).rstrip("/"), text) if "." in host or "://" in text else None
    )


def _email(match: re.Match[str]) -> Fact | None:
    return Fact(FactKind.EMAIL, match.group().casefold(), match.group())


def _phone(match: re.Match[str]) -> Fact | None:
    text = match.group().rstrip(" .-(")
    digits = re.sub(r"\D", "", text.replace("(0)", ""))
    grouped = len(re.findall(r"[ ().-]+", text)) >= 2 or text.startswith(("+", "(", "0"))
    date_like = re.fullmatch(r"\d{4}-\d{2}-\d{2}|\d{1,2}[.-]\d{1,2}[.-]\d{2,4}", text)
    small_groups = all(len(group) <= 3 for group in re.findall(r"\d+", text)) and "." in text and "," not in text
    if not MIN_PHONE_DIGITS <= len(digits) <= 15 or not grouped or date_like or (small_groups and text.count(".") > 2):
        return None
    return Fact(FactKind.PHONE, digits, text)


def _handle(match: re.Match[str]) -> Fact | None:
    return Fact(FactKind.HANDLE, match.group().casefold().rstrip(".-"), match.group().rstrip(".-"))


def _flight(match: re.Match[str]) -> Fact | None:
    return Fact(FactKind.FLIGHT, match.group().replace(" ", ""), match.group())


def _code(match: re.Match[str]) -> Fact | None:
    return Fact(FactKind.REFERENCE, match.group(), match.group())


def _letters(match: re.Match[str]) -> Fact | None:
    return Fact(FactKind.REFERENCE, match.group("code"), match.group())


def _place(match: re.Match[str]) -> Fact | None:
    """A gate or a seat: where it is says the brand, never the customer."""
    return Fact(FactKind.NUMBER, match.group("code"), match.group())


def _defused(match: re.Match[str]) -> Fact | None:
    return Fact(FactKind.URL, match.group().casefold(), match.group())


_READERS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], Fact | None]], ...] = (
    ("@", _EMAIL, _email),
    ("", _DEFUSED, _defused),
    (".", _URL, _url),
    ("@", _HANDLE, _handle),
    ("", _FLIGHT, _flight),
    ("", _LETTERS, _letters),
    ("", _PLACE_CODE, _place),
    ("", _CODE, _code),
    ("", _PHONE, _phone),
)
