"""What the desk keeps beside a conversation so that it can be found, sorted, claimed and put off."""

from datetime import datetime
from enum import StrEnum

from assistant.domain.conversation import Conversation
from assistant.domain.turn import Turn
from assistant.domain.value import Value
from assistant.domain.vocabulary import Decision, Sentiment, Urgency

BREACHING_MINUTES = 15
"""How soon a promise must end to count as breaching."""


class View(StrEnum):
    """A saved view of the queue; each is a page of its own with a count."""

    WAITING = "waiting"
    REVIEW = "review"
    HANDOFF = "handoff"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    BREACHING = "breaching"
    LOW = "low"
    SENSITIVE = "sensitive"
    ESCALATED = "escalated"
    SNOOZED = "snoozed"
    PUT_OFF = "put_off"
    ROBOT = "robot"
    QUIET = "quiet"
    DONE = "done"


class Sort(StrEnum):
    """What comes first; ties fall back on due time, then on the id."""

    DUE = "due"
    RISK = "risk"
    REACH = "reach"
    NEWEST = "newest"


class Triage(Value):
    """One conversation as the queue sees it.

    `risk` counts from 0 (calm) to 6; `reach` is followers, -1 where unknown; `confidence` in [0, 1] is the intent's.
    `news` is the number of the event that last brought a decision; a claim ends by itself at `claimed_until`.
    """

    conversation: Conversation
    risk: int = 0
    reach: int = -1
    confidence: float = 1.0
    sensitive: bool = False
    intent: str = ""
    sentiment: str = ""
    upset: bool = False
    language: str = ""
    assignee: str = ""
    snoozed_until: datetime | None = None
    claimed_by: str = ""
    claimed_until: datetime | None = None
    escalated: bool = False
    tags: tuple[str, ...] = ()
    news: int = 0

    def held_by(self, now: datetime) -> str:
        """Who is writing in it now; empty where nobody is."""
        return self.claimed_by if self.claimed_until is not None and self.claimed_until > now else ""


class QueueQuery(Value):
    """What to list. Empty filters let everything through; `queues` None means all of them.

    Below `min_confidence`, the brand's own, a conversation is doubtful.
    """

    brand_id: str
    view: View
    agent: str
    now: datetime
    queues: tuple[str, ...] | None = None
    channel: str = ""
    queue: str = ""
    tag: str = ""
    intent: str = ""
    sentiment: str = ""
    sort: Sort = Sort.DUE
    min_confidence: float = 0.0


class Note(Value):
    """What agents say among themselves about a conversation."""

    id: int
    conversation_id: str
    author: str
    at: datetime
    text: str


class Call(Value):
    """A colleague called by name in a note; `seen_at` None until they opened the conversation."""

    agent: str
    author: str
    conversation_id: str
    at: datetime
    seen_at: datetime | None = None


class Event(Value):
    """One thing that happened; `sequence` grows with every one, in the order they were kept."""

    sequence: int
    kind: str
    conversation_id: str


class Presence(Value):
    """Somebody looks at a conversation, or types in it."""

    conversation_id: str
    agent: str
    typing: bool


def risk_of(turn: Turn) -> int:
    """0 to 6: sensitive counts 3, injection 1, an upset or urgent author 1 each, a hand-off nothing by itself."""
    read = turn.understanding
    if read is None:
        return 3 if turn.route.decision is Decision.HANDOFF else 0
    points = 3 * bool(read.sensitive) + read.injection.flag
    return points + (read.sentiment is Sentiment.NEGATIVE) + (read.urgency is Urgency.HIGH)
