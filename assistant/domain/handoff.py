"""A hand-off: everything the person who takes over needs, written once."""

from datetime import datetime

from assistant.domain.knowledge import EvidenceRef
from assistant.domain.value import Value
from assistant.domain.vocabulary import Reason


class Handoff(Value):
    """From the assistant to people, once an episode. `number` counts a conversation's hand-offs from 1.

    `promised` are sentences in which we promised something in this conversation; `expectation` is what the customer
    was told, None where somebody is there at once or nothing may be said. `closed_at` ends it: answered or ignored.
    """

    id: str
    brand_id: str
    conversation_id: str
    turn_id: str
    number: int
    summary: str
    reasons: tuple[Reason, ...]
    why: tuple[str, ...]
    evidence: tuple[EvidenceRef, ...] = ()
    promised: tuple[str, ...] = ()
    next_step: str
    queue: str
    due_at: datetime | None
    expectation: str | None = None
    at: datetime
    closed_at: datetime | None = None
