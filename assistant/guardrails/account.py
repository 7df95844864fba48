"""Does a sentence tell how something of the customer's own stands? Such facts are for whoever proved who they are."""

import re

from assistant.guardrails.words import plain

_OWN = (
    r"bookings?|reservations?|orders?|refunds?|payments?|claims?|tickets?|accounts?|balance|points|miles|cards?|"
    r"vouchers?|invoices?|bags?|suitcases?|luggage|baggage|parcels?|subscriptions?|seats?|flights?|names?|address"
)
_STANDS = (
    r"(?:is|are|was|were|has|have|had)\s+(?:now\s+|already\s+|just\s+|not\s+|been\s+)*"
    r"(?:paid|refunded|cancelled|canceled|confirmed|rebooked|changed|moved|charged|debited|credited|issued|sent"
    r"|shipped|"
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
_RULE = re.compile(
    rf"\byour\s+(?:\w+\s+){{0,2}}(?:{_OWN}) (?:is|are) (?:\w+ )?(?:delivered|shipped|sent|locked|blocked|issued|charged"
    r"|debited|credited|refunded|cancelled|canceled|confirmed|valid|worth|under review)(?: \w+){0,3} "
    r"(?:within|after|for|up to) (?:up to )?(?:[\d-]+|an?|one|two|three) (?:\w+ )?"
    r"(?:minute|hour|day|week|month|year|wrong|failed)[^.!?;\d]*[.!]?$",
    re.IGNORECASE,
)
"""How long a thing takes for everybody: "Your order is shipped within 24 hours."."""
_DONE = re.compile(r"\b(?:was|were|has been|have been|had been)\b", re.IGNORECASE)


_DONE_WITH = (
    r"(?:refunded|reimbursed|charged|rebooked|booked|cancelled|canceled|paid|credited|rejected|declined|approved|found"
    r"|located|traced|sent|moved|upgraded|checked in|confirmed|registered|seated|issued|transferred|processed"
    r"|completed)"
)
_SEAT = r"\d{1,2}[A-K]\b"
_FEELS = (
    r"(?:'re| are)? (?:\w+ )?(?:upset|frustrated|angry|annoyed|worried|disappointed|concerned|unhappy|stuck|keen|mean"
    r"|travell?ing|asking|looking|trying|waiting|mentioned|wrote|said|posted|soon|there|again|on board)\b"
)
_TOLD_US = (
    r"(?:\w+ )?(?:points?\b(?! balance)|messages?|posts?|tweets?|comments?|photos?|pictures?|screenshots?|videos?"
    r"|concerns?"
    r"|frustration|feedback|review|side|reasons?|questions?)\b"
)
"""What a message itself shows."""
_SAYS_SO = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:i|we) (?:can )?see (?:that )?(?:you\b(?!{_FEELS})|your (?!{_TOLD_US})|the booking)",
        r"\b(?:according to|in) our (?:records|system)|\bour (?:system|records) (?:shows?|says?)|\bon file\b",
        r"\bwe have your (?:number|address|e-?mail|name|details|phone)\b(?=.{0,20}(?:\bas\b|\d|@))",
        rf"(?:^|[,;:.] |\b(?:and|but|that|yes) )\W*you(?:'re| are| were|'ve been| have been) (?:now |already "
        rf"|all )?{_DONE_WITH}\b",
        r"(?:^|[,;:.] |\b(?:and|but|that|yes) )\W*you (?:paid|cancelled|canceled|checked in|booked|bought"
        r"|changed)\b(?!.*\?)",
        rf"\b(?:i|we)(?:'ve| have)? (?:now |already |just )?{_DONE_WITH} (?:you\b|your\b|the (?:money|amount|fare"
        rf"|booking|claim|refund))",
        rf"\byour (?:\w+ ){{0,2}}(?:{_OWN})\b[^.!?]{{0,40}}?\b(?:has|have) been {_DONE_WITH}\b",
        r"\byour (?:\w+ )?(?:bags?|suitcases?|luggage|baggage|parcel) (?:is|are) (?:now |still )?(?:in|at"
        r"|on) (?-i:[A-Z0-9])",
        r"\byour (?:\w+ )?(?:bags?|suitcases?|luggage|baggage) (?:arrives?|comes?|lands?|left|went)\b",
        rf"\byour seats? (?:is|are) {_SEAT}|\byou(?:'re| are) in (?:seat |row )?{_SEAT}",
        r"\byou(?:'ve| have)(?: got| now)? [\d.,]+ (?:points|miles|vouchers?|credits?)\b"
        r"|\byour (?:points )?balance is\b",
        r"\d[\d.,]* (?:left |still )?on your (?:voucher|account|card|credit)\b",
        r"\bbooking (?:is )?(?:in the name of|under|for) (?-i:[A-Z][a-z]+)",
        r"\b(?:the|your) (?:payment|charge|transfer|refund) (?:failed|went through|was (?:declined|sent|made"
        r"|rejected))\b",
        r"\b(?:ihre?|deine?|dein) (?:\w+ )?(?:buchung|erstattung|rückerstattung|zahlung|koffer|gepäck|ticket|flug"
        r"|antrag|konto)\b"
        r" (?:wurde|ist|sind|steht|war)\b",
        r"\b(?:votre|ton|ta) (?:remboursement|réservation|bagage|billet|valise|paiement|compte|dossier) (?:a été"
        r"|est|se trouve"
        r"|sont)\b",
        r"\b(?:su|tu) (?:reembolso|reserva|maleta|equipaje|billete|pago|cuenta|reclamación) (?:fue|está|ha sido"
        r"|se encuentra)\b",
    )
)
"""Other ways to say how something of theirs stands, in English and in the languages colleagues answer in."""


def tells(sentence: str) -> bool:
    """Whether it says how the customer's own booking, money or luggage stands: what happened to a thing of theirs, what
    we see of it, or a figure, place or day of it.

    A sentence under a condition tells nobody anything of theirs.
    """
    text = plain(sentence)
    if any((found := pattern.search(text)) and not _OPEN.search(text[: found.end()]) for pattern in _SAYS_SO):
        return True
    match = None if _RULE.search(text) else _TELLS.search(text)
    if match is None or _OPEN.search(text[: match.end()]):
        return False
    return bool(_EXACT.search(text) or _DONE.search(match.group()))
