"""Instructions aimed at the assistant: takes hidden characters out, and trips on known turns of phrase.

A second opinion beside the fitted head. The real defence is structure: fenced text, no tools, checked output.
"""

import re
import unicodedata

from assistant.domain.guardrail import Finding
from assistant.domain.vocabulary import Severity

_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff\U0001d173-\U0001d17a]"
)
_LONE_JOINER = re.compile(
    "(?<![\u2600-\u27bf\U0001f000-\U0001faff\ufe0f])\u200d|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

_TRIPS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        (
            "override",
            r"\b(?:ignore|disregard|forget|override|bypass|skip|drop|ignoriere?|vergiss|ignore[zr]|oublie[zr]?|ignora"
            r"|olvida|esqueça|dimentica)\b.{0,40}?"
            r"\b(?:previous|prior|above|earlier|all|any|your|the|bisherigen?|vorherigen?|alle|précédentes?|toutes"
            r"|anteriores|todas|tus|tutte)\b.{0,30}?"
            r"\b(?:instructions?|rules?|prompts?|guidelines?|directions?|commands?|polic(?:y|ies)|training"
            r"|anweisungen|regeln|consignes|instrucciones|instruções|istruzioni|reglas)\b",
        ),
        (
            "role_change",
            r"\b(?:you are now|from now on,? you(?:'re| are| will)?|act as|pretend (?:to be|you are|that you)"
            r"|roleplay as|play the role of|switch to .{0,20}mode|(?:developer|debug|god|dan|admin|jailbreak) mode"
            r"|do anything now|du bist (?:ab )?jetzt"
            r"|tu es maintenant|ahora eres|a partir de ahora)\b",
        ),
        (
            "prompt_leak",
            r"\b(?:reveal|show|print|repeat|output|display|tell me|give me|what (?:is|are|was|were)|list|zeige?"
            r"|affiche[zr]?|muestra|imprime)\b.{0,40}?"
            r"\b(?:system ?prompt|system message|prompt système|prompt del sistema|(?:your|the) (?:\w+ )?prompt"
            r"|(?:your|the) (?:(?:initial|original|hidden|secret|internal|system|exact|full) )+(?:instructions|rules)"
            r"|your instructions)\b",
        ),
        (
            "fake_frame",
            r"(?:^|\n)\s{0,4}(?:system|assistant|developer)\s{0,2}:|<\|?(?:im_start|im_end|system|endoftext)\|?>"
            r"|\[/?(?:INST|SYS|SYSTEM)\]|\"role\"\s{0,3}:\s{0,3}\"(?:system|assistant)\""
            r"|#{2,6}\s{0,3}(?:system|instruction|new instructions?)\b",
        ),
        (
            "dictated_reply",
            r"\b(?:reply|respond|answer|say|write|post|tweet|antworte|réponds|responde)\b.{0,20}?\b(?:only|exactly"
            r"|with the (?:words?|token|phrase|following)|just the word|nothing but|verbatim)\b",
        ),
        (
            "to_the_machine",
            r"\b(?:attention|note to|message (?:to|for)|instructions? (?:to|for)|dear) (?:the |any )?"
            r"(?:ai|llm|language model|chatbot|assistant|bot|automated system)\b"
            r"|\b(?:as an? (?:ai|language model)|new instructions?:"
            r"|(?:begin|end) (?:of )?(?:system )?(?:prompt|instructions))",
        ),
        (
            "binding",
            r"\b(?:legally binding|no takesies backsies|agree with (?:anything|everything)"
            r"|confirm (?:that )?(?:you|we) (?:owe|will refund))\b",
        ),
        ("encoded", r"\b(?:decode|base64|rot13|hex) .{0,30}\b(?:and|then) (?:follow|execute|do|run|obey)\b"),
    )
)  # fmt: skip
_OBEYED = re.compile(
    r"\b(?:as an ai (?:language )?model|my (?:system )?(?:prompt|instructions) (?:is|are|say)|i was instructed"
    r"|i've been instructed|ignoring (?:my|all|previous)|system prompt|i am now|jailbreak\w*|developer mode)\b",
    re.IGNORECASE,
)


def neutralise(text: str) -> str:
    """The text without what hides words from a reader: zero-width, direction, tag and control characters."""
    visible = _CONTROL.sub("", _LONE_JOINER.sub("", _HIDDEN.sub("", text)))
    return unicodedata.normalize("NFC", visible)


def hides_text(text: str) -> bool:
    """Whether the text carries characters of the tag block or direction overrides, which no customer types."""
    return re.search(
        "[\U000e0000-\U000e007f\u202d\u202e\u2066-\u2069]", text.replace("\U0001f3f4", "")
    ) is not None and ("\U0001f3f4" not in text or re.search("[\u202d\u202e\u2066-\u2069]", text) is not None)


def trips(text: str) -> tuple[str, ...]:
    """Names of the known attacks a text looks like; empty for most."""
    seen = unicodedata.normalize("NFKC", neutralise(text))[:20_000]
    found = [name for name, pattern in _TRIPS if pattern.search(seen)]
    return ("hidden_text", *found) if hides_text(text) else tuple(found)


def check(reply: str, *, mention_text: str) -> tuple[Finding, ...]:
    """Blocks a reply that speaks of its own instructions, sends a reply to a suspicious message to review."""
    findings: list[Finding] = []
    if obeyed := _OBEYED.search(reply):
        findings.append(
            Finding(
                guardrail="injection",
                severity=Severity.BLOCK,
                message="The reply speaks of its own instructions.",
                excerpt=obeyed.group(),
            )
        )
    if tripped := trips(mention_text):
        findings.append(
            Finding(
                guardrail="injection",
                severity=Severity.REVIEW,
                message=f"The message looks like an instruction to the assistant ({', '.join(tripped)}).",
            )
        )
    return tuple(findings)
