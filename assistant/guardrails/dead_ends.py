"""Does a reply lead anywhere? "Forwarded to the department" and mere sympathy do not."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.domain.brand import Voice
from assistant.domain.draft import Claim
from assistant.domain.guardrail import Finding
from assistant.domain.vocabulary import ClaimKind, Sentiment, Severity
from assistant.guardrails.fact import FactKind
from assistant.guardrails.facts import facts_of
from assistant.guardrails.kinds import NEEDS_SOURCE
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import plain

_HANDED_ON = re.compile(
    r"\b(?:forward(?:ed|ing)|pass(?:ed|ing)|refer(?:red|ring)|escalat(?:ed|ing)|sent|shar(?:ed|ing)|report(?:ed|ing)"
    r"|rais(?:ed|ing)|flagg(?:ed|ing)|relay(?:ed|ing)|submitted|handed|routed|redirected|transferred|notified|informed"
    r"|alerted|made aware|aware|let (?:our|the|my)|told|been in touch with|(?:it's|that's|(?:this|it"
    r"|your \w+) is) (?:now )?with"
    r"|(?:weiter|über)ge(?:leitet|geben)|weitergereicht|übergeben|übermittelt|gemeldet|informiert|verständigt|geschickt"
    r"|transmis\w*|transféré\w*|suivre|remonté\w*|communiqué\w*|relayé\w*|signalé\w*|adressé\w*|informé\w*|prévenu\w*"
    r"|transmitido|reenviado|remitido|derivado|trasladado|pasado|comunicado|enviado|escalado|informado|avisado)\b",
    re.IGNORECASE,
)
_WHOM = re.compile(
    r"\b(?:departments?|teams?|colleagues?|management|managers?|offices?|units?|desks?|specialists?|supervisors?"
    r"|people concerned|right people|relevant (?:people|parties|area)|powers that be|higher-?ups"
    r"|\w*abteilung\w*|\w*teams?|kolleg\w+|zuständige\w*|stelle|geschäftsleitung|verantwortliche\w*|vorgesetzte\w*"
    r"|(?:au|aux|le|les|nos|notre) services?|départements?|équipes?|collègues?|direction|responsables?"
    r"|departamentos?|equipos?|área|compañer\w+|dirección|encargad\w+)\b",
    re.IGNORECASE,
)
_NOTED = re.compile(
    r"\b(?:(?:feedback|comments?|concerns?|complaints?|message|case)\b[^.!?]{0,30}\b(?:noted|logged|recorded|registered"
    r"|received|important|valued|appreciated)|taken note|(?:we(?:'ll| will|'re| are)|being) (?:look(?:ing|ed)? into"
    r"|investigat\w+|tak(?:e|ing) (?:it|this|note)|on it)|(?:someone|somebody|we|the team|they) (?:will|'ll)"
    r" (?:be in touch|get back|contact you|reach out|follow up)"
    r"|(?:noted|logged|raised|escalated|recorded) (?:this|it|that|internally|with|under)|\bnoted\b|we'?ve noted"
    r"|(?:we|i)(?:'ve| have)? let [^.!?]{1,30} know|make sure [^.!?]{1,30} (?:see|hear|know)s?|(?:team|department"
    r"|desk|crew|we) (?:has|have)"
    r" your (?:message|case|complaint|details|feedback)|leave it with us|on the case|in hand\b|being (?:processed"
    r"|dealt with|handled"
    r"|reviewed|checked)|bear with us|(?:be|for your|your) patien(?:t|ce)|very seriously|monitor\w* (?:this|it|closely)"
    r"|in touch (?:soon|shortly)|use it to improve|working on it|dealing with (?:it|this)"
    r"|um (?:etwas |ein wenig )?geduld|sehr ernst|faisons le nécessaire|au sérieux|trabajando en ello|muy en serio"
    r"|paciencia"
    r"|zur kenntnis genommen|notiert|kümmern uns|prüfen (?:das|dies|es|ihr)|gehen (?:dem|der sache) nach|melden uns"
    r"|pris(?:e|es)? (?:bonne )?note|bien (?:reçu|noté)|reviendr\w+ vers|sommes sur le coup"
    r"|tomado (?:buena )?nota|lo estamos (?:revisando|mirando|investigando)|pondremos en contacto)\b",
    re.IGNORECASE,
)
_NEXT_STEP = re.compile(
    r"https?://|www\.|\b(?:dm|direct message|private message|message us|write (?:to )?us|e-?mail us|contact us|call us"
    r"|ring us|phone us|reply (?:to|here|with)|let us know|send us|tell us|give us|ask us|(?:call|ring|phone) \+?\d"
    r"|(?:answer|reply|write|come back|get back|carry on)\b[^.!?]{0,25}\bhere\b|in this conversation"
    r"|you can (?!expect|be sure|rest)|schreib\w* uns|ruf\w* uns|meld\w* dich|melden sie sich|schick\w* uns|du kannst"
    r"|sie können|écri\w+-nous|appelez-nous|envoyez-nous|contactez-nous|répondez|vous pouvez|escríb\w+|llám\w+"
    r"|envíanos|envíenos|contáct\w+|puedes|puede usted)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[^.!?\n]*\?")
_ASKS_NOTHING = re.compile(r"\b(?:anything else|any other|sonst noch|autre chose|algo más)\b", re.IGNORECASE)
_WHEN = re.compile(
    r"\b(?:by|before|until|within|in|no later than|bis|innerhalb|binnen|in den nächsten|avant|d'ici|sous|dans|antes de"
    r"|dentro de|hasta|en)\b[^.!?]{0,18}"
    r"(?:\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:today|tonight|tomorrow|heute|morgen|demain|hoy|mañana"
    r"|end of|hour|day|week|stunden?|tagen?|woche|heures?|jours?|semaine|horas?|días?)\b)"
    r"|\b(?:later today|tomorrow|heute noch|morgen|demain|mañana mismo|hoy mismo)\b",
    re.IGNORECASE,
)
_SOON_ENOUGH = frozenset({FactKind.DURATION, FactKind.TIME})
_SAYS_NOTHING = frozenset({ClaimKind.EMPATHY, ClaimKind.COURTESY, ClaimKind.DISCLOSURE})
_THANKED = re.compile(r"\b(?:thank\w*|thanks|thx|danke\w*|merci|gracias)\b", re.IGNORECASE)


def check(
    claims: Sequence[Claim], *, voice: Voice, mention_text: str, sentiment: Sentiment | None = None
) -> Iterator[Finding]:
    """A review finding where no sentence answers, asks, names a way to go on or says by when.

    The sentences judged are the claims', with `supported` filled in. Thanks for praise need none of it; whose mood
    isn't known may be answered with sympathy alone.
    """
    if not claims or any(_answers(claim) for claim in claims):
        return
    sentences = [each for claim in claims for each in split_sentences(plain(claim.text))]
    if any(each in _ways(voice) or _leads_on(each) for each in sentences):
        return
    if dead := next((each for each in sentences if _is_dead_end(each)), None):
        yield _finding("Passed on, but with no answer, next step or date.", dead)
    elif _wants_more(sentiment, mention_text) and all(_says_nothing(claim) for claim in claims):
        yield _finding("Kind words, but no answer, next step or date.", claims[0].text)


def _answers(claim: Claim) -> bool:
    """An answer stands on a source; that a message was passed on is none, whatever article says so."""
    answers = claim.kind in NEEDS_SOURCE or claim.kind is ClaimKind.OFFER
    return answers and claim.supported is not False and not _is_dead_end(plain(claim.text))


def _says_nothing(claim: Claim) -> bool:
    """Kind words, or a question whether there is anything else."""
    return claim.kind in _SAYS_NOTHING or _ASKS_NOTHING.search(claim.text) is not None


def _wants_more(sentiment: Sentiment | None, mention_text: str) -> bool:
    pleased = sentiment is Sentiment.POSITIVE or _THANKED.search(mention_text[:2000]) is not None
    return sentiment is not None and not pleased


@lru_cache(maxsize=4096)
def _is_dead_end(sentence: str) -> bool:
    handed_on = _HANDED_ON.search(sentence) is not None and _WHOM.search(sentence) is not None
    return handed_on or _NOTED.search(sentence) is not None


@lru_cache(maxsize=4096)
def _leads_on(sentence: str) -> bool:
    if _NEXT_STEP.search(sentence) or _WHEN.search(sentence):
        return True
    if any(not _ASKS_NOTHING.search(asked) for asked in _ASKS.findall(sentence)):
        return True
    return any(fact.kind in _SOON_ENOUGH for fact in facts_of(sentence))


@lru_cache(maxsize=64)
def _ways_of(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(each for text in texts for each in split_sentences(plain(text)))


def _ways(voice: Voice) -> frozenset[str]:
    """Sentences in which the brand itself says how things go on."""
    return _ways_of((*voice.next_step_public, *voice.next_step_private, *voice.holding, *voice.exposed))


def _finding(message: str, excerpt: str) -> Finding:
    return Finding(guardrail="tone", severity=Severity.REVIEW, message=message, excerpt=excerpt)
