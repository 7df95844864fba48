"""Says that a machine wrote: when that is due, in which words, and whether a text does say so."""

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.domain.brand import Pack
from assistant.domain.guardrail import Finding
from assistant.domain.mention import ThreadMessage
from assistant.domain.vocabulary import Severity, Visibility
from assistant.guardrails.fit import is_short
from assistant.guardrails.sentences import split_sentences

_MACHINE = re.compile(
    r"\b(?:ai|a\.i\.|automated|automatic|virtual|digital|robotic|machine|bot|chatbot)[\s-]+"
    r"(?:[\w-]{1,20}\s+){0,2}?(?:assistant|agent|helper|bot|reply|response|message|answer|system|generated|written)\b"
    r"|\b(?:chat)?bot\b|\brobot\b|\bautomatically (?:written|generated|sent)\b|\bwritten by (?:a machine|ai)\b"
    r"|\b(?:automatisch\w{0,3}|automatisiert\w{0,3}|virtuell\w{0,3}|digital\w{0,3}|ki|ki-gestützt\w{0,3})[\s-]+"
    r"(?:[\w-]{1,20}\s+){0,2}?(?:assistent\w{0,3}|antwort|nachricht|system|erstellt\w{0,3}|verfasst\w{0,3}"
    r"|geschrieben)\b"
    r"|\b(?:von einer maschine|von einer ki|maschinell) (?:erstellt|verfasst|geschrieben)\b"
    r"|\bassistante? (?:[\w-]{1,20} ){0,2}?(?:virtuel\w{0,2}|automatis\w{0,4}|automatique|numérique|ia)\b"
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
_FEW_WORDS = 4
"""A machine word this near the start of its sentence is the sentence's subject: "Automated reply: ..."."""


def is_due(thread: Sequence[ThreadMessage], *, automated: bool, visibility: Visibility = Visibility.PUBLIC) -> bool:
    """Whether the next automated message of this thread must say that a machine wrote it.

    Public: always, for strangers read along. Private: on the first automated contact, and again once a person of
    the brand spoke in between (EU AI Act art. 50(1); Meta's rule on hand-back to automation). Never
    for a person's own text.
    """
    if not automated:
        return False
    if visibility is Visibility.PUBLIC:
        return True
    for message in reversed(thread):
        if message.role == "brand":
            return True
        if message.role == "assistant" and is_present(message.text):
            return False
    return True


def text_for(pack: Pack, *, channel: str, language: str) -> str:
    """The brand's own wording: `short` on channels of 500 characters or less; the first language it answers in
    where this one has none."""
    wordings = pack.brand.disclosure
    for tag in (language, language.split("-", maxsplit=1)[0], *pack.brand.answers_in):
        if tag in wordings:
            wording = wordings[tag]
            return wording.short if is_short(channel) else wording.long
    wording = next(iter(wordings.values()))
    return wording.short if is_short(channel) else wording.long


def is_present(text: str) -> bool:
    """Whether the text says in plain words (English, German, French, Spanish) that a machine wrote it.

    Naming a bot somewhere else ("ask the virtual assistant in our app") or denying to be one doesn't count.
    """
    return any(says_machine(sentence) for sentence in split_sentences(text))


@lru_cache(maxsize=4096)
def says_machine(sentence: str) -> bool:
    """Whether one sentence discloses the machine."""
    for match in _MACHINE.finditer(sentence[:600]):
        if _DENIAL.search(sentence[:600]):
            return False
        before = sentence[: match.start()]
        near_start = len(before.split()) <= _FEW_WORDS and not _ELSEWHERE.search(before)
        if near_start or _ANCHOR.search(before) or before.rstrip().endswith(("(", "-", "–", "—")):
            return True
    return False


def check(
    text: str, *, thread: Sequence[ThreadMessage], automated: bool, visibility: Visibility
) -> tuple[Finding, ...]:
    """Blocks an automated text that owes the disclosure and doesn't hold it."""
    if not is_due(thread, automated=automated, visibility=visibility) or is_present(text):
        return ()
    return (
        Finding(
            guardrail="disclosure",
            severity=Severity.BLOCK,
            message="An automated reply must say in plain words that a machine wrote it.",
        ),
    )
