"""Turns of phrase that give orders to a machine instead of asking a brand: what an injected text is made of.

Two sets over one message. `trips` are near certain and raise the flag by themselves; `hints` stand in honest messages
too and only count together, with weights that are fitted. Both look at words, never at meaning: English first, with
the common wordings of German, French, Spanish, Italian and Portuguese.
"""
# ruff: noqa: E501 - a pattern is read, and mended, on one line

import re
import unicodedata
from functools import lru_cache

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
_TRIPS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        (
            "override",
            r"\b(?:ignore|disregard|forget|override|overrule|bypass|skip|drop|ignoriere?|vergiss|ignore[zr]|oublie[zr]?"
            r"|ignora|ignorez|olvida|esqueça|esquece|dimentica)\b.{0,40}?"
            r"\b(?:previous|prior|above|earlier|all|any|every|your|ur|bisherigen?|vorherigen?|alle|précédentes?"
            r"|precedentes?|toutes|tes|anteriores|todas|tus|tutte)\b.{0,30}?\b" + _RULES + r"\b"
            r"|\b(?:ignore|disregard|forget)\b.{0,12}\b(?:everything|all|anything) (?:above|before this|you (?:were|was|have been|know))\b",
        ),
        (
            "role_change",
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
            r"\b(?:reveal|show|print|repeat|output|display|dump|tell me|give me|what (?:is|are|was|were)|what's|list|zeige?"
            r"|affiche[zr]?|montre|muestra|imprime|mostra)\b.{0,40}?"
            r"\b(?:system ?prompt|system message|prompt système|prompt del sistema|(?:your|ur) (?:\w+ )?prompt"
            r"|(?:your|the) (?:(?:initial|original|hidden|secret|internal|system|exact|full) )+(?:instructions|rules)"
            r"|your instructions|(?:text|everything|all|words|lines?) (?:above|before this))\b",
        ),
        (
            "fake_frame",
            r"(?:^|\n|[.!?\]})>\"]\s)\s{0,4}(?:system|assistant|developer)\s{0,2}:\s|<\|?(?:im_start|im_end|system|endoftext)\|?>"
            r"|\[/?(?:INST|SYS|SYSTEM|ADMIN)\]|\"?role\"?\s{0,3}[:=]\s{0,3}\"?(?:system|assistant|developer|supervisor|admin)\b"
            r"|#{2,6}\s{0,3}(?:new )?(?:system|instructions?)\b|</?(?:instructions?|tool_call|system|prompt)>",
        ),
        (
            "dictated_reply",
            r"\b(?:reply|respond|answer|say|write|post|tweet|print|output|antworte|schreib|réponds|responde|escribe)\b.{0,20}?"
            r"\b(?:only with|exactly|with the (?:words?|token|phrase|following)|just the word|nothing but|verbatim"
            r"|and nothing (?:else|more)|nur mit|uniquement|únicamente)\b|\brepeat (?:after me|this (?:sentence|phrase|post|word))\b",
        ),
        (
            "to_the_machine",
            r"\b(?:attention|note (?:to|for)|message (?:to|for)|instructions? (?:to|for)|dear|hey) (?:the |any )?"
            r"(?:ai|llm|language model|chatbot|assistant|bot|machine|automated system)\b(?! (?:at|on|in|who|was|is)\b)"
            r"|\b(?:as an? (?:ai|language model)|new (?:instructions?|rule):|(?:begin|end) (?:of )?(?:system )?(?:prompt|instructions))"
            r"|\b(?:assistant|bot|ai|machine|model)[,:] (?:please )?(?:reply|say|write|tell|when|if|present|approve|rate|reset|ignore)\b",
        ),
        (
            "binding",
            r"\b(?:legally binding|binding (?:contract|offer|agreement|commitment|promise)|that's binding|no take(?:sies)?.?backs(?:ies)?)\b"
            r"(?=.{0,160}\b(?:say|agree|reply|answer|repeat|confirm|deal|offer|sell|dollars?|euros?|eur|usd|\$|€))"
            r"|\b(?:say|agree|reply|answer|repeat|confirm|respond|write|state|end|close|finish)\b.{0,160}"
            r"\b(?:legally binding|binding (?:contract|offer|agreement|commitment|promise)|that's binding|no take(?:sies)?.?backs(?:ies)?|can't be taken back)\b"
            r"|\bagree with (?:anything|everything)\b",
        ),
        ("encoded", r"\b(?:decode|base64|rot ?13|hex|morse)\b.{0,60}\b(?:and|then) (?:follow|execute|do|run|obey|act)\b"),
    )
)  # fmt: skip

_ANSWER = r"(?:your|the|this|ur) (?:\w+ )?(?:answers?|repl(?:y|ies)|responses?|summary|summaries|output)"
_KEPT = r"(?:secret|password|passcode|passphrase|pass ?word|access code|code ?word|key ?phrase|master key|api key|token|pin|passwort|kennwort|mot de passe|contrasena|clave|parola d.ordine|senha|confidential \w+)"
_HINTS: tuple[tuple[str, str], ...] = (
    ("rules", rf"\b(?:your|ur|the|all|these|those|any|previous|prior|earlier|its|deine|tes|tus) (?:\w+ )?{_RULES}\b"),
    ("lets_go", r"\b(?:ignor\w*|disregard\w*|forget\w*|bypass|overrid\w*|overrul\w*|set aside|drop|stop following|vergiss|oublie\w*|olvida\w*|dimentica|esquec\w+|esquece|vergeet)\b"),
    ("shapes_answer", rf"\b(?:in|of|into|to|end|begin|start|finish|turn|render|make|put|encrypt|encode|write|shape|modify|change|alter|enhance|enrich|complete|close|format|present|give|scramble)\b.{{0,30}}\b{_ANSWER}\b(?! (?:you|was|is|had|did|has|to my|from|about|on|yesterday|said)\b)"),
    ("answer_must", rf"\b{_ANSWER} (?:must|should|has to|have to|needs? to|shall|will|is to|ends?|begins?|starts?|contains?|only|in|as)\b"),
    ("how_to_speak", r"\b(?:in (?:capitals|caps|emoji|morse|code|rhyme|verse|base64|hex|binary|leet|reverse)|as a (?:poem|haiku|limerick|song|rap|acrostic|table|pirate|json)|backwards|cipher|caesar|substitut\w+|emojis?|homophon\w+|letter by letter|word for word|letters?|symbols?)\b"),
    ("secret", rf"\b(?<!my )(?:your|the|our|its|this|dein\w*|das|le|la|el|ton|votre|tu|o|a) (?:\w+ ){{0,2}}{_KEPT}\b"),
    ("asks_secret", rf"\b(?:tell|give|share|reveal|read|spell|show|hint|confirm|print|disclose|know|hand over|what is|what.?s|what are|verrat\w*|sag|donne\w*|dis|dime|dame|dimmi|mostra|provide|send)\b.{{0,60}}\b{_KEPT}\b"),
    ("others_data", r"\b(?:(?:user|customer|client|person|caller|patient|passenger|account holder|mr|mrs|ms|miss|[a-z]+).?s (?:\w+ )?(?:birth ?(?:date|day|year)|date of birth|address|phone|mobile|email|balance|card|bank|age|name)|(?:previous|last|other|another|next|every|all) (?:customer|user|client|caller|account|person|lady|man|guest)s?\b|where does .{0,25}\blives?)\b"),
    ("verse", r"\b(?:write|compose|make up|sing|tell me|create|draft|schreib\w*|ecris|escribe)\b.{0,30}\b(?:poem|haiku|song|limerick|rap|verse|story|play|joke|essay|spottgedicht|poeme|poema)\b"),
    ("runs_down", r"\b(?:useless|rubbish|crooks?|scammers?|terrible|worst|horrible|awful|mean|villain|rival|competitors?|swear|curse|insult|rude|hate|shame)\b"),
    ("speak_ill", r"\b(?:swear|curse|insult|use (?:the )?(?:\w+ )?(?:swear|curse|rude)\w*|call (?:your|the)\b.{0,30}(?:company|brand|shop|airline|boss)|(?:company|brand|shop|airline|bank|firm|helpline|service|chat|bot|chatbot|you|your|yourself)\b.{0,40}\b(?:useless|rubbish|crooks|scammers|villain))\b"),
    ("commits", r"\b(?:say|state|write|confirm|promise|declare|announce|admit|accept|agree|tweet|guarantee)\w*\b.{0,40}\b(?:free|refund|owe|owes|void|deal|sold|contract|compensation|for (?:one|1|\$?1|a) (?:cent|dollar|euro)|every(?:one|body)|all customers|approved|lifetime)\b"),
    ("tiny_price", r"(?<![\d.,])[$€£] ?(?:0|1|2|5)(?:\.00)?(?![\d.,])|\b(?:one|1|two|2|five|5) (?:dollars?|euros?|cents?|pounds?|bucks?|eur|usd)\b|\b(?:eur|usd|gbp) ?[125](?![\d.,])"),
    ("obey", r"\b(?:obey|comply|do (?:what|as) i say|take orders|your (?:only )?(?:job|task|goal|objective|purpose) is|you must|you will|you have to|you shall|i (?:order|command|authori[sz]e) you|agree (?:with|to) (?:me|anything|everything|whatever)|whatever i|anything i say|understood\?|no matter what)\b"),
    ("machine", r"\b(?:bot|chatbot|ai|llm|gpt|language model|machine|assistant|prompts?|jailbreak|dan|system message|developer mode|debug mode|god mode|maintenance mode|security override|unfiltered|unrestricted|no (?:limits|filters?|restrictions|morals|rules))\b"),
    ("authority", r"\b(?:i.?m|i am|this is|as|acting as) (?:the |an? |your |from )?(?:\w+ )?(?:admin\w*|developer|programmer|owner|ceo|president|creator|god|engineer|supervisor|headquarters|head of|security (?:team|researcher)|it department|head office)\b"),
    ("imagine", r"\b(?:imagine|hypothetical\w*|suppose|pretend|roleplay|role.play|fiction\w*|in a world|parallel universe|scenario|let.?s (?:play|say|assume)|angenommen|imagin\w+|stell dir vor|you.?re (?:a|an|the)|stay in character|research (?:project|purposes))\b"),
    ("assembles", r"\b(?:part|step|piece|fragment) ?(?:1|one|a)\b.{0,80}\b(?:part|step|piece|fragment) ?(?:2|two|b)\b|\b[a-z]\w? ?= ?[\"'“«].{0,80}\b[a-z]\w? ?= ?[\"'“«]|\b(?:combine|concatenate|join|put together|output [a-z] ?\+)\b|\b[a-z] ?\+ ?[a-z]\b"),
    ("few_shot", r"\b(?:q|p|f|user|human|example 1)\s?[:.].{3,160}\b(?:a|r|bot|assistant|example 2)\s?[:.].{1,160}"),
    ("encodes", r"\b(?:base ?64|rot ?13|rot thirteen|hex(?:adecimal)?|binary|morse|decod\w+|encod\w+|cipher|encrypt\w*|pig latin|backwards|revers\w+)\b"),
    ("blob", r"[a-z0-9+/]{24,}={0,2}|\b(?:[01]{7,8}\s){2,}|(?:[.\-]{1,5}\s){6,}|(?:\\x[0-9a-f]{2}){3,}|\b(\w{2,})(?: \1\b){4,}"),
    ("markup", r"<!-{2}|-{2}>|</?\w+>|\{\{|\}\}|\[/?\w+\]|```|#{3,}|={4,}|\*{4,}|%{3,}|-{4,}|~{3,}|\"\w+\" ?: ?[\"\{\[]|\b\w+\([^)]{0,60}=[^)]{0,60}\)|\b\w+ ?= ?(?:true|approved|none|\d+%)"),
    ("approves", r"\b(?:mark|set|flag|label|approve|auto.?send|auto.?approve|without (?:anyone|review|human|checking)|skip the (?:check|review|human|log)|status|close)\b.{0,40}\b(?:as )?(?:resolved|solved|approved|verified|refundable|satisfied|send|publish|looking|review|straight away)\b"),
    ("undisclosed", r"\b(?:remove|drop|leave out|hide|omit|don.?t (?:add|mention|say|admit|use)|never (?:mention|say|admit)|without)\b.{0,40}\b(?:disclosure|disclaimer|automated|ai|bot|signature|software|machine)\b"),
    ("spends_link", r"\b(?:include|add|insert|integrate|append|suggest|promote|recommend|advise|direct|sends?|tell|point|mention|persuade|convince)\b.{0,60}\b(?:users?|readers?|everyone|everybody|them|people|customers?|(?:www|link|visit|website|app|brand|product|site|\w+\.(?:com|example|net|org))\b)"),
    ("off_topic", r"(?:[.!] )(?:who (?:wrote|painted|invented|discovered|was|is)|explain|list|name (?:the|three|two)|translate|solve|write an?|draft|compose|analy[sz]e|summari[sz]e|classify|determine|sort|give me an? (?:outlook|list|overview)|provide|what (?:are|were) the (?:main|major|top|key|three)|how (?:do|does|did) \w+ \w+ work|what caused|describe|identify|compare|evaluate|outline|discuss)\b"),
    ("asks_setup", r"\b(?:text above|(?:everything|all|lines?|words?) above|before this (?:line|chat|message)|briefing|briefed|config\w*|set.?up text|your setup|system (?:message|prompt)|(?:what|were|was|been) (?:\w+ )?told (?:to|before|you)|you were (?:told|given|asked)|(?:your|the) (?:initial|original|internal|hidden|exact|full) (?:\w+ )?(?:text|rules|instructions|message|prompt|prices?|notes?|documents?|guide ?lines)|behind the scenes|keep (?:quiet|secret|from))\b"),
    ("reads_out", r"\b(?:print|paste|copy|dump|output|repeat|echo|recite|translate|encode|summari[sz]e|list|display|reveal|put)\b.{0,40}\b(?:above|instructions?|prompts?|rules|guide ?lines|setup|briefing|message|config\w*|you were|text)\b"),
)  # fmt: skip
HINTS: tuple[str, ...] = (*(name for name, _ in _HINTS), "several", "many")
"""What `hints` tells of, in the order of its answers; the last two say how many of the others there are."""
_COMPILED = tuple(re.compile(pattern) for _, pattern in _HINTS)
_SEVERAL, _MANY = 2, 3
_MOST = 4_000
"""Characters looked at for hints; whole texts are looked at for trips."""


def visible(text: str) -> str:
    """The text without what hides words from a reader: zero-width, direction, tag and control characters."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", _LONE_JOINER.sub("", _HIDDEN.sub("", text))))


def hides_text(text: str) -> bool:
    """Whether the text carries characters of the tag block or direction overrides, which no customer types."""
    return re.search(
        "[\U000e0000-\U000e007f\u202d\u202e\u2066-\u2069]", text.replace("\U0001f3f4", "")
    ) is not None and ("\U0001f3f4" not in text or re.search("[\u202d\u202e\u2066-\u2069]", text) is not None)


@lru_cache(maxsize=128)
def trips(text: str) -> tuple[str, ...]:
    """Names of the known attacks a text looks like; empty for most. Reads 20,000 characters at most."""
    seen = unicodedata.normalize("NFKC", visible(text[:20_000]))
    found = [name for name, pattern in _TRIPS if pattern.search(seen)]
    return ("hidden_text", *found) if hides_text(text) else tuple(found)


def hints(folded: str) -> tuple[bool, ...]:
    """For each of `HINTS` whether it stands in a text that was folded (lower case, no accents, leetspeak undone)."""
    seen = folded[:_MOST]
    found = [pattern.search(seen) is not None for pattern in _COMPILED]
    count = sum(found)
    return (*found, count >= _SEVERAL, count >= _MANY)
