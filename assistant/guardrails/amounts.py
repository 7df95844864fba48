"""Reads quantities: money, percentages, dates, times, durations, measures and plain numbers."""

import re
from collections.abc import Callable

from assistant.guardrails import spoken, spoken_abroad
from assistant.guardrails.fact import Fact, FactKind, Reading

_NUMBER = (
    r"(?>\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?(?!\d)|\d{1,3}(?:\.\d{3})+(?:,\d{1,6})?(?!\d)"
    r"|\d{1,12}(?:[.,]\d{1,6})?(?!\d))"
)
_SPACED = r"(?>\d{1,3}(?: \d{3})+(?:,\d{1,2})?(?!\d))"
"""Thousands set apart by blanks, as in French and Spanish: only beside a currency."""
_TO = r"\s?(?:-|to|or|and|bis|à|a)\s?"

_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "us$": "USD", "dollar": "USD",
    "dollars": "USD", "£": "GBP", "gbp": "GBP", "chf": "CHF", "francs": "CHF", "cad": "CAD", "c$": "CAD", "aud": "AUD",
    "a$": "AUD", "¥": "JPY", "jpy": "JPY", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "pln": "PLN", "inr": "INR",
    "₹": "INR", "quid": "GBP", "sterling": "GBP", "pounds sterling": "GBP", "bucks": "USD", "zł": "PLN", "złoty": "PLN",
    "kr": "kr", "kč": "CZK", "czk": "CZK", "ft": "HUF", "huf": "HUF", "₺": "TRY", "try": "TRY", "₽": "RUB", "₩": "KRW",
    "₪": "ILS", "r$": "BRL", "brl": "BRL", "aed": "AED", "hkd": "HKD", "sgd": "SGD", "nzd": "NZD", "mxn": "MXN",
    "zar": "ZAR", "cny": "CNY", "isk": "ISK", "ron": "RON", "cent": "cent", "cents": "cent",
    "pence": "penny", "p": "penny",
}  # fmt: skip
_UNIT_LIKE = (
    r"\b(?:second|minute|min|hour|hr|h|day|working|business|week|month|year|night|kg|kilo|lb|cm|km|m|ml|l|bag|piece"
    r"|time)s?\b"
)
SIGN = (
    r"(?:US\$|C\$|A\$|R\$|[€$£¥₹₺₽₩₪]|(?<![^\W\d_])(?:EUR|USD|GBP|CHF|CAD|AUD|JPY|SEK|NOK|DKK|PLN|INR|CZK|HUF"
    r"|TRY(?= ?\d)|BRL|AED|HKD|SGD|NZD|MXN|ZAR|CNY|ISK|RON)(?![^\W\d_]))"
)
_SCALE = r"(?:\s?(?P<scale>k|m|bn|thousand|million|billion)\b)?"
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_MORE = (
    rf"(?:,\s?{_NUMBER}(?=,|\s(?:or|and|to)\s\d)"
    rf"|\s?(?:-|/|to\s|or\s|and\s(?=[\d.,]+(?:[.;)]|$)))\s?{_NUMBER}(?!\s?(?:%|{_UNIT_LIKE})))"
)
_MONEY_BEFORE = re.compile(
    rf"(?P<sign>{SIGN})\s?(?P<first>{_SPACED}(?!\s?(?:%|{_UNIT_LIKE}|points|miles))|{_NUMBER}){_SCALE}(?P<list>(?:{_MORE}){{0,6}})",
    re.IGNORECASE,
)
_MONEY_AFTER = re.compile(
    rf"(?<![\w.,])(?P<list>(?:{_NUMBER},\s?){{0,4}})(?:(?P<low>{_NUMBER}){_TO})?(?P<first>{_SPACED}|{_NUMBER}){_SCALE}"
    rf"\s?(?P<sign>{SIGN}|\b(?:euros?|dollars?|francs|pounds sterling|quid|bucks|kr|ft)\b|(?:zł|złoty|kč)(?!\w))",
    re.IGNORECASE,
)
_CENTS = re.compile(rf"(?<![\w.,])(?P<first>{_NUMBER})\s?(?P<sign>cents?|pence|p)\b", re.IGNORECASE)
_PERCENT = re.compile(
    rf"(?<![\w.,])(?:(?P<low>{_NUMBER}){_TO})?(?P<first>{_NUMBER})\s?(?:%|per ?cent\b|pct\b|percentage points?\b"
    rf"|prozent\b|pour cent\b|por ciento\b)",
    re.IGNORECASE,
)

_MONTH_NAMES = """
jan january januar janvier enero
feb february februar février febrero
mar march märz mars marzo
apr april avril abril
may mai mayo
jun june juni juin junio
jul july juli juillet julio
aug august août agosto
sep sept september septembre septiembre
oct october okt oktober octobre octubre
nov november novembre noviembre
dec december dez dezember décembre diciembre
"""
_MONTHS = {
    name: month for month, names in enumerate(_MONTH_NAMES.strip().splitlines(), start=1) for name in names.split()
}
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?"
_YEAR = r"(?:,?\s(?P<year>(?:19|20)\d{2}))?"
_ISO_DATE = re.compile(r"(?<![\w-])(?P<year>(?:19|20)\d{2})-(?P<month>\d{2})-(?P<day>\d{2})(?!\w)")
_DAY_MONTH = re.compile(rf"(?<![\w.,]){_DAY}\s(?:of\s|de\s)?{_MONTH}{_YEAR}(?!\w)", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"\b{_MONTH}\s{_DAY}{_YEAR}(?![\w:])", re.IGNORECASE)
_NUMERIC_DATE = re.compile(
    r"(?<![\w/.-])(?P<day>\d{1,2})(?P<sep>[/.-])(?P<month>\d{1,2})(?P=sep)(?P<year>(?:19|20)?\d{2})(?![\w/])"
)
_MONTH_NAME = "|".join(
    sorted((name for name in _MONTHS if len(name) > 4 or name in {"may", "june", "july", "juni", "juli"}), key=len)
)
_MONTH_ALONE = re.compile(
    r"\b(?:in|by|until|since|from|of|through|between|early|late|end of)\s"
    rf"(?P<months>(?:{_MONTH_NAME})\b(?:(?:,|,? (?:and|or|to|until|till|through)|\s?-)\s?(?:{_MONTH_NAME})\b){{0,11}})",
    re.IGNORECASE,
)
_MONTH_WRITTEN = re.compile(rf"\b(?:{_MONTH_NAME})\b", re.IGNORECASE)
_DAY_NAME = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_KURZ = r"(?-i:Mo|Di|Mi|Do|Fr|Sa|So)\b\.?"
_WEEKDAYS = re.compile(
    rf"\b(?P<days>{_DAY_NAME}\.?(?:(?:\s?[-/&,]\s?(?:and )?|\s(?:to|and|or|until|till|through)\s){_DAY_NAME}\b)"
    rf"{{1,6}}|{_KURZ}(?:\s?(?:[-/&+]|bis|und)\s?{_KURZ}){{1,6}})",
    re.IGNORECASE,
)
"""Days in a row or a list, short or long: "Mon-Fri" is "Monday to Friday"."""
_WEEKDAY = re.compile(r"\b(?P<day>mon|tues|wednes|thurs|fri|satur|sun)days?\b", re.IGNORECASE)

_ABROAD = {
    **dict.fromkeys(("montag", "lundi", "lunes"), "monday"),
    **dict.fromkeys(("dienstag", "mardi", "martes"), "tuesday"),
    **dict.fromkeys(("mittwoch", "mercredi", "miércoles"), "wednesday"),
    **dict.fromkeys(("donnerstag", "jeudi", "jueves"), "thursday"),
    **dict.fromkeys(("freitag", "vendredi", "viernes"), "friday"),
    **dict.fromkeys(("samstag", "sonnabend", "samedi", "sábado"), "saturday"),
    **dict.fromkeys(("sonntag", "dimanche", "domingo"), "sunday"),
}
_WEEKDAY_ABROAD = re.compile(rf"\b(?P<day>{'|'.join(_ABROAD)})s?\b", re.IGNORECASE)
_WHOLE_DAYS = {day[:2]: day for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}
_WHOLE_DAYS |= {"di": "tuesday", "mi": "wednesday", "do": "thursday", "so": "sunday"}
_BETWEEN_DAYS = frozenset({"to", "and", "or", "until", "till", "through", "bis", "und"})
_SEASON = re.compile(
    r"\b(?:in|by|until|since|this|next|from|during|of) (?:the )?(?P<season>spring|summer|autumn|winter)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:few|several|many|some) (?:more |working |business )?(?P<unit>minute|hour|day|week|month|year)s\b",
    re.IGNORECASE,
)
_CJK_DAY = re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?P<year>)")
_HALF_DAYS = {"a": 0, "p": 12}
_TIME_RANGE = re.compile(
    r"(?<![\w:.])(?P<h1>\d{1,2})(?::(?P<m1>\d{2}))?\s?(?:-|to"
    r"|and)\s?(?P<h2>\d{1,2})(?::(?P<m2>\d{2}))?\s?(?P<half>[ap])\.?m\b",
    re.IGNORECASE,
)
_TIME_HALF = re.compile(r"(?<![\w:.])(?P<h>\d{1,2})(?:[:.](?P<m>\d{2}))?\s?(?P<half>[ap])\.?m\b", re.IGNORECASE)
_TIME_24 = re.compile(r"(?<![\w:.])(?P<h>[01]?\d|2[0-4])(?::|h)(?P<m>[0-5]\d)(?P<half>~)?(?![\w:])", re.IGNORECASE)
_TIME_DOT = re.compile(
    rf"(?<=\b(?:at|by|ab|um) )(?P<h>[01]?\d|2[0-3])\.(?P<m>[0-5]\d)(?P<half>)"
    rf"(?!\w|[.,]\d|\s?(?:%|{SIGN}|euro|dollar|{_UNIT_LIKE}))",
    re.IGNORECASE,
)
_TIME_UHR = re.compile(r"(?<![\w:.])(?P<h>[01]?\d|2[0-4])(?:\.(?P<m>[0-5]\d))?\s?(?:uhr\b|o'clock\b)", re.IGNORECASE)
_NOON = re.compile(r"\b(noon|midday|midnight)\b", re.IGNORECASE)

_TIME_UNITS = {
    "min": {"min": 1, "hour": 60, "hr": 60, "hrs": 60, "h": 60, "stunde": 60, "heure": 60, "hora": 60},
    "day": {"day": 1, "tag": 1, "jour": 1, "día": 1, "week": 7, "woche": 7, "semain": 7, "semana": 7},
    "month": {
        "month": 1, "monat": 1, "mois": 1, "mes": 1, "year": 12, "yr": 12, "yrs": 12, "jahr": 12, "an": 12,
        "ans": 12, "año": 12,
    },
}  # fmt: skip
_TIME_UNIT_WORD = re.compile(
    r"(?:second|min|hour|hr|\dh|\d h|day|week|month|year|yr|night|stund|tag|woche|monat|jahr|heure|jour|semai|mois"
    r"|\ban|hora|día|sema|mes|año)",
    re.IGNORECASE,
)
_WORKING = frozenset({"working", "business", "work", "week", "bank", "werk", "arbeits"})
_DURATION = re.compile(
    rf"(?<![\w.,])(?:(?P<low>{_NUMBER}){_TO})?(?P<first>{_NUMBER})[\s-]?"
    r"(?P<work>(?:working|business|work|week|bank|calendar|full|consecutive|more)[\s-]|werk|arbeits)?"
    r"(?P<unit>seconds?|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?|years?|yrs?|nights?"
    r"|stunden?|minuten|tage?n?|wochen?|monate?n?|jahre?n?|heures?|jours?|semaines?|mois|ans|horas?|días?|semanas?"
    r"|mes(?:es)?|años?)\b(?P<after>\s(?:ouvrés|ouvrables|hábiles|laborables)\b)?",
    re.IGNORECASE,
)
_COMPOUND = re.compile(
    r"(?<![\w.,-])(?P<first>\d{1,3})\s?(?P<unit>hours?|hrs?|h|stunden?|heures?|horas?)\s(?:(?:and|und|et|y)\s)?"
    r"(?P<minutes>[1-5]?\d)\s?(?:minutes?|mins?|m|minuten|minutos)\b",
    re.IGNORECASE,
)
_UNITS = {
    "kg": "kg", "kgs": "kg", "kilo": "kg", "kilos": "kg", "kilogram": "kg", "kilograms": "kg", "g": "g", "grams": "g",
    "lb": "lb", "lbs": "lb", "pound": "lb", "pounds": "lb", "cm": "cm", "centimetres": "cm", "centimeters": "cm",
    "mm": "mm",
    "m": "m", "metres": "m", "meters": "m", "km": "km", "kilometres": "km", "kilometers": "km", "mile": "mile",
    "miles": "mile",
    "l": "l", "litre": "l", "litres": "l", "liter": "l", "liters": "l", "ml": "ml", "millilitres": "ml", "inch": "inch",
    "inches": "inch", "ft": "ft", "feet": "ft", "gb": "gb", "mb": "mb", "mbps": "mbps", "wh": "wh", "mah": "mah",
    "°c": "°c",
    "°f": "°f", "kwh": "kwh",
}  # fmt: skip
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_MEASURE = re.compile(
    rf"(?<![\w.,])(?P<first>{_NUMBER})(?:\s?[x×]\s?(?P<second>{_NUMBER}))?(?:\s?[x×]\s?(?P<third>{_NUMBER}))?[\s-]?(?P<unit>{_UNIT})\b",
    re.IGNORECASE,
)
_PLAIN_NUMBER = re.compile(
    rf"(?<![\w.,])(?!(?<![^\n])\d{{1,2}}[.)]\s)(?:24/7|(?P<first>{_NUMBER}))(?P<after>st|nd|rd|th|x(?!\w))?",
    re.IGNORECASE,
)
_UNIT_WORD = re.compile(rf"(?:{_UNIT})\b", re.IGNORECASE)


def read(text: str) -> Reading:
    """Quantities of a text; `text` must have plain quotes and dashes. Ranges give both ends."""
    digits = spoken_abroad.in_figures(spoken.in_figures(text))
    facts: list[Fact] = []
    has_digit = _DIGIT.search(digits) is not None
    for trigger, pattern, reader in _READERS:
        if not has_digit and pattern not in _WITHOUT_DIGITS:
            continue
        if trigger is not None and trigger.search(digits) is None:
            continue
        spans: list[tuple[int, int]] = []
        for match in pattern.finditer(digits):
            found = reader(match)
            if found:
                facts += found
                spans.append(match.span())
        digits = blank(digits, spans)
    return Reading(tuple(facts), digits)


def blank(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with these places filled by spaces."""
    if not spans:
        return text
    chars = list(text)
    for start, end in spans:
        chars[start:end] = " " * (end - start)
    return "".join(chars)


def value_of(number: str, scale: str | None = None) -> str:
    """One spelling: no thousands separators, a decimal point, no empty decimals."""
    number = number.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d{1,6})?", number):
        number = number.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?", number):
        number = number.replace(",", "")
    whole, point, decimals = number.replace(",", ".").rpartition(".")
    amount = float(f"{whole.replace('.', '')}{point}{decimals}") * (_SCALES[scale.casefold()] if scale else 1)
    return f"{amount:.6f}".rstrip("0").rstrip(".")


_Facts = tuple[Fact, ...]


def _date(match: re.Match[str]) -> _Facts:
    """A day of a month, day first where both could be the month."""
    month = match.group("month").casefold()
    number = _MONTHS.get(month) or int(month)
    year = match.group("year") or "*"
    year = "20" + year if len(year) == 2 else year
    day = int(match.group("day"))
    if day <= 12 < number:
        day, number = number, day
    if not (1 <= number <= 12 and 1 <= day <= 31):
        return ()
    return (Fact(FactKind.DATE, f"{year}-{number:02}-{day:02}", match.group()),)


def _month(match: re.Match[str]) -> _Facts:
    """Every month of a list or a stretch: "in March and September", "from May to October"."""
    names = _MONTH_WRITTEN.findall(match.group("months"))
    return tuple(Fact(FactKind.DATE, f"*-{_MONTHS[name.casefold()]:02}-*", name) for name in names)


def _season(match: re.Match[str]) -> _Facts:
    return (Fact(FactKind.DATE, match.group("season").casefold(), match.group()),)


def _vague(match: re.Match[str]) -> _Facts:
    return (Fact(FactKind.DURATION, f"few {match.group('unit').casefold()}", match.group()),)


def _weekday(match: re.Match[str]) -> _Facts:
    return (Fact(FactKind.DATE, match.group("day").casefold() + "day", match.group()),)


def _weekday_abroad(match: re.Match[str]) -> _Facts:
    return (Fact(FactKind.DATE, _ABROAD[match.group("day").casefold()], match.group()),)


def _weekdays(match: re.Match[str]) -> _Facts:
    named = (name for name in re.findall(r"[^\W\d_]+", match.group("days")) if name.casefold() not in _BETWEEN_DAYS)
    return tuple(Fact(FactKind.DATE, _WHOLE_DAYS[name[:2].casefold()], name) for name in named)


def _time_range(match: re.Match[str]) -> _Facts:
    half = match.group("half")
    return tuple(_time(match.group(f"h{end}"), match.group(f"m{end}"), half, match.group()) for end in (1, 2))


def _time_of_half(match: re.Match[str]) -> _Facts:
    return (_time(match.group("h"), match.group("m"), match.group("half"), match.group()),)


def _time_of_day(match: re.Match[str]) -> _Facts:
    fact = _time(match.group("h"), match.group("m"), None, match.group().removesuffix(spoken.EITHER_HALF))
    return (fact._replace(value=spoken.EITHER_HALF + fact.value) if match.groupdict().get("half") else fact,)


def _noon(match: re.Match[str]) -> _Facts:
    return (Fact(FactKind.TIME, "00:00" if match.group().casefold() == "midnight" else "12:00", match.group()),)


def _time(hour: str, minute: str | None, half: str | None, text: str) -> Fact:
    hours = int(hour)
    if half:
        hours = hours % 12 + _HALF_DAYS[half.casefold()]
    return Fact(FactKind.TIME, f"{hours % 24:02}:{minute or '00'}", text)


def _money(match: re.Match[str]) -> _Facts:
    currency = _CURRENCIES[match.group("sign").casefold()]
    groups = match.groupdict()
    amounts = re.findall(_NUMBER, groups.get("list") or "")
    scale = groups.get("scale")
    values = [*(value_of(amount) for amount in amounts), value_of(match.group("first"), scale)]
    if groups.get("low"):
        values.append(value_of(match.group("low"), scale))
    return tuple(Fact(FactKind.MONEY, f"{currency} {value}", match.group().strip()) for value in values)


def _percent(match: re.Match[str]) -> _Facts:
    return tuple(Fact(FactKind.PERCENT, value_of(number), match.group()) for number in _ends(match))


def _duration(match: re.Match[str]) -> _Facts:
    word, work = match.group("unit").casefold(), (match.group("work") or "").casefold()
    work = "work" if match.group("after") else work
    return tuple(
        Fact(FactKind.DURATION, _span_of(float(value_of(number)), word, work), match.group()) for number in _ends(match)
    )


def _compound(match: re.Match[str]) -> _Facts:
    """Hours with minutes are one span: "1 hour 30 minutes" is 90 minutes, and neither an hour nor half of one."""
    minutes = 60 * int(match.group("first")) + int(match.group("minutes"))
    return (Fact(FactKind.DURATION, f"{minutes} min", match.group()),)


def _ends(match: re.Match[str]) -> tuple[str, ...]:
    """The numbers of a range, or the one number."""
    low = match.group("low")
    return (low, match.group("first")) if low else (match.group("first"),)


def _span_of(amount: float, word: str, work: str) -> str:
    """Minutes, days or months; hours never equal days, and working days are their own unit."""
    for unit, stems in _TIME_UNITS.items():
        for stem, factor in stems.items():
            if word.startswith(stem) if len(stem) > 2 else word == stem:
                working = unit in {"min", "day"} and work.strip(" -") in _WORKING
                return f"{amount * factor:g} {'work' if working else ''}{unit}"
    return f"{amount:g} {word.removesuffix('s')}"


def _measure(match: re.Match[str]) -> _Facts:
    unit = _UNITS[match.group("unit").casefold()]
    numbers = (match.group(group) for group in ("first", "second", "third"))
    return tuple(Fact(FactKind.MEASURE, f"{value_of(number)} {unit}", match.group()) for number in numbers if number)


def _number(match: re.Match[str]) -> _Facts:
    """A plain number; "2x" is a factor and another thing than 2."""
    first = match.group("first")
    if first is None:
        return (Fact(FactKind.NUMBER, match.group(), match.group()),)
    factor = (match.group("after") or "").casefold() == "x"
    return (Fact(FactKind.NUMBER, ("x" if factor else "") + value_of(first), match.group()),)


_DIGIT = re.compile(r"\d")
_WITHOUT_DIGITS = (_MONTH_ALONE, _SEASON, _VAGUE, _WEEKDAYS, _WEEKDAY, _WEEKDAY_ABROAD, _NOON)
_MONEY_WORD = re.compile(rf"{SIGN}|euro|dollar|franc|sterling|quid|bucks|\bkr\b|\bft\b|zł|kč", re.IGNORECASE)
_MONTH_WORD = re.compile(r"\b(?:" + "|".join(sorted({name[:3] for name in _MONTHS})) + ")", re.IGNORECASE)
_TIME_WORD = re.compile(r"\d\s?[ap]\.?m\b", re.IGNORECASE)

_READERS: tuple[tuple[re.Pattern[str] | None, re.Pattern[str], Callable[[re.Match[str]], _Facts]], ...] = (
    (re.compile(r"\d-\d"), _ISO_DATE, _date),
    (_MONTH_WORD, _DAY_MONTH, _date),
    (_MONTH_WORD, _MONTH_DAY, _date),
    (None, _NUMERIC_DATE, _date),
    (_MONTH_WORD, _MONTH_ALONE, _month),
    (re.compile(r"spring|summer|autumn|winter", re.IGNORECASE), _SEASON, _season),
    (re.compile(r"few|several|many|some", re.IGNORECASE), _VAGUE, _vague),
    (re.compile(r"月"), _CJK_DAY, _date),
    (re.compile(r"\b(?:mon?|tue|wed|thu|fri?|sat?|sun|Di|Mi|Do|So)", re.IGNORECASE), _WEEKDAYS, _weekdays),
    (re.compile(r"day", re.IGNORECASE), _WEEKDAY, _weekday),
    (re.compile(r"tag|woch|abend|di|es\b|s[áa]b|dom", re.IGNORECASE), _WEEKDAY_ABROAD, _weekday_abroad),
    (_TIME_WORD, _TIME_RANGE, _time_range),
    (_TIME_WORD, _TIME_HALF, _time_of_half),
    (re.compile(r"\d[:hH]\d"), _TIME_24, _time_of_day),
    (re.compile(r"\d\.\d"), _TIME_DOT, _time_of_day),
    (re.compile(r"uhr|o'clock", re.IGNORECASE), _TIME_UHR, _time_of_day),
    (None, _NOON, _noon),
    (_MONEY_WORD, _MONEY_BEFORE, _money),
    (_MONEY_WORD, _MONEY_AFTER, _money),
    (re.compile(r"cent|pence|\dp", re.IGNORECASE), _CENTS, _money),
    (re.compile(r"%|p(?:er|our) ?cent|pct|prozent|percentage|por ciento", re.IGNORECASE), _PERCENT, _percent),
    (_TIME_UNIT_WORD, _COMPOUND, _compound),
    (_TIME_UNIT_WORD, _DURATION, _duration),
    (_UNIT_WORD, _MEASURE, _measure),
    (None, _PLAIN_NUMBER, _number),
)
"""Readers in order: what one has read, the next doesn't see. The first pattern says cheaply if it is worth a try."""
