"""What a sentence does: ask, feel with somebody, be polite, disclose, promise, offer, state a policy or a fact.

Rules lean to the kinds that need a source: a sentence that mixes an apology with a statement is the statement.
"""

import re
from functools import lru_cache

from assistant.domain.vocabulary import ClaimKind
from assistant.guardrails import disclosure
from assistant.guardrails.facts import facts_of
from assistant.guardrails.promises import promises
from assistant.guardrails.words import FUNCTION_WORDS, listed, plain, words

NEEDS_SOURCE = frozenset({ClaimKind.FACT, ClaimKind.POLICY, ClaimKind.PROMISE, ClaimKind.OFFER})
"""Kinds that must stand on a source."""

_I = re.IGNORECASE
_WE = (
    r"\b(?:we|i|our (?:\w+ ){0,2}(?:team|colleagues?|agents?|staff|people|manager|supervisor|ceo)"
    r"|(?:a|one|someone) (?:\w+ ){0,2}(?:from|of|on|in) our (?:\w+ )?team|someone"
    r"|a (?:person|colleague|member of our team|manager|supervisor)|our ceo [a-z]+ [a-z]+)"
)
_PROMISE = re.compile(
    rf"{_WE}(?:'ll| will| shall| (?:am|are|is) going to)(?: (?:also|then|now|gladly|happily|personally|be happy to"
    rf"|be able to|be sure to|make sure to))?"
    r" (?!not\b|never\b|need\b|be able\b|(?:be )?(?:so )?(?:happy|glad|delighted|pleased|here|there)\b|gladly help"
    r"|help\b|love\b|see you)\w+"
    r"|\b(?:we|i)(?: promise| guarantee| commit| assure you|(?:'ve| have) (?:already )?(?:refunded|waived|credited"
    r"|issued|processed|arranged|rebooked|booked|escalated|forwarded|passed|sent|cancelled|canceled|shared|raised"
    r"|flagged|logged|reported))"
    r"|\b(?:has|have) (?:already )?been (?:refunded|waived|credited|issued|approved|processed|escalated|forwarded"
    r"|passed on)\b"
    r"|\byou(?:'ll| will) (?:get|receive|have) (?:a |an |your |the )?(?:\w+ ){0,2}(?:call|reply|response|answer"
    r"|update|e-?mail) (?:back )?(?:from us|within|by|today|tomorrow|shortly|soon)"
    r"|\bit(?:'ll| will) be (?:delivered|fixed|sorted|resolved|refunded|there|sent)\b"
    r"|\b(?:guaranteed?|i promise|we promise|rest assured)\b|\blet me (?:look|check|see|find)\b",
    _I,
)
_OFFER = re.compile(
    rf"(?:{_WE}(?:'d|'ll| will| would| can| could| are happy to|'re happy to|'d like to| would like to)?(?: also"
    rf"| gladly| now)? (?:be happy to |like to )?"
    r"(?:offer|give|add|credit|waive|compensate|refund|reimburse|upgrade|provide)\b(?: you\b| your\b"
    r"|.{0,40}\b(?:discount|voucher|credit|miles|points|free|goodwill|fee)\b))"
    r"|\b(?:as a (?:gesture of )?(?:goodwill|courtesy)|goodwill gesture|on the house|on us\b|compliments of"
    r"|special offer|promo(?:tion)? code|use code|discount code)"
    r"|\benjoy (?:a |an )?(?:\d+ ?% off|free|complimentary)\b",
    _I,
)
_QUESTION_END = re.compile(r"[?？]{1,20}[!?.…\s\"'”’»)\]\u2600-\u27bf\U0001f300-\U0001faff\ufe0f]*$")
_EMPATHY = re.compile(
    r"\b(?:sorry|apolog(?:y|ies|ise|ize|ising)|regret|frustrat\w+|disappoint\w+|upsetting|stressful|distress\w*"
    r"|inconvenien\w+|condolences|(?:we|i) (?:completely |fully |really |totally )?(?:understand|hear you|feel"
    r"|appreciate how"
    r"|know how|see how|can imagine|can see)|not the (?:experience|service|start|journey|trip|news|way)"
    r"|shouldn't have happened|should not have happened"
    r"|(?:tut|tun) uns (?:sehr |wirklich )?leid|entschuldig\w+|bedauern|verstehen (?:wir |ihren |deinen )?"
    r"|(?:das ist|wie) (?:sehr |wirklich |mehr als )?(?:ärgerlich"
    r"|frustrierend|enttäuschend)|désolée?s?"
    r"|regrettons|excus\w+|comprenons|lo sentimos|sentimos|lamentamos|disculp\w+|entendemos)\b",
    _I,
)
_PLAIN_EMPATHY = re.compile(
    r"^\W*(?:(?:hi|hello|hey|oh|oh no|dear)\b[^.,!]{0,30}[,.!]? )?(?:we(?:'re| are)|i(?:'m| am))?\s*(?:so |very "
    r"|really |truly |sincerely |deeply )*"
    r"(?:sorry|apologies|our apologies|apologise|apologize|my apologies)\b(?: (?:for|about|to hear|to read|to learn"
    r"|that you(?:'re| are|'ve| have| had| were)|you(?:'re| are|'ve| have| had| were)|you)\b[^,;]*)?[.!\s\W]*$",
    _I,
)
_ASSERTS = re.compile(
    r"\b(?:can|can't|cannot|may|must|will|won't|should|need to|have to|has to|allowed|entitled|eligible|refundable"
    r"|possible|impossible|unable|available|unavailable"
    r"|free of charge|guarantee\w*|always|never|only|required|covers?|costs?|applies|apply|includes?|starts?|opens?"
    r"|closes?"
    r"|takes?)\b|\d",
    _I,
)
_ADMITS = re.compile(
    r"\b(?:we|i|our (?!best\b)\w+)(?:'ve| have| had)? (?:broke|broken|overcharg\w+|lost|forgot\w*|failed|messed"
    r"|damaged|made a mistake"
    r"|got (?:it|this) wrong)\b|\bour (?:own )?(?:mistake|fault|error)\b|\b(?:caused by|because|due to|as (?:the"
    r"|our|a))\b"
    r"|\byou(?:'re| are) (?:owed|due|entitled)\b|\bthat (?:the|our|security|your) \w+ (?:ends?|starts?|was|is|are"
    r"|were|will|went)\b",
    _I,
)
"""Says what happened or why, or what is owed, however sorry it is."""
_OVER = re.compile(
    r"(?:\b(?:is|are|has|have|got)|'s|'re|'ve) (?:(?:now|all|nearly|almost|already|just|finally|fully|completely"
    r"|been) ){0,3}(?:over(?! (?:the|there|here|an?)\b)|fixed|resolved|solved|sorted|ended|restored|repaired"
    r"|back(?! (?:and forth|at square)\b)|up and running|(?:working|running) (?:again|now|fine|normally)"
    r"|(?:good|ready) to go)\b"
    r"|\b(?<!nothing )(?<!never )(?:works?|runs?|flies|fly|operates?) (?:again|now|fine|normally|as (?:normal|usual))\b"
    r"|\b(?:leaves?|departs?|arrives?|lands?|resumes?) (?:soon|shortly|now|on time|today|tonight|tomorrow)\b"
    r"|\b(?:everyone|everybody|nobody|no one) (?:is|was|has been) (?:hurt|injured|harmed|safe|ok|okay|fine)\b"
    r"|\b(?:ist|sind|wurde|funktioniert|läuft|est|sont|marche|fonctionne|está|están|ha sido|funciona)(?: (?:jetzt|nun"
    r"|alles|bereits|wieder|maintenant|désormais|ya|todo))* (?:behoben|vorbei|gelöst|wieder|normal|résolue?s?"
    r"|réparée?s?|terminée?s?|rétablie?s?|de nouveau|resuelt\w+|solucionad\w+|arreglad\w+|de nuevo)\b",
    _I,
)
"""Says that what they suffer from has ended or hurt nobody, or what happens next."""
_HAPPENS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|went|left|broke|est|sont|était|está|están|estaba|ist|sind|war|wurde|will"
    r"|can)\b",
    _I,
)
_FEELS = re.compile(r"^\W*(?:and |but )?(?:that|this|it|what|you|nobody|no one|we|i)\b(?!.{60})", _I)
"""A short clause on how it must be for them."""
_AS_IT_SHOULD_BE = re.compile(
    r"\b(?:as|how|what|where) (?:it|they|things|this|that) should(?: have)? be(?:en)?\b"
    r"|\b(?:that|this|it) must (?:be|have been|feel) (?:\w+ )?(?=frustrat|disappoint|upset|stress|annoy|hard"
    r"|worr|distress)",
    _I,
)
"""Says that something went wrong or how it must feel, not what ought to be done."""
_TELLS = re.compile(r"\b(?:told|informed|aware|shown|mentioned|said|explained) (?:to you )?that\b", _I)
"""Sorry that something wasn't said, and says it."""
_CLAUSE = re.compile(r"(?:,? but |,? however,? |; |: | - |, (?:and|so|yet) |, )", _I)
_POLICY = re.compile(
    r"\b(?:can|can't|cannot|may|must|mustn't|should|need|needs|have to|has to|allowed|permitted|eligible|entitled"
    r"|required|only|unless|if|fees?|costs?|charges?|refund(?:s|ed|able)?|non-refundable|free|rules?|polic(?:y|ies)"
    r"|limits?|up to|at least|at most"
    r"|maximum|minimum|within|per (?:person|passenger|flight|bag|booking)|applies|apply|covers?|includes?|included"
    r"|valid|expires?|rights?"
    r"|compensation|until|before|after|never|always|every|any|all|kann|können|darf|dürfen|muss|müssen|peut|pouvez"
    r"|doit|devez|puede"
    r"|debe)\b",
    _I,
)
_NEXT_STEP = re.compile(
    r"^\W*(?:(?:please|just|or|and|so|then|if you(?:'d| would) (?:like|rather|prefer)[^,]{0,40},|for (?:more"
    r"|further) (?:help|details?|information),?|feel free to|you can|you're welcome to|you are welcome to"
    r"|kindly)\W+){0,3}"
    r"(?:(?:send|drop|write|give|shoot) us (?:a |an )?(?:(?:direct|private) )?(?:message|dm|pm|note|line)|(?:dm"
    r"|message|contact|tell|write to) us|get in touch|reach out|let us know|reply)\b",
    _I,
)
_COURTESY_WORDS = listed(
    """
    hi hello hey dear thanks thank thankful thx cheers welcome please happy glad pleased delighted here help
    helping helped helpful reaching reach out touch contacting contact writing write message messaging asking
    ask question questions know let letting us know need needs anything else more further assistance assist support good
    great fine nice lovely wonderful morning afternoon evening day night weekend trip flight journey travels
    travel safe bon voyage enjoy wish wishing hope hoping best kind warm regards sincerely yours team care sure
    course absolutely certainly yes ok okay no problem worries pleasure trouble bother wait waiting patience
    feedback bringing attention appreciate appreciated kindly again back soon forward hearing seeing see hear read board
    aboard take look looking follow note noted understood got happy time today always free feel all everyone
    everybody friend friends there always word words sharing share shared made make making smile love loved
    shout-out kudos compliment compliments hallo guten tag morgen abend danke vielen dank gerne bitte grüße
    liebe beste freundliche herzliche servus moin melden meldung nachricht bonjour bonsoir merci beaucoup
    cordialement volontiers svp message salut bienvenue hola buenos buenas días tardes noches gracias muchas
    saludos cordial encantados mensaje ihre ihren ihnen dir dein deine deinen für und wir sie das es ihr du zu
    an votre vos nous vous pour et de le la su sus tu por y nos reach person human agent type text respond
    answer answers getting welcoming grüßen beste schönen schöner schönes tag noch gern geschehen wünschen viele einen
    eine euch alles gute bonne bon journée soirée week-end vous souhaitons buen buena que tenga tengas día feliz un
    saludo abrazo gracias enhorabuena besserung rétablissement escribirnos contactarnos mejore
    mejores pronto se
    """
)
_BARE_ANSWER = re.compile(
    r"^\W*(?:yes|yep|yeah|sure|of course|absolutely|certainly|definitely|ja|natürlich|oui|bien sûr|sí"
    r"|claro|por supuesto)\b(?:\W+(?:yes|no|it is|it does|you can|of course|absolutely|certainly|definitely|all|any"
    r"|every|everything|everyone|everybody|always|free|for|of|it|them|time|today|day|night|morning|evening|afternoon|too|also"
    r"|as|well|anyone|anybody|still|is|are|at|gerne|alles|immer|tout|toujours|todo|siempre))*\W*$",
    _I,
)
_FINE = re.compile(
    r"^\W*(?:(?:yes|sure|of course|ja|oui|sí)\W+)?(?:(?:that|this|it)(?:'s| is|'ll be| will be)|(?:das|es) ist|c'est"
    r"|est[áo] es)"
    r" (?:all |perfectly |absolutely |totally |completely )?"
    r"(?:fine|ok|okay|alright|possible|allowed|in ordnung|möglich|erlaubt|autorisé|posible)\W*$",
    _I,
)
"""Grants what was asked, in polite words alone."""
_WARM = re.compile(
    r"^\W*(?:thanks|thank you)(?: so much| very much| a lot)? for \w+ing(?: \w+){0,3}\W*$"
    r"|^\W*(?:(?:i'm|i am|we're|we are) )?(?:so |very |really )?(?:glad|happy|pleased|delighted) (?:that )?"
    r"you(?:'ve| have)? (?:enjoyed|liked|loved|found|got|had|made|came|asked|reached|wrote|told|spotted"
    r"|shared)(?: \w+){0,3}\W*$"
    r"|^\W*what (?:an? )?(?:lovely|great|nice|good|wonderful|brilliant|beautiful|kind|clever|sweet|fun|amazing"
    r"|fantastic) (?!offer\b|deal\b|price\b)\w+\W*$",
    _I,
)
"""Warm words about what somebody said or did: "What a lovely idea!", "So glad you enjoyed it!"."""
_GRANTS = re.compile(
    r"(?<!feel )\bfree\b(?! to\b)|\b(?:is|are|'s|'re) (?:always |all |also |very )?welcome\b(?! to (?:ask|write|message"
    r"|dm|contact|send|reply|reach)\b)(?<!you're welcome)(?<!you are welcome)(?<!you are very welcome)"
    r"(?<!you're very welcome)(?<!you're always welcome)|\bno (?:need|questions)\b"
    r"|\bcosts? (?:you )?nothing\b|\bno (?:\w+ )?(?:fee|charge|cost)s?\b",
    _I,
)
_OF_OTHERS = re.compile(
    r"\b(?:he|she|they)(?:'s|'re| (?:is|was|were|are|has|had))\b(?! (?:\w+ )?(?:happy|glad|here|there)\b)", _I
)
_ALLOWS = re.compile(r"\b(?:is|are) (?:\w+ )?(?:fine|ok|okay|good|no problem|welcome|happy|safe)\b", _I)
"""Beside a word that isn't polite it says what may be done: "Cash is fine."."""
_MAX_GUESSED_NAMES = 2
_DISCLOSURE_WORDS = listed(
    """
    reply replies ai artificial intelligence automated automatic automatically virtual digital robotic machine bot
    chatbot robot
    assistant assistants helper system generated written write writes edited checked reviewed sent created composed
    answered answering replying speaking talking chatting chat talk speak rather prefer instead say says way here brand
    airline colleague colleagues staff real live agents someone somebody else kein keine statt mit ki maschine
    maschinell automatisch automatische automatischer automatisierte virtueller virtuelle digitaler digitale assistent
    assistenten assistentin antwort antwortet nachricht verfasst erstellt geschrieben bearbeitet lieber menschen mensch
    sprechen sprichst möchten möchtest sag sagen einfach bescheid wenn hier ist ich bin dies diese ein eine einer eines
    einem des der die von vom assistante virtuel automatique automatisé automatisée automatisé généré générée
    numérique ia intelligence artificielle réponse répond rédigé rédigée écrit écrite modifié équipe ceci est cette je
    suis oui c'est une un du si préférez parler personne humain dites-le-nous dites asistente automático automática
    automatizado automatizada respuesta generado generada escrito escrita editado equipo esta es soy una sí te responde
    prefieres prefiere hablar con persona humano dínoslo inteligencia ja que qui unser unsere unseres unserer unserem
    unseren notre nos nuestro nuestra nuestros ceci esta este mensaje message
    """
)
_GIFT = (
    r"\b(?:vouchers?|discounts?|upgrades?|free|complimentary|miles|points|credits?|goodwill|compensation|gift"
    r"|money back"
    r"|gutschein\w*|rabatt\w*|bon d'achat|remise|descuento|vale)\b"
)
_ASKED_OFFER = re.compile(
    rf"\b(?:would you (?:like|take|accept)|how about|what about|fancy|how does|could we interest you|want"
    rf"|möchte[nst]* (?:sie|du)|voulez-vous|quiere[s]?) [^?]{{0,40}}{_GIFT}"
    rf"|\b(?:can|could|may|shall|should) (?:we|i) (?:offer|give|send|add|credit|refund|upgrade|waive"
    rf"|throw in)\b[^?]{{0,60}}"
    rf"(?:{_GIFT}|\byou(?:r money)?\b)"
    rf"|\bwould (?:an? |the |this )?[^?]{{0,30}}{_GIFT}[^?]{{0,20}}\b(?:help|do|be|make)\b",
    _I,
)
_TAGGED = re.compile(
    r"(?P<said>.{6,200}), (?:(?:is|are|was|can|do|does|will|have|has|may)(?:n't| not)? (?:it|they|you|we|there|that)"
    r"|right|correct|ok(?:ay)?|oder|nicht wahr|n'est-ce pas|verdad|no)\W*$",
    _I,
)
_TOLD = re.compile(
    r"(?:did you know|do you know|you do know|have you heard|remember|you know) (?:that )?(?P<said>.{6,200})", _I
)
_ADDED = re.compile(r"(?P<said>[^?]{3,120}, (?:it|that|they|this)(?:'s|'re| is| are| can| may) [^?]{3,120})\?\W*$", _I)
_BESIDE = re.compile(r"[,;:] | - | and | because | as | since (?=\w+ \w+)", _I)
_STATES = re.compile(
    r"^(?!(?:if|when|once|so|which|what|where|whether|how|with|including|tell|say|add|quote|we|i|our|one of our|someone"
    r"|somebody|a colleague|a person|please|just|just say|or)\b)"
    r".*\b(?:is|are|was|were|has|have|can|may|must|will|gets?|leaves?|fly|flies|runs?|opens?|closes?|costs?|covers?"
    r"|takes?"
    r"|comes?|goes|pays?|allows?|ist|sind|kann|est|sont|peut|es|son|puede)\b",
    _I,
)


@lru_cache(maxsize=8192)
def kind_of(sentence: str) -> ClaimKind:
    """The kind of one sentence. What looks like two kinds gets the one that needs a source."""
    text = plain(sentence)
    if _is_disclosure(text):
        return ClaimKind.DISCLOSURE
    if is_question(text):
        return _kind_of_question(text)
    if _OFFER.search(text):
        return ClaimKind.OFFER
    if _PROMISE.search(text) or promises(text):
        return ClaimKind.PROMISE
    if _is_empathy(text):
        return ClaimKind.EMPATHY
    if _is_courtesy(text) or _is_next_step(text):
        return ClaimKind.COURTESY
    return ClaimKind.POLICY if _POLICY.search(text) else ClaimKind.FACT


def is_question(sentence: str) -> bool:
    """Whether it ends as a question."""
    return _QUESTION_END.search(sentence[-80:]) is not None


def stated_in(question: str) -> str:
    """What a question says and only asks to be agreed with ("..., aren't they?", "Did you know that ..."); itself where
    it says nothing."""
    found = _TAGGED.match(plain(question)) or _TOLD.match(plain(question)) or _ADDED.match(plain(question))
    if found is None or not _POLICY.search(found.group("said")):
        return question
    return question[found.start("said") : found.end("said")].rstrip("?! ") + "."


def _kind_of_question(text: str) -> ClaimKind:
    """A question asks, unless it offers something or says first what it asks to be agreed with."""
    if _ASKED_OFFER.search(text):
        return ClaimKind.OFFER
    said = stated_in(text)
    return ClaimKind.QUESTION if said == text else kind_of(said)


def _is_next_step(text: str) -> bool:
    """A way to go on, with nothing stated beside it."""
    if not _NEXT_STEP.search(text) or facts_of(text):
        return False
    return not any(_STATES.search(clause) and not _is_courtesy(clause) for clause in _BESIDE.split(text)[1:])


def _is_disclosure(text: str) -> bool:
    """A short sentence that says a machine wrote it and states no fact beside."""
    if len(text) >= 240 or not disclosure.says_machine(text) or _smuggles(text):
        return False
    capitalised = {word.casefold() for word in re.findall(r"\b[A-Z][\w'-]+|@\w+", text)}
    content = [word for word in words(text) if word not in FUNCTION_WORDS]
    return all(word in _DISCLOSURE_WORDS or word in _COURTESY_WORDS or word in capitalised for word in content)


def _smuggles(text: str) -> bool:
    return _POLICY_STRICT.search(text) is not None or bool(facts_of(text) and re.search(r"\d", text))


_POLICY_STRICT = re.compile(
    r"\b(?:refund\w*|fees?|entitled|eligible|compensation|free of charge|guarantee\w*|discount\w*|voucher\w*)\b", _I
)


def _is_courtesy(text: str) -> bool:
    """Nothing but polite words, with at most a name or two."""
    if len(text) > 200 or re.search(r"\d", text):
        return False
    if _answers_shortly(text):
        return False
    if _WARM.match(text):
        return True
    content = [word for word in words(text) if word not in FUNCTION_WORDS]
    strange = [word for word in content if word not in _COURTESY_WORDS]
    if not strange:
        return True
    if _ALLOWS.search(text):
        return False
    capitalised = {word.casefold() for word in re.findall(r"\b[A-Z][\w'-]+|@\w+", text)}
    return len(content) > len(strange) <= _MAX_GUESSED_NAMES and all(
        word in capitalised or f"@{word}" in capitalised for word in strange
    )


def _answers_shortly(text: str) -> bool:
    """A bare yes, and words of courtesy that say what is free or welcome, or how somebody else is."""
    return any(pattern.search(text) is not None for pattern in (_BARE_ANSWER, _GRANTS, _OF_OTHERS, _FINE))


def _is_empathy(text: str) -> bool:
    text = _AS_IT_SHOULD_BE.sub("", text)
    if not _EMPATHY.search(text) or any(pattern.search(text) for pattern in (_ADMITS, _TELLS, _OVER)):
        return False
    if _PLAIN_EMPATHY.match(text) and not re.search(r"\d", text):
        return True
    clauses = [clause for clause in _CLAUSE.split(text) if clause and clause.strip()]
    if any(_HAPPENS.search(clause) and not (_EMPATHY.search(clause) or _FEELS.match(clause)) for clause in clauses):
        return False
    return not any(_ASSERTS.search(clause) for clause in clauses) and not _POLICY_STRICT.search(text)
