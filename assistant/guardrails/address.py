"""Who a reply greets, and who signs it: "Hi Sam,", "Kind regards, Mia", "^JK". Neither states anything."""

import re
from collections.abc import Sequence

from assistant.guardrails.words import plain

_TITLE = r"(?:(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam|herr|frau)\b\.?,? ?(?:or |and )?){1,2}"
_PARTICLES = r"(?:(?:van|von|de|der|den|da|di|la|le|ter|bin|al|y)\b ?)*"
_NAME = rf"(?:{_PARTICLES}(?-i:[A-ZÀ-ÖØ-Þ][\w'’-]*\.?) ?){{1,3}}"
_WHO = rf"(?:{_TITLE}(?:{_NAME})?|{_NAME}|there|all|both|team|everyone)"
_HI = (
    r"(?:hi(?:ya)?|hello|hey|dear|morning|(?:good )?(?:morning|afternoon|evening|day)|thanks?(?: you)?(?: so much"
    r"| very much| a lot| again)?|(?:so |very |really )?sorry(?: about (?:that|this)| to hear that)?"
    r"|apologies(?: for (?:that|this))?)"
)
_ENDS = r"(?:\s*(?:[,.!:–—-]+|$|[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?))+\s*"
_GREETING = re.compile(
    rf"^\s*(?:@[\w.-]*\w[,:]?\s+)?(?:[^\w@]*{_HI},? +{_WHO}(?:(?: and| &|,) {_NAME})?{_ENDS})?", re.IGNORECASE
)
_CALLED = re.compile(rf",\s*{_WHO}(?P<end>\s*[.!?…]*\s*)$", re.IGNORECASE)
_GREETED_NAME = re.compile(r"\b(?:free|refund\w*|upgrades?|vouchers?|discounts?|guaranteed?|credits?)\b", re.IGNORECASE)
_CLOSING = (
    r"(?:(?:with )?(?:(?:kind|best|warm|warmest|kindest|many)(?:est)? )?(?:regards|wishes|thanks)|all the best|best"
    r"|cheers|warmly|sincerely|(?:yours|your)(?: \w+)?|take care|love|thanks(?: again)?|thank you|many thanks)"
)
_SIGNED = re.compile(rf"^\W*{_CLOSING}\s*[,.!]*\s*(?P<who>{_NAME})?(?:x{{1,3}})?\W*$", re.IGNORECASE)
_INITIALS = re.compile(r"^(?:[\^/~*–—-] ?[A-Za-z]{1,3}|(?:[A-Z]\.){2,3}|[A-Z]{2,3})\W*$")
_NAME_ALONE = re.compile(rf"^{_NAME}(?:x{{1,3}})?\W*$", re.IGNORECASE)
_MOST_SIGNING = 3
"""Sentences that a closing is made of at most: the wish, the name, the initials."""


def without_greeting(sentence: str) -> str:
    """What a sentence says after it has greeted somebody; empty where it does nothing else."""
    found = _GREETING.match(plain(sentence))
    if found is None or _GREETED_NAME.search(found.group()):
        return sentence
    return sentence[found.end() :]


def without_name(sentence: str) -> str:
    """A sentence less the name at its end that it speaks to: "Thanks for waiting, Sam."."""
    found = _CALLED.search(plain(sentence))
    return sentence[: found.start()] + sentence[found.start("end") :] if found is not None else sentence


def closing_from(sentences: Sequence[str]) -> int:
    """Where the closing starts: from there on nothing is said but a wish, a name or initials; else their number."""
    start = len(sentences)
    for place in range(len(sentences) - 1, max(0, len(sentences) - 1 - _MOST_SIGNING), -1):
        said = plain(sentences[place]).strip()
        if _SIGNED.match(said) or _INITIALS.match(said):
            start = place
        elif not (_NAME_ALONE.match(said) and _SIGNED.match(plain(sentences[place - 1]).strip())):
            break
    return start
