"""What customers asked and the knowledge base could not answer."""

import re
from datetime import datetime

from assistant.domain.turn import Turn
from assistant.domain.value import Value
from assistant.domain.vocabulary import Reason, Sentiment, Stance

GAP_REASONS = frozenset({Reason.NO_EVIDENCE, Reason.OUT_OF_SCOPE, Reason.WEAK_EVIDENCE})
"""Reasons that say: nothing was known that surely answers this."""
_NO_ARTICLES = frozenset({Reason.LANGUAGE, Reason.SENSITIVE, Reason.INJECTION, Reason.NEEDS_ACCOUNT})
"""No article is missing there: another language, a matter for people, a trick, the customer's own booking."""
UNWRITTEN = "Nobody has answered this yet: write the answer here."
"""Stands in a proposed article until somebody has; told to no customer."""
_ANSWERED = 0.5
"""How sure a search has to be that it found the answer."""
_NEAR = 0.35
"""Score below which what was found is about something else."""
_RATED_WELL = re.compile(
    r"(?:[★⭐]\ufe0f?){4}|(?<![\d/.,])[45] ?(?:/ ?5\b|out of (?:5|five)\b|stars?\b)", re.IGNORECASE
)
"""Four or five stars, as reviews show them: a fact, whatever the mood was read as."""
_ASKING = frozenset({Stance.QUESTION, Stance.COMPLAINT, Stance.MISGUIDED})
"""Stances an article could answer."""


def shows_gap(turn: Turn) -> bool:
    """Whether an article is missing: something was asked that one could answer, and nothing was known. Where no intent
    covers what an article surely answers, an intent is missing.
    """
    reasons = set(turn.route.reasons)
    if turn.draft is not None and turn.draft.article_ids and turn.answerable >= _ANSWERED:
        reasons.discard(Reason.OUT_OF_SCOPE)
    read = turn.understanding
    asking = read is not None and read.stance in _ASKING
    if read is not None and "?" not in turn.mention.text and _praises(turn.mention.text, read.sentiment):
        asking = False  # praise that reads like a question asks for no article
    return asking and _NO_ARTICLES.isdisjoint(reasons) and not GAP_REASONS.isdisjoint(reasons)


def _praises(text: str, sentiment: Sentiment) -> bool:
    return sentiment is Sentiment.POSITIVE or _RATED_WELL.search(text) is not None


def nearest_article(turn: Turn) -> str:
    """The article found first, where it is near enough to be looked at; else empty."""
    best = turn.evidence[0] if turn.evidence else None
    return best.article_id if best is not None and best.score >= _NEAR else ""


class Asked(Value):
    """One mention that went to people because nothing was known. `answers` are what they then wrote, `nearest` the
    article found first, empty where none was near.
    """

    turn_id: str
    conversation_id: str
    text: str
    intent: str | None = None
    reasons: tuple[Reason, ...]
    answers: tuple[str, ...] = ()
    nearest: str = ""
    at: datetime


class Gap(Value):
    """Questions alike that nothing answers. `example` is the one most like the others; `last_at` the newest.

    `nearest` is the article found first for most of them, which may say it in other words; empty where none was.
    `proposal` is an article file to begin with: a draft that says nothing people of the brand did not say.
    """

    id: str
    count: int
    example: str
    questions: tuple[str, ...]
    conversations: tuple[str, ...]
    answers: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    nearest: str = ""
    first_at: datetime
    last_at: datetime
    proposal: str = ""
