"""Ways to bind the brand to do something for this customer, in English and in the languages colleagues answer in.

`kinds` asks; what a promise costs (a task, before the reply goes) says `desk/ledger`.
"""

import re

_I = re.IGNORECASE
_SOON = (
    r"\b(?:today|tonight|tomorrow|shortly|soon|this (?:morning|afternoon|evening)|by (?:\d|noon|midnight|the end|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|within (?:a|an|the|\d|two|three)|in (?:a|an|\d|two|three) |with you)"
)
_ONE_OF_US = (
    r"(?:we|i|our (?:\w+ )?(?:team|agents?|colleagues?|crew)|the team|they|he|she|somebody|someone|a (?:colleague"
    r"|person)"
    r"|one of (?:our team|us)|(?-i:[A-Z])\w+ from (?:the|our) team)"
)
_DOES = r"(?:call|ring|phone|write|e-?mail|message|contact|refund|rebook|credit|compensate|reply|answer|text)"
_ENGLISH = (
    r"\b(?:you (?:can|may) )?expect (?:a|an|our|my|to hear)\b[^.!?]{0,20}\b(?:call|reply|answer|response|update"
    r"|e-?mail|message"
    r"|hear)\b",
    r"\byou(?:'ll| will) (?:soon |also )?hear (?:back|from (?:us|me|our)|more)\b",
    rf"\b{_ONE_OF_US}(?:'m|'re|'s| am| are| is) (?:now |just |already |currently )?(?:{_DOES}ing|refunding"
    rf"|processing|sending"
    r"|arranging|sorting|fixing|checking|chasing|issuing|looking (?:into|at)|going to|on it)\b",
    rf"\b{_ONE_OF_US}(?:'ll| will) (?:{_DOES}|get back|come back|be in touch|look|check|fix|sort|arrange"
    rf"|send)\b(?! to (?:board|fly))",
    rf"\b{_ONE_OF_US} (?:gets? back to you|comes? back to you|looks? into|{_DOES}s? you)\b",
    rf"\byou(?:'ll| will) (?:get|have|see|receive) (?:your (?:money|refund|bag|case|answer)|it|that|news"
    rf"|an? (?:answer|update|reply))"
    rf"\b(?:[^.!?]{{0,20}}(?:{_SOON}|\bback\b)|$)",
    rf"\byour (?:\w+ )?(?:refund|money|bag|suitcase|case|parcel|voucher|replacement|answer)(?:'ll| will) (?:be"
    rf"|arrive|reach|come)\b"
    rf"[^.!?]{{0,30}}{_SOON}",
    rf"\bit(?:'ll| will) (?:arrive|reach you|be with you|come)\b[^.!?]{{0,20}}{_SOON}",
    r"\bleave it with (?:me|us)\b|\blet us (?:look|check|see|find)\b|\b(?:have|get) (?:this|it) (?:fixed|sorted"
    r"|solved)\b",
)
_GERMAN = (
    r"\b(?:wir|ich|(?:eine?|unsere?|ein) ?(?:kolleg\w+|mitarbeiter\w*|team))\b[^.!?]{0,24}\b(?:rufen?|ruft|meld\w+"
    r"|kümmer\w+"
    r"|prüf\w+|schick\w+|send(?:e|en|et)|erstatt\w+|überweis\w+|klär\w+|werde[nt]?|wird|buchen sie um)\b",
    r"\b(?:sie|du) (?:hören|hörst|erhalten|erhältst|bekommen|bekommst)\b[^.!?]{0,30}\b(?:von uns|antwort|rückruf"
    r"|anruf|ihr geld"
    r"|dein geld|nachricht von)\b",
)
_FRENCH = (
    r"\b(?:nous|je) (?:(?:vous|te|le|la|les) )*(?:rappel\w+|recontact\w+|contactero\w+|vérifiero\w+|rembours\w+"
    r"|enverr\w+"
    r"|reviendr\w+|répondr\w+|allons|vais)\b",
    r"\bvous (?:recevrez|aurez) (?:une réponse|un appel|un message de|des nouvelles|votre (?:argent|remboursement))\b",
    r"\b(?:collègue|équipe|conseill\w+) (?:vous|te) \w+era\b",
)
_SPANISH = (
    r"\b(?:llamaremos|contactaremos|responderemos|devolveremos|enviaremos|reembolsaremos|revisaremos|avisaremos"
    r"|escribiremos)\b"
    r"|\b(?:vamos|voy) a (?:revis|llam|comprob|devolv|envi|reembols)\w+",
    r"\b(?:recibirás?|tendrás?) (?:una (?:respuesta|llamada)|noticias|(?:su|tu) dinero|el reembolso)(?!\w)",
    r"\b(?:compañer[oa]|colega|equipo) (?:le|te) \w+á(?!\w)",
)
_BINDS = tuple(re.compile(pattern, _I) for pattern in (*_ENGLISH, *_GERMAN, *_FRENCH, *_SPANISH))


def promises(sentence: str) -> bool:
    """Whether it says that somebody of ours will do something for the reader, or when something reaches them."""
    return any(pattern.search(sentence) for pattern in _BINDS)
