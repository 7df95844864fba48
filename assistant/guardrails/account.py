"""Does a sentence tell how something of the customer's own stands? Such facts are for whoever proved who they are."""

import re

_OWN = (
    r"bookings?|reservations?|orders?|refunds?|payments?|claims?|tickets?|accounts?|balance|points|miles|cards?|"
    r"vouchers?|invoices?|bags?|suitcases?|luggage|baggage|parcels?|subscriptions?|seats?|flights?|names?|address"
)
_STANDS = (
    r"(?:is|are|was|were|has|have|had)\s+(?:now\s+|already\s+|just\s+|not\s+|been\s+)*"
    r"(?:paid|refunded|cancelled|canceled|confirmed|rebooked|changed|moved|charged|debited|credited|issued|sent|shipped|"
    r"delivered|found|located|traced|loaded|checked in|upgraded|blocked|closed|locked|expired|registered|approved|"
    r"rejected|declined|booked|made out|on its way|at|in|under|for|worth)\b|"
    r"(?:shows?|stands?\s+at|comes?\s+to|amounts?\s+to|left|arrived|went\s+out)\b"
)
_TELLS = re.compile(
    rf"\byour\s+(?:\w+\s+){{0,2}}(?:{_OWN})\b(?P<between>[^.!?]{{0,60}}?)\b(?:{_STANDS})", re.IGNORECASE
)
_OPEN = re.compile(r"\b(?:if|when|once|after|until|unless|whether|before|as soon as)\b", re.IGNORECASE)
"""What holds for everybody: a condition, no fact of theirs."""
_EXACT = re.compile(r"\d|\b(?:yesterday|today|tomorrow|tonight|this morning|last (?:night|week))\b", re.IGNORECASE)
_DONE = re.compile(r"\b(?:was|were|has been|have been|had been)\b", re.IGNORECASE)


def tells(sentence: str) -> bool:
    """Whether it says how the customer's own booking, money or luggage stands: a thing of theirs, a state, and either
    that it happened or a figure or day.

    English only; a sentence under a condition tells nobody anything of theirs.
    """
    match = _TELLS.search(sentence)
    if match is None or _OPEN.search(sentence[: match.end()]):
        return False
    return bool(_EXACT.search(sentence) or _DONE.search(match.group()))
