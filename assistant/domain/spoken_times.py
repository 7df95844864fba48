"""When something is, in the words of the language it is said in."""

from datetime import datetime

_DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_DATED = {"de": "{day}, {number}. {month}", "es": "{day} {number} de {month}"}
_AT = {"en": "{day} at {time}", "de": "{day} um {time} Uhr", "fr": "{day} à {time}", "es": "{day} a las {time}"}


def day_and_time(at: datetime, *, language: str, dated: bool) -> str:
    """ "Monday at 09:00", with the date where it is `dated`; in figures in a language not known here."""
    if language not in _DAYS:
        return f"{at:%Y-%m-%d %H:%M}"
    day = _DAYS[language].split()[at.weekday()]
    if dated:
        month = _MONTHS[language].split()[at.month - 1]
        day = _DATED.get(language, "{day} {number} {month}").format(day=day, number=at.day, month=month)
    return _AT[language].format(day=day, time=f"{at:%H:%M}")
