"""Turns of phrase that give orders to a machine instead of asking a brand: what an injected text is made of.

Near certain wordings, which raise the flag by themselves; what only looks like an order is weighed by the fitted
tripwire (`scoring/tripwire.py`). English first, with the common wordings of German, French, Spanish, Italian and
Portuguese.
"""
# ruff: noqa: E501 - a pattern is read, and mended, on one line

import re
import unicodedata
from functools import lru_cache

from assistant.domain.occurring import Occurring

_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff\U0001d173-\U0001d17a]"
)
_LONE_JOINER = re.compile(
    "(?<![\u2600-\u27bf\U0001f000-\U0001faff\ufe0f])\u200d|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

_RULES = (
    r"(?:instructions?|rule[sz]|prompts?|guide ?lines?|directions|commands|polic(?:y|ies)|training|programming"
    r"|restrictions?|restraints?|safeguards|guardrails|anweisungen|regeln|vorgaben|vorschriften|consignes|regles|règles"
    r"|instrucciones|instruções|instrucoes|istruzioni|regole|reglas|regras)"
)
TRIPS: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (name, tuple(words.split("|")), re.compile(pattern, re.IGNORECASE))
    for name, words, pattern in (
        (
            "override",
            "ignor|disregard|forget|overr|bypass|skip|drop|vergiss|oublie|laisse|olvida|esque|dimentica|lascia",
            r"\b(?:ignore|disregard|forget|override|overrule|bypass|skip|drop|ignoriere?|vergiss|ignore[zr]|oublie[zr]?"
            r"|ignora|ignorez|laisse[rz]? tomber|olvida|esqueça|esquece|dimentica|lascia perdere)\b.{0,40}?"
            r"\b(?:previous|prior|above|earlier|all|any|every|your|ur|bisherigen?|vorherigen?|alle|deine[nr]?|précédentes?"
            r"|precedentes?|toutes|tes|anteriores|todas|tus|tutte|tue)\b.{0,30}?\b" + _RULES + r"\b"
            r"|\b(?:ignore|disregard|forget)\b.{0,12}\b(?:everything|all|anything) (?:above|before this|you (?:were|was|have been|know))\b",
        ),
        (
            "role_change",
            "you are now|from now on|act as|behave as|pretend|switch to|mode|do anything now|du bist|tu es maintenant|ahora eres|agora és",
            r"\b(?:you are now (?:an? |the )?(?:\w+ )?(?:ai|bot|\w+bot|model|assistant|dan|free|unrestricted|evil|pirate"
            r"|my (?:slave|servant))|from now on,? you(?:'re| are| will| must| have to| (?:only )?(?:agree|obey|answer|speak|act))"
            r"|(?:act|behave) as (?:an? |the )?(?:\w+ )?(?:ai|bot|model|assistant|dan|developer|admin)"
            r"|pretend (?:that )?(?:you are|you're|you have|you had|you were|to be) (?:an? )?(?:\w+ )?(?:ai|bot|model|human|person|no|never|not|free|unrestricted)"
            r"|switch to .{0,20}mode|(?:developer|god|dan|admin|jailbreak) mode (?:on|enabled|activated)"
            r"|(?:enter|engage|activate|enable) (?:the )?(?:developer|god|dan|admin|jailbreak|debug) mode"
            r"|do anything now|du bist (?:ab )?jetzt (?:ein|mein)|tu es maintenant (?:un|mon)|ahora eres|agora és)\b",
        ),
        (
            "prompt_leak",
            "prompt|system message|instructions|rules| above| before this",
            r"\b(?:reveal|show|print|repeat|output|display|dump|tell me|give me|what (?:is|are|was|were)|what's|list|zeige?"
            r"|affiche[zr]?|montre|muestra|imprime|mostra)\b.{0,40}?"
            r"\b(?:system ?prompt|system message|prompt système|prompt del sistema|(?:your|ur) (?:\w+ )?prompt"
            r"|(?:your|the) (?:(?:initial|original|hidden|secret|internal|system|exact|full) )+(?:instructions|rules)"
            r"|your instructions|(?:text|everything|all|words|lines?) (?:above|before this))\b",
        ),
        (
            "fake_frame",
            "system|assistant|developer|im_start|im_end|endoftext|inst]|sys]|admin|supervisor|instruction|tool_call|prompt",
            r"(?:^|\n|[.!?\]})>\"]\s)\s{0,4}(?:system|assistant|developer)\s{0,2}:\s|<\|?(?:im_start|im_end|system|endoftext)\|?>"
            r"|\[/?(?:INST|SYS|SYSTEM|ADMIN)\]|\"?role\"?\s{0,3}[:=]\s{0,3}\"?(?:system|assistant|developer|supervisor|admin)\b"
            r"|#{2,6}\s{0,3}(?:new )?(?:system|instructions?)\b|</?(?:instructions?|tool_call|system|prompt)>",
        ),
        (
            "dictated_reply",
            "only with|exactly|with the word|with the token|with the phrase|with the following|just the word|nothing but|verbatim|nothing else|nothing more|nur mit|uniquement|únicamente|repeat ",
            r"\b(?:reply|respond|answer|say|write|post|tweet|print|output|antworte|schreib|réponds|responde|escribe)\b.{0,20}?"
            r"\b(?:only with|exactly|with the (?:words?|token|phrase|following)|just the word|nothing but|verbatim"
            r"|and nothing (?:else|more)|nur mit|uniquement|únicamente)\b|\brepeat (?:after me|this (?:sentence|phrase|post|word))\b",
        ),
        (
            "to_the_machine",
            "attention |note to|note for|message to|message for|instruction|dear |hey |language model|as a ai|as an ai|new rule:|prompt|assistant,|assistant:|bot,|bot:|ai,|ai:|machine,|machine:|model,|model:",
            r"\b(?:attention|note (?:to|for)|message (?:to|for)|instructions? (?:to|for)|dear|hey) (?:the |any )?"
            r"(?:ai|llm|language model|chatbot|assistant|bot|machine|automated system)\b(?! (?:at|on|in|who|was|is)\b)"
            r"|\b(?:as an? (?:ai|language model)|new (?:instructions?|rule):|(?:begin|end) (?:of )?(?:system )?(?:prompt|instructions))"
            r"|\b(?:assistant|bot|ai|machine|model)[,:] (?:please )?(?:reply|say|write|tell|when|if|present|approve|rate|reset|ignore)\b",
        ),
        (
            "binding",
            "binding|backs|taken back|agree with",
            r"\b(?:legally binding|binding (?:contract|offer|agreement|commitment|promise)|that's binding|no take(?:sies)?.?backs(?:ies)?)\b"
            r"(?=.{0,160}\b(?:say|agree|reply|answer|repeat|confirm|deal|offer|sell|dollars?|euros?|eur|usd|\$|€))"
            r"|\b(?:say|agree|reply|answer|repeat|confirm|respond|write|state|end|close|finish)\b.{0,160}"
            r"\b(?:legally binding|binding (?:contract|offer|agreement|commitment|promise)|that's binding|no take(?:sies)?.?backs(?:ies)?|can't be taken back)\b"
            r"|\bagree with (?:anything|everything)\b",
        ),
        (
            "performs",
            "poem|haiku|limerick|sonnet|song|rap|verse|gedicht|lied|poème|chanson|haïku|canción|cancion",
            r"(?:\b(?:write|compose|make up|draft|tell|sing|give) (?:me|us)|(?:^|[.!?:;,—–-]\s{0,2}|\bplease |\bnow )(?:write|compose|sing))"
            r" (?:an?|another|some|the|one|your) (?:[\w'-]+ ){0,2}(?:poems?|haikus?|limericks?|sonnets?|songs?|raps?|verses?)\b"
            r"(?=.{0,80}\b(?:you|your|yourself|(?:chat)?bots?|assistants?|compan(?:y|ies)|brand|airline|bank|shop|firm|boss|useless|worst|hate)\b)"
            r"|\bschreib(?:e|t)? (?:mir |uns )?(?:mal )?(?:ein|einen|eine) (?:\w+ ){0,2}(?:gedicht|lied|haiku)\b"
            r"|\b(?:écris|ecris|écrivez)(?:-| )(?:moi |nous )?(?:un|une) (?:\w+ ){0,2}(?:poème|poeme|chanson|haïku)\b"
            r"|\bescr[íi]beme (?:un|una) (?:\w+ ){0,2}(?:poema|canción|cancion|haiku)\b",
        ),
        (
            "opposites",
            "opposite day|means ye|means no|the opposite",
            r"\bopposite day\b|\b(?:no|nope) means ye[sp]\b|\bye[sp] means no(?:pe)?\b"
            r"|\b(?:say|answer|tell me|reply with) the opposite\b",
        ),
        ("encoded", "decode|base64|rot13|rot 13|hex|morse", r"\b(?:decode|base64|rot ?13|hex|morse)\b.{0,60}\b(?:and|then) (?:follow|execute|do|run|obey|act)\b"),
    )
)  # fmt: skip
"""Each with words of which one stands in whatever it matches: looking for these first is ten times cheaper."""
_SIGNS = Occurring(word for _, words, _ in TRIPS for word in words)


def visible(text: str) -> str:
    """The text without what hides words from a reader: zero-width, direction, tag and control characters."""
    if text.isascii():
        return _CONTROL.sub("", text)
    return unicodedata.normalize("NFC", _CONTROL.sub("", _LONE_JOINER.sub("", _HIDDEN.sub("", text))))


def hides_text(text: str) -> bool:
    """Whether the text carries characters of the tag block or direction overrides, which no customer types."""
    if text.isascii():
        return False
    return re.search(
        "[\U000e0000-\U000e007f\u202d\u202e\u2066-\u2069]", text.replace("\U0001f3f4", "")
    ) is not None and ("\U0001f3f4" not in text or re.search("[\u202d\u202e\u2066-\u2069]", text) is not None)


@lru_cache(maxsize=1024)
def trips(text: str) -> tuple[str, ...]:
    """Names of the known attacks a text looks like; empty for most. Reads 20,000 characters at most."""
    seen = unicodedata.normalize("NFKC", visible(text[:20_000]))
    low = lowered(seen)
    signs = _SIGNS.found_in(low)
    found = [name for name, words, pattern in TRIPS if not signs.isdisjoint(words) and pattern.search(seen)]
    return ("hidden_text", *found) if hides_text(text) else tuple(found)


def lowered(text: str) -> str:
    """As a pattern that minds no case sees the text: the Turkish i's count as i."""
    return text.replace("İ", "i").replace("ı", "i").lower()
