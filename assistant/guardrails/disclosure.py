"""Says that a machine wrote: when that is due, in which words, and whether a text does say so."""

import re
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from assistant.domain.brand import Disclosure, Pack
from assistant.domain.draft import Draft
from assistant.domain.guardrail import Finding
from assistant.domain.mention import Mention
from assistant.domain.vocabulary import ClaimKind, Severity, Visibility
from assistant.guardrails.fit import is_short
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import plain

_MACHINE = re.compile(
    r"\b(?:ai|a\.i\.|automated|automatic|virtual|digital|robotic|machine|bot|chatbot)[\s-]+"
    r"(?:[\w-]{1,20}\s+){0,2}?(?:assistant|agent|helper|bot|reply|response|message|answer|system|generated|written)\b"
    r"|\b(?:chat)?bot\b|\brobot\b|\bautomatically (?:written|generated|sent)\b|\b(?:written|generated|created"
    r"|drafted) by (?:a machine|an? ai|ai)\b"
    r"|\b(?:automatisch\w{0,3}|automatisiert\w{0,3}|virtuell\w{0,3}|digital\w{0,3}|ki|ki-gestützt\w{0,3})[\s-]+"
    r"(?:[\w-]{1,20}\s+){0,2}?(?:assistent\w{0,3}|antwort|nachricht|system|erstellt\w{0,3}|verfasst\w{0,3}"
    r"|geschrieben)\b"
    r"|\b(?:von einer maschine|von einer ki|maschinell) (?:erstellt|verfasst|geschrieben)\b"
    r"|\bassistante? (?:[\w-]{1,20} ){0,2}?(?:virtuel\w{0,2}|automatis\w{0,4}|automatique|numérique|ia)\b"
    r"|\b(?:générée?|rédigée?|écrite?) par (?:une |l')?ia\b|\b(?:generad[oa]|escrit[oa]) por (?:una )?ia\b"
    r"|\b(?:réponse|message) (?:[\w-]{1,20} ){0,2}?(?:automatique|automatisée?|généré\w{0,2} automatiquement)\b"
    r"|\basistente (?:[\w-]{1,20} ){0,2}?(?:virtual|automatizad[oa]|automátic[oa]|digital|de ia)\b"
    r"|\b(?:respuesta|mensaje) (?:[\w-]{1,20} ){0,2}?(?:automátic[oa]|automatizad[oa]|generad[oa] automáticamente)\b",
    re.IGNORECASE,
)
_ANCHOR = re.compile(
    r"\b(?:i am|i'm|i’m|this is|this (?:reply|message|answer|response) (?:is|was|comes)"
    r"|you(?:'re|’re| are) (?:chatting|talking|speaking)|reply from|ich bin|das ist|dies ist|diese (?:antwort"
    r"|nachricht)|je suis|ceci est|c'est|cette réponse|ce message|soy|esto es|este mensaje|esta respuesta|es una?)\b"
    r"|^\W{0,4}(?:written|sent|answered|generated|verfasst|erstellt|écrit|escrito)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:ask|use|try|get|gets|contact|see|choose|open|can|will|via|in|with|fragen|nutzen|über|utilisez|demandez|use"
    r"|pregunte)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:not|never|no|isn't|isn’t|aren't|wasn't|kein\w{0,2}|nicht|nie|pas|jamais|nunca"
    r"|ningún)\s+(?:[\w-]{1,20}\s+){0,3}?"
    r"(?:an?\s+)?(?:ai|bot|chatbot|robot|automat\w{1,10}|machine|virtual|ki|maschine\w{0,2}|ia)\b",
    re.IGNORECASE,
)
_CLAIMS_PERSON = re.compile(
    r"\b(?:i am|i'm|this is|you(?:'re| are) (?:talking|chatting|speaking) (?:to|with)|we are|we're)(?: \w+){0,2}? "
    r"(?:(?:not|no|never) (?:an? )?(?:\w+ )?(?:bot|chatbot|robot|machine|ai|automat\w+)"
    r"|an? (?:real|actual|living|genuine|human) (?:\w+ )?(?:person|human|being|agent)"
    r"|an? (?:human|person)(?: being)?\b(?!'s))"
    r"|\b(?:i am|i'm|this is|you(?:'re| are) (?:talking|chatting|speaking) (?:to|with)|we are"
    r"|we're)\b[^.!?]{0,40}?[,:] (?:not an? "
    r"(?:bot|robot|machine|ai)\b|an? (?:real |actual |living |genuine )?(?:person|human)(?: being)?\b(?! (?:will"
    r"|can|reads|has)\b))"
    r"|\b(?:just|only|all|real|actual) (?:us )?(?:humans|people|persons)\b(?= here\W|\W*$| (?:who )?(?:answer|reply"
    r"|write))"
    r"|^\W*(?:nope?,? )?(?:an? )?(?:real |actual |living )?(?:human|person) here\b|\breal (?:person|human) here\b"
    r"|\bthere(?:'s| is) an? (?:real |actual )?(?:person|human)(?: being)? (?:behind|at the other end|typing"
    r"|writing|answering)"
    r"|\b(?:a|an actual|a real|one of our) (?:human|person|people)s? (?:wrote|typed|is typing|is writing|writes"
    r"|answers) (?:this|you|these|here)"
    r"|\b(?:written|typed|answered|sent) by an? (?:real |actual )?(?:human|person)\b"
    r"|\bthis (?:is|was)(?:n't| not) (?:an? )?(?:automat\w+|bot|machine|ai|generated)\b"
    r"|\b(?:we|i) (?:don't|do not|never) use (?:any )?(?:bots?|ai|machines?|automation)\b|\bno (?:bots?|robots?"
    r"|machines?|ai) (?:here|involved)\b"
    r"|\breally me, an? (?:\w+ )?(?:person|human)\b"
    r"|\b(?:ich bin|wir sind|hier ist|hier (?:schreibt|antwortet)) (?:ein(?:e)? (?:echter |echte )?(?:mensch"
    r"|person)|menschen|kein(?:e)? "
    r"(?:bot|roboter|maschine|ki))\b"
    r"|\bje (?:suis (?:une personne|un humain|humaine?)|ne suis pas un (?:robot|bot))"
    r"|\bune (?:vraie )?personne qui (?:vous|te) (?:répond|écrit)"
    r"|\b(?:no soy un (?:robot|bot)|soy (?:una persona|humano|humana)|te (?:responde|escribe) una persona)\b",
    re.IGNORECASE,
)
_OTHERS_MACHINE = re.compile(
    r"\bwe'?(?:'ll| will| can)? (?:send|e-?mail)|\byou'?(?:'ll| will)? (?:get|receive)\b"
    r"|\b(?:assistant|agent|bot|system|chatbot|robot|machine)(?:'s)? (?:in|at|on|of|from|by) (?:the|our|your|gate"
    r"|terminal|desk)\b"
    r"|\b(?:bot|assistant)'s\b(?! (?:reply|answer|message))|\bif (?:this|it) is\b",
    re.IGNORECASE,
)
"""Speaks of a machine that is somewhere else, or that writes some other time."""
_FEW_WORDS = 4
"""A machine word this near the start of its sentence is the sentence's subject: "Automated reply: ..."."""


class Trigger(StrEnum):
    """Why a disclosure is due now."""

    PUBLIC = "public"
    FIRST_CONTACT = "first_contact"
    LAPSE = "lapse"
    HAND_BACK = "hand_back"


class Due(NamedTuple):
    """A disclosure that is owed: why now, and by which rules."""

    trigger: Trigger
    rules: tuple[str, ...]

    def note(self) -> Finding:
        """What the turn keeps of it."""
        said = f"A machine wrote this and says so ({self.trigger.value}): {', '.join(self.rules)}."
        return Finding(guardrail="disclosure", severity=Severity.NOTE, message=said)


EVERYWHERE = ("eu-ai-act-50", "ca-bot-act")
"""EU AI Act art. 50(1), since 2026-08-02; California Business and Professions Code 17940-17943."""
BY_CHANNEL = {
    "x": ("x-automation",),
    **dict.fromkeys(("facebook", "instagram", "threads", "whatsapp"), ("meta-automation",)),
}
"""X's automation rules; Meta's platform policy: at the start, after a lapse, on the way from person to robot."""
LAPSE = timedelta(hours=24)
"""Where a brand sets none; Meta's policy speaks of a significant lapse and names no figure."""


def due(mention: Mention, *, automated: bool, lapse: timedelta = LAPSE) -> Due | None:
    """The disclosure that the next automated message of this thread owes; None for a person's own text.

    Public: always, for strangers read along. Private: on the first automated contact, once a person of the brand spoke
    in between, and where nobody wrote for `lapse` or longer. Unknown times count as no lapse.
    """
    trigger = _trigger(mention, lapse) if automated else None
    return Due(trigger, (*EVERYWHERE, *BY_CHANNEL.get(mention.channel, ()))) if trigger else None


def _trigger(mention: Mention, lapse: timedelta) -> Trigger | None:
    if mention.visibility is Visibility.PUBLIC:
        return Trigger.PUBLIC
    for message in reversed(mention.thread):
        if message.role == "brand":
            return Trigger.HAND_BACK
        if message.role == "assistant" and is_present(message.text):
            return Trigger.LAPSE if _lapsed(mention, lapse) else None
    return Trigger.FIRST_CONTACT


def _lapsed(mention: Mention, lapse: timedelta) -> bool:
    before = max((message.created_at for message in mention.thread if message.created_at), default=None)
    return before is not None and mention.created_at is not None and mention.created_at - before >= lapse


def text_for(pack: Pack, *, channel: str, language: str, assisted: bool = False) -> str:
    """The brand's own wording: `short` on channels of 500 characters or less; the first language it answers in
    where this one has none. `assisted`: a person changed the machine's text."""
    wording = _wording(pack, language)
    if is_short(pack.network_of(channel)):
        return (assisted and wording.assisted_short) or wording.short
    return (assisted and wording.assisted_long) or wording.long


def answer_for(pack: Pack, *, language: str) -> str:
    """What somebody reads who asks whether a machine is answering."""
    wording = _wording(pack, language)
    return wording.answer or wording.long


def _wording(pack: Pack, language: str) -> Disclosure:
    wordings = pack.brand.disclosure
    for tag in (language, language.split("-", maxsplit=1)[0], *pack.brand.answers_in):
        if tag in wordings:
            return wordings[tag]
    return next(iter(wordings.values()))


def without(text: str, draft: Draft, *, pack: Pack) -> str:
    """The text without the draft's own disclosure and any wording the brand has for one."""
    own = {claim.text for claim in draft.claims if claim.kind is ClaimKind.DISCLOSURE}
    known = {words for each in pack.brand.disclosure.values() for words in each.wordings}
    for wording in sorted(filter(None, own | known), key=len, reverse=True):  # one may begin another
        around = rf"(\n?)[^\S\n]*{re.escape(wording)}[^\S\n]*"
        text = re.sub(around, lambda cut: cut[1] or " ", text)
    return re.sub(r"[^\S\n]{2,}", " ", re.sub(r"[^\S\n]+\n", "\n", text)).strip()


def apart(text: str, *, pack: Pack) -> list[str]:
    """The text cut around the brand's own disclosures: behind a link without a full stop one would be part of it."""
    wordings = {words for each in pack.brand.disclosure.values() for words in each.wordings if words}
    if not wordings:
        return [text]
    own = "|".join(re.escape(words) for words in sorted(wordings, key=len, reverse=True))
    return [part for part in re.split(rf"((?:{own})[.!]?)", text) if part.strip()]


@lru_cache(maxsize=2048)
def is_present(text: str) -> bool:
    """Whether the text says in plain words (English, German, French, Spanish) that a machine wrote it.

    Naming a bot somewhere else ("ask the virtual assistant in our app") or denying to be one doesn't count.
    """
    return any(says_machine(sentence) for sentence in split_sentences(text))


@lru_cache(maxsize=4096)
def says_machine(sentence: str) -> bool:
    """Whether one sentence discloses the machine."""
    if "?" in sentence[-3:] or _DENIAL.search(sentence[:600]) or _OTHERS_MACHINE.search(sentence[:600]):
        return False
    for match in _MACHINE.finditer(sentence[:600]):
        before = sentence[: match.start()]
        near_start = len(before.split()) <= _FEW_WORDS and not _ELSEWHERE.search(before)
        if near_start or _ANCHOR.search(before) or before.rstrip().endswith(("(", "-", "–", "—")):
            return True
    return False


@lru_cache(maxsize=2048)
def denies(text: str) -> bool:
    """Whether the text says that its author is a person, or no machine."""
    return _CLAIMS_PERSON.search(plain(text)) is not None


def check(text: str, *, mention: Mention, automated: bool, lapse: timedelta = LAPSE) -> Iterator[Finding]:
    """Blocks an automated text that owes the disclosure and doesn't hold it, or that denies the machine."""
    if automated and denies(text):
        yield _blocked("An automated reply must never say that a person wrote it.")
    if due(mention, automated=automated, lapse=lapse) and not is_present(text):
        yield _blocked("An automated reply must say in plain words that a machine wrote it.")


def _blocked(message: str) -> Finding:
    return Finding(guardrail="disclosure", severity=Severity.BLOCK, message=message)
