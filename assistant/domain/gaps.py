"""What customers asked and the knowledge base could not answer."""

from datetime import datetime

from assistant.domain.value import Value
from assistant.domain.vocabulary import Reason

GAP_REASONS = frozenset({Reason.NO_EVIDENCE, Reason.OUT_OF_SCOPE})
"""Reasons that say: nothing was known that answers this."""


class Asked(Value):
    """One mention that went to people because nothing was known. `answers` are what they then wrote."""

    turn_id: str
    conversation_id: str
    text: str
    intent: str | None = None
    reasons: tuple[Reason, ...]
    answers: tuple[str, ...] = ()
    at: datetime


class Gap(Value):
    """Questions alike that nothing answers. `example` is the one most like the others; `last_at` the newest.

    `proposal` is an article file to begin with: a draft that says nothing people of the brand did not say.
    """

    id: str
    count: int
    example: str
    questions: tuple[str, ...]
    conversations: tuple[str, ...]
    answers: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    first_at: datetime
    last_at: datetime
    proposal: str = ""
