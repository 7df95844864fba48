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
    r"\b(?:send|tell|give|share|dm|pm|message|post|reply|comment|provide|confirm|type|text|quote|drop"
    r"|which (?:e-?mail|name)"
    r"|(?:we|i)(?:'ll|'d| will| would)? (?:need|require)|what(?:'s| is| are| was)|which is|could (?:we|i) have"
    r"|can (?:we|i) have|may (?:we|i) have|let (?:us|me) (?:know|have)"
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
    r"(?:booking (?:references?|codes?|numbers?|refs?|id)|reservation (?:codes?|numbers?)|pnrs?|record locators?"
    r"|(?:order|customer|client|tracking|reference|case|claim|invoice) (?:numbers?|ids?)|post ?codes?|zip codes?"
    r"|(?:first|last) (?:four|4|three|3) digits|did you (?:book|order|register|sign up)"
    r"|ticket numbers?|passport(?: numbers?)?|dates? of birth|birthdays?|dob|ibans?|account (?:numbers?|details)"
    r"|bank details"
    r"|(?:phone|mobile|telephone|contact) numbers?|e-?mail(?: address(?:es)?)?|home address|postal address|address"
    r"|full names?"
    r"|surname|membership numbers?|perch numbers?|bag tag(?: numbers?)?|file references?"
    r"|buchungs(?:code|nummer)\w*|reisepass\w*|geburtsdatum|telefonnummer|référence de (?:votre |ta )?réservation"
    r"|(?:bestell|auftrags|kunden|konto|vorgangs|rechnungs|sendungs)-?nummer"
    r"|date de naissance|numéro de (?:téléphone|commande|client|dossier|compte|suivi)|código de reserva"
    r"|fecha de nacimiento|número de (?:teléfono|pedido|cliente|cuenta|seguimiento))\b"
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
    r"\b(?:direct(?:ly)? messages?|dm|dms|pm|pn|private(?:ly)?|private messages?|in a message"
    r"|message us|mp|privad[oa]|en privé|privat\w*"
    r"|(?:send|drop|write) us an? (?:message|note|line|e-?mail)|direktnachricht|per nachricht|message privé"
    r"|mensaje (?:directo|privado)|https?://\S+|at \S+\.\w+/\S+|forms?|formular|formulaire|formulario"
    r"|(?:call|ring|phone) (?:us|\+?\d)|(?:(?:by|via|per|par|por) |over the )(?:e-?mail|mail|post|phone|telefon)"
    r"|(?:if|when) you (?:call|ring|phone))\b"
    r"|https?://|\S@\S",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:at|in|into|on|to|through) (?:the|our|your|any) (?:\w+ ){0,2}(?:app|site|website|page|counter|desk|gate"
    r"|airport|checkout|account|bookings|shop|store|station|till|courier|driver)\b|\bonline\b|\bat check(?:-?in|out)\b"
    r"|\b(?:when|before|after) you (?:book|order|pay|check in|sign (?:in|up)|log in|register|travel|fly|board)\b"
    r"|\b(?:on|for|before) (?:all |any |every |your |international )?(?:flights?|routes?|departure|travel)\b",
    re.IGNORECASE,
)
"""Somewhere else than under the reply, where everybody gives it."""
_TO_US = re.compile(
    r"\b(?:us|me|here|below|reply|comment|what|which|can (?:we|i)|could (?:we|i)|may (?:we|i))\b|\?", re.IGNORECASE
)
_WE_DO = re.compile(
    r"(?<!\bcan )(?<!\bcould )(?<!\bmay )(?<!\bshall )\b(?:we|they|it|that)(?:'ll| will| then| always| also| never)* "
    r"(?:send|text|give|share|message|post|provide|confirm|tell)\b",
    re.IGNORECASE,
)
"""Says what we do, and asks for nothing."""


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
    sentence = _WE_DO.sub("", sentence)
    if _ELSEWHERE.search(sentence) and not _TO_US.search(sentence):
        return _Asked("", "")
    own = "" if _PRIVATELY.search(sentence) else _unrefused(_FOR_OWN, sentence)
    return _Asked(_unrefused(_FOR_SECRETS, sentence), own)


def _unrefused(pattern: re.Pattern[str], sentence: str) -> str:
    found = pattern.search(sentence)
    return found.group() if found is not None and not _REFUSED.search(sentence) else ""


def _blocked(message: str, excerpt: str) -> Finding:
    return Finding(guardrail=NAME, severity=Severity.BLOCK, message=message, excerpt=excerpt)
