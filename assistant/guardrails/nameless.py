"""What says who somebody is beyond what live drafts must mask: names people give, where they live, long numbers.

For kept cases and imported conversations only, where a word too many costs nothing. Rules, not understanding: whoever
takes one over reads it.
"""

from typing import NamedTuple

import regex

_NAME = (
    r"(?:\p{Lu}[\p{L}'’-]+|\p{Lu}\.)(?:\s+(?:(?:de|del|da|di|van|von|der|la|le|Ó|Mac|Mc|y)\s+)?\p{Lu}[\p{L}'’-]+){%s}"
)
_SURE = (
    r"my name(?:'s| is)|name:|ich hei(?:ß|ss)e|mein name ist|je m['’]appelle|mon nom est|me llamo|mi nombre es|"
    r"mi chiamo|il mio nome è|nazywam się|mam na imię|mit navn er|jeg hedder|o meu nome é|me chamo|chamo-me|"
    r"ik heet|mijn naam is|jag heter|меня зовут"
)
_LIKELY = r"i['’]m|i am|ich bin|je suis|soy|sono|jestem|sou|ik ben|jag är"
_KIN = (
    r"(?:my|our) (?:wife|husband|partner|son|daughter|mother|father|mum|mam|dad|brother|sister|friend|colleague)|"
    r"(?:meine?|unsere?) (?:frau|mann|sohn|tochter|mutter|vater|bruder|schwester)|"
    r"(?:ma|mon) (?:femme|mari|fils|fille|mère|père|frère|sœur)|mi (?:mujer|marido|hij[oa]|madre|padre|herman[oa])|"
    r"mi[oa] (?:moglie|marito|figli[oa]|madre|padre)"
)
_TITLE = r"mrs?\.?|ms\.?|miss|dr\.?|herrn?|frau|monsieur|madame|mme|señora?|sra?\.|signora?|sig\.(?:ra)?|pani?"
_CLOSING = (
    r"(?:kind |best |warm )?regards|sincerely|yours|thanks|cheers|(?:mit )?(?:freundlichen|vielen|liebe|viele) \p{L}+|"
    r"cordialement|saludos|(?:cordiali|distinti) saluti|pozdrawiam|med venlig hilsen|(?:vriendelijke )?groeten"
)
_GREETING = (
    r"hello|hi|hey|dear|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|liebe[rs]?|bonjour|bonsoir|"
    r"chère?|hola|buen(?:os|as) (?:días|tardes|noches)|estimad[oa]|ciao|buongiorno|gentile|dzień dobry|hej|olá|beste"
)
_STREET = (
    r"(?:flat \w+,? )?\d+\w?,? (?:\p{Lu}[\p{L}'’.-]+ ){1,3}"
    r"(?:street|st|road|rd|avenue|ave|lane|drive|court|square|terrace|close|crescent|park|quay)\b\.?|"
    r"\p{Lu}\p{L}*(?:straße|strasse|str\.|gasse|allee|platz|straat|laan|gracht|plein) ?\d+\w?|"
    r"\d+\w?(?:bis|ter)?,? (?:rue|avenue|boulevard|place|chemin|impasse|allée) (?:d[eu]s? |de la |l['’])?[\p{L}'’-]+"
    r"(?: \p{Lu}[\p{L}'’-]+)*|"
    r"(?:calle|avenida|avda\.?|plaza|paseo|via|viale|piazza|corso|rua|ul\.|al\.) (?:\p{Lu}[\p{L}'’-]+ ?){1,4},? ?\d+\w?"
)
_POSTCODE = (
    r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]\d[\dW] ?[A-Z\d]{4}|\d{2}-\d{3} \p{Lu}\p{L}+|"
    r"\d{4} ?[A-Z]{2}\b(?= \p{Lu}\p{L}+)|\d{5} \p{Lu}\p{Ll}+"
)


class _Rule(NamedTuple):
    pattern: "regex.Pattern[str]"
    put: str


def _named(before: str, more: str, begins: str = "") -> "regex.Pattern[str]":
    return regex.compile(rf"(?<!\p{{L}})((?i:{before})[\s,:!.]+){begins}{_NAME % more}")


_RULES = (
    _Rule(regex.compile(rf"(?<![\p{{L}}\d])(?i:{_STREET})"), "[address]"),
    _Rule(regex.compile(rf"(?<![\p{{L}}\d])(?:{_POSTCODE})(?![\p{{L}}\d])"), "[address]"),
    _Rule(_named(_SURE, "0,3"), r"\1[name]"),
    _Rule(_named(_LIKELY, "1,3", r"(?=\p{Lu}\p{Ll}+\s+\S*\p{Ll})"), r"\1[name]"),
    _Rule(_named(_KIN, "0,2"), r"\1[name]"),
    _Rule(_named(rf"(?:{_TITLE})(?:\s+(?:{_TITLE}))*", "0,2"), r"\1[name]"),
    _Rule(_named(_CLOSING, "0,3"), r"\1[name]"),
    _Rule(regex.compile(rf"(?<!\p{{L}})((?i:{_GREETING})\s+){_NAME % '0,2'}(?=\s*(?:[,!.:\n–-]|$))"), r"\1[name]"),
    _Rule(
        regex.compile(r"\b(?!\d{4}-\d\d-\d\d\b)(?=(?:[A-Z-]*\d){6})(?=[A-Z\d-]{8,})[A-Z\d]+(?:-[A-Z\d]+)*\b"),
        "[number]",
    ),
    _Rule(regex.compile(r"\b[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]\b"), "[number]"),
)


def nameless(text: str) -> str:
    """The text without what these rules find."""
    for rule in _RULES:
        text = rule.pattern.sub(rule.put, text)
    return text
