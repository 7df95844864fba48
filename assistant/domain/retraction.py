"""Taking a single reply off its network: asked for by a person, carried out by the outbox."""

from datetime import datetime
from enum import StrEnum

from assistant.domain.value import Value


class RetractionState(StrEnum):
    """Whether the reply still stands: nobody could look yet, it is gone, or the network keeps it."""

    WAITS = "waits"
    DONE = "done"
    REFUSED = "refused"


class Retraction(Value):
    """Who wants which reply (`id`) gone, and why. `not_before` is the next try; `problem` what stood in the way."""

    id: str
    brand_id: str
    conversation_id: str
    channel: str
    asked_by: str
    why: str
    asked_at: datetime
    not_before: datetime
    state: RetractionState = RetractionState.WAITS
    attempts: int = 0
    problem: str = ""
    ended_at: datetime | None = None
