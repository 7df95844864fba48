"""No two public replies read the same: not in a thread, not within the hour, and few alike in a day on all channels."""

import re
from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from functools import lru_cache

from assistant.domain.brand import AutomationPolicy
from assistant.domain.conversation import conversation_id_of
from assistant.domain.guardrail import Finding
from assistant.domain.mention import Mention
from assistant.domain.vocabulary import Severity, Visibility
from assistant.ports import Reading

DAY = timedelta(hours=24)
ALIKE = 0.9
"""Share of words two replies have in common, of all words in either, from which on they read alike. Chosen: one
sentence of ten words may differ by one."""

MOST_COMPARED = 5_000
"""Newest replies of a day that count; more than that is a flood with alarms of its own."""

_WORD = re.compile(r"\w+")


def reads_the_same(
    look: Reading, text: str, *, mention: Mention, conversation_id: str, policy: AutomationPolicy, at: datetime
) -> bool:
    """Whether this reply would repeat what strangers just read: then a person words it. Private ones may."""
    most = policy.max_alike_in_a_day
    if mention.visibility is not Visibility.PUBLIC or not (policy.same_words_minutes or most):
        return False
    words, hour = _words(text), at - timedelta(minutes=policy.same_words_minutes)
    here = look.said_since(at - DAY, brand_id=mention.brand_id, channel=mention.channel)
    same = [each for each in here if _words(each.text) == words]
    if any(each.conversation_id == conversation_id or each.at > hour for each in same):
        return True
    if most is None:
        return False
    everywhere = look.said_since(at - DAY, brand_id=mention.brand_id, limit=MOST_COMPARED)
    return sum(_alike(words, _words(each.text)) for each in everywhere) >= most


def first_unsaid(
    look: Reading, texts: Sequence[str], *, mention: Mention, policy: AutomationPolicy, at: datetime
) -> str | None:
    """The first of our own wordings that would repeat nothing; None where all would, and nothing is said."""
    here = conversation_id_of(mention)
    unsaid = (
        text
        for text in texts
        if not reads_the_same(look, text, mention=mention, conversation_id=here, policy=policy, at=at)
    )
    return next(unsaid, None)


def warnings(
    look: Reading, text: str, *, mention: Mention, policy: AutomationPolicy, at: datetime
) -> tuple[Finding, ...]:
    """What a person is told who is about to repeat what strangers just read; it doesn't hold them up."""
    here = conversation_id_of(mention)
    if not reads_the_same(look, text, mention=mention, conversation_id=here, policy=policy, at=at):
        return ()
    said = "Strangers just read the same words from us; word it anew."
    return (Finding(guardrail="variety", severity=Severity.REVIEW, message=said, excerpt=text),)


@lru_cache(maxsize=MOST_COMPARED)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _alike(one: Set[str], other: Set[str]) -> bool:
    return len(one & other) >= ALIKE * len(one | other)
