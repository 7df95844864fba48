"""Blast radius: the replies that stood on a version of an article, and what becomes of each."""

from datetime import datetime
from enum import StrEnum

from assistant.domain.conversation import Reply, TurnRecord
from assistant.domain.value import Value


class Used(Value):
    """A reply that went out in the machine's words, with the turn whose draft cites the article."""

    reply: Reply
    record: TurnRecord


class Way(StrEnum):
    """What is done about a reply: the outbox takes it off its network, or another answer there corrects it."""

    PULL_BACK = "pull_back"
    CORRECT = "correct"


class Recalled(Value):
    """One reply of the blast radius. `reach` is the author's followers where known; `acted`: they wrote again since.

    Without `correction` (a turn that waits for a person) nothing was done yet. What came of a deletion stands in the
    conversation and in the log.
    """

    reply_id: str
    conversation_id: str
    turn_id: str
    channel: str
    answered_at: datetime
    age_hours: float
    automated: bool
    reach: int | None
    acted: bool
    way: Way
    correction: str | None = None


class Recall(Value):
    """All of them, those who acted first, then by reach; `applied` is False for a dry run."""

    article_id: str
    version: int
    applied: bool
    replies: tuple[Recalled, ...]
    regression_cases: tuple[str, ...] = ()
