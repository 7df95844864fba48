"""No two public replies read the same: not in a thread, not within the hour, and only so many alike within a day."""

import re
from collections.abc import Set
from datetime import datetime, timedelta

from assistant.domain.brand import AutomationPolicy
from assistant.domain.mention import Mention
from assistant.domain.vocabulary import Visibility
from assistant.ports import Reading

DAY = timedelta(hours=24)
ALIKE = 0.9
"""Share of words two replies have in common, of all words in either, from which on they read alike. Chosen: one
sentence of ten words may differ by one."""

_WORD = re.compile(r"\w+")


def reads_the_same(
    look: Reading, text: str, *, mention: Mention, conversation_id: str, policy: AutomationPolicy, at: datetime
) -> bool:
    """Whether this automatic reply would repeat what strangers just read: then a person words it. Private ones may."""
    most = policy.max_alike_in_a_day
    if mention.visibility is not Visibility.PUBLIC or not (policy.same_words_minutes or most):
        return False
    said = look.said_since(at - DAY, brand_id=mention.brand_id, channel=mention.channel)
    words, hour = _words(text), at - timedelta(minutes=policy.same_words_minutes)
    alike = [each for each in said if _alike(words, _words(each.text))]
    repeats = any(
        _words(each.text) == words and (each.conversation_id == conversation_id or each.at > hour) for each in alike
    )
    return repeats or (most is not None and len(alike) >= most)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _alike(one: Set[str], other: Set[str]) -> bool:
    return len(one & other) >= ALIKE * len(one | other)
