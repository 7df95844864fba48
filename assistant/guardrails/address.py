"""Who a reply greets, and who signs it: "Hi Sam,", "Kind regards, Mia", "^JK". Neither states anything."""

import re
from collections.abc import Sequence

from assistant.guardrails.phrase_words import VERBS
from assistant.guardrails.words import plain, words

_TITLE = (
    r"(?:(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam|herrn?|frau|monsieur|madame|mme|señora?|sra?)\b\.?,? ?"
    r"(?:or |and )?){1,2}"
)
_PARTICLES = r"(?:(?:van|von|de|der|den|da|di|la|le|ter|bin|al|y)\b ?)*"
_NAME = rf"(?:{_PARTICLES}(?-i:[A-ZÀ-ÖØ-Þ][\w'’-]*\.?) ?){{1,3}}"
_WHO = rf"(?:{_TITLE}(?:{_NAME})?|{_NAME}|there|all|both|team|everyone)"
_HI = (
    r"(?:hi(?:ya)?|hello|hey|dear|morning|(?:good )?(?:morning|afternoon|evening|day)|thanks?(?: you)?(?: so much"
    r"| very much| a lot| again)?|(?:so |very |really )?sorry(?: about (?:that|this)| to hear that)?"
    r"|apologies(?: for (?:that|this))?"
    r"|hallo|guten (?:morgen|tag|abend)|liebe[rs]?|sehr geehrte[rs]?|servus|moin|bonjour|bonsoir|salut|cher|chère"
    r"|hola|buen[oa]s (?:días|tardes|noches)|estimad[oa]|querid[oa]|merci(?: beaucoup)?|(?:vielen )?danke?"
    r"|(?:muchas )?gracias)"
)
_ENDS = r"(?:\s*(?:[,.!:–—-]+|$|[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?))+\s*"
_GREETING = re.compile(
    rf"^\s*(?:@[\w.-]*\w[,:]?\s+)?(?:[^\w@]*{_HI},? +{_WHO}(?:(?: and| &|,) {_NAME})?{_ENDS})?", re.IGNORECASE
)
_CALLED = re.compile(rf",\s*{_WHO}(?P<end>\s*[.!?…]*\s*)$", re.IGNORECASE)
_NO_NAME = re.compile(r"\b(?:free|refund\w*|upgrades?|vouchers?|discounts?|guaranteed?|credits?)\b", re.IGNORECASE)
_STATING = VERBS | {"free"}
_CLOSING = (
    r"(?:(?:with )?(?:(?:kind|best|warm|warmest|kindest|many)(?:est)? )?(?:regards|wishes|thanks)|all the best|best"
    r"|cheers|warmly|sincerely|(?:yours|your)(?: \w+)?|take care|love|thanks(?: again)?|thank you|many thanks"
    r"|(?:viele|liebe|beste|schöne|herzliche|mit (?:freundlichen|besten|lieben)) grüßen?|[lv]g|bis bald"
    r"|(?:bien )?cordialement|bien à vous|bonne journée|(?:un |muchos )?(?:cordial )?saludos?(?: cordial(?:es)?)?"
    r"|atentamente)"
)
_SIGNED = re.compile(rf"^\W*{_CLOSING}\s*[,.!]*\s*(?P<who>{_NAME})?(?:x{{1,3}})?\W*$", re.IGNORECASE)
_INITIALS = re.compile(r"^[\^/~*–—-] ?(?!NO\b|YES\b|OK\b)[A-Z]{1,3}\W*$")
_LISTED = re.compile(r"^[*•–—-]|:$")
"""A list, or what one follows: "- UK" is an entry there and no initials."""
_NAME_ALONE = re.compile(rf"^{_NAME}(?:x{{1,3}})?\W*$", re.IGNORECASE)


def without_greeting(sentence: str) -> str:
    """What a sentence says after it has greeted somebody; empty where it does nothing else."""
    found = _GREETING.match(plain(sentence))
    if found is None or _NO_NAME.search(found.group()) or not _STATING.isdisjoint(words(found.group())):
        return sentence
    return sentence[found.end() :]


def without_name(sentence: str) -> str:
    """A sentence less the name at its end that it speaks to: "Thanks for waiting, Sam."."""
    found = _CALLED.search(plain(sentence))
    return sentence[: found.start()] + sentence[found.start("end") :] if found is not None else sentence


def closing_from(sentences: Sequence[str]) -> int:
    """Where the closing starts: from there on nothing is said but a wish, a name or initials; else their number."""
    said = [plain(sentence).strip() for sentence in sentences]
    end = len(said)
    if end > 1 and _INITIALS.match(said[-1]) and not _LISTED.search(said[-2]):
        end -= 1
    if end > 2 and _NAME_ALONE.match(said[end - 1]) and _SIGNED.match(said[end - 2]):
        return end - 2
    return end - 1 if end > 1 and _SIGNED.match(said[end - 1]) else end
