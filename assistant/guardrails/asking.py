"""What a reply asks a customer for: nobody asks for secrets, and nobody asks in public for what is theirs alone."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from assistant.domain.guardrail import Finding
from assistant.domain.vocabulary import Severity, Visibility
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import plain

NAME = "asking"

_ASKS = (
    r"\b(?:send|tell|give|share|dm|pm|message|post|reply|comment|provide|confirm|type|text|quote"
    r"|(?:we|i)(?:'ll| will)? (?:need|require)|what(?:'s| is| are| was)|which is|could (?:we|i) have|can (?:we"
    r"|i) have|may (?:we|i) have|let us (?:know|have)"
    r"|schick\w*|send\w*|nenn\w*|teil\w*|wie lautet|brauchen|benötigen|envoyez|donnez|indiquez|quel(?:le)? est|envía\w*"
    r"|envíe\w*|indique\w*|indíca\w*|dígan\w*|dinos|cuál es)\b"
)
_KEPT_SAFE = (
    r"(?:passwords?|passcodes?|pins?|pin (?:code|number)|cv[vc]2?|security codes?|(?:one[- ]time|verification|login"
    r"|sms) codes?"
    r"|(?:credit |debit |bank )?card (?:numbers?|details?|data|expiry)|expiry date of (?:your|the) card|long number"
    r"|passw[oö]rt\w*|kennwort\w*|kartennummer\w*|mot de passe|numéro de (?:ta |votre )?carte|contraseña"
    r"|número de (?:tu |su )?tarjeta)\b"
)
_OWN = (
    r"(?:booking (?:references?|codes?|numbers?|refs?)|reservation (?:codes?|numbers?)|pnrs?|record locators?"
    r"|order numbers?"
    r"|ticket numbers?|passport(?: numbers?)?|dates? of birth|birthdays?|dob|ibans?|account (?:numbers?|details)"
    r"|bank details"
    r"|(?:phone|mobile|telephone|contact) numbers?|e-?mail(?: address(?:es)?)?|home address|postal address|address"
    r"|full names?"
    r"|surname|membership numbers?|perch numbers?|bag tag(?: numbers?)?|file references?"
    r"|buchungs(?:code|nummer)\w*|reisepass\w*|geburtsdatum|telefonnummer|référence de (?:votre |ta )?réservation"
    r"|date de naissance|numéro de téléphone|código de reserva|fecha de nacimiento|número de teléfono)\b"
)
_FOR_SECRETS = re.compile(rf"{_ASKS}[^.?!;]{{0,80}}?\b{_KEPT_SAFE}", re.IGNORECASE)
_FOR_OWN = re.compile(
    rf"{_ASKS}[^.?!;]{{0,80}}?\b(?:your|the|ihr(?:e[nrms]?)?|dein(?:e[nrms]?)?|votre|ta|tu"
    rf"|su)\b[^.?!;]{{0,40}}?\b{_OWN}",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:never|don't|do not|not|no need|without|won't|nobody|no one|anyone|nie|nicht|kein\w*|jamais|ne|pas|nunca"
    r"|no)\b",
    re.IGNORECASE,
)
_PRIVATELY = re.compile(
    r"\b(?:direct(?:ly)? messages?|dm|dms|pm|private(?:ly)?|private messages?|in a message|privat\w*"
    r"|direktnachricht|message privé"
    r"|mensaje (?:directo|privado)|https?://\S+|at \S+\.\w+/\S+|call|phone|ring|form)\b|https?://",
    re.IGNORECASE,
)


def check(text: str, *, visibility: Visibility) -> Iterator[Finding]:
    """Blocks a request for a password, a code or card data anywhere, and one for the customer's own data in public that
    names no private way to give it."""
    for sentence in split_sentences(plain(text)):
        asked = _asked(sentence)
        if asked.secret:
            yield _blocked("The reply asks for a secret nobody needs to tell us.", asked.secret)
        elif visibility is Visibility.PUBLIC and asked.own:
            yield _blocked("The reply asks in public for what only the customer should know.", asked.own)


class _Asked(NamedTuple):
    """Words that ask for a secret, and words that ask for the customer's own data with no private way to give it."""

    secret: str
    own: str


@lru_cache(maxsize=4096)
def _asked(sentence: str) -> _Asked:
    own = "" if _PRIVATELY.search(sentence) else _unrefused(_FOR_OWN, sentence)
    return _Asked(_unrefused(_FOR_SECRETS, sentence), own)


def _unrefused(pattern: re.Pattern[str], sentence: str) -> str:
    found = pattern.search(sentence)
    return found.group() if found is not None and not _REFUSED.search(sentence) else ""


def _blocked(message: str, excerpt: str) -> Finding:
    return Finding(guardrail=NAME, severity=Severity.BLOCK, message=message, excerpt=excerpt)
