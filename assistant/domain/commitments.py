"""What the brand bound itself to: promises with the task behind each, offers with their budget, and what was spent."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from assistant.domain.value import Value


class TaskState(StrEnum):
    """Where a task stands; only an open one stands behind a promise."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Task(Value):
    """Something somebody must do because a customer was told so. `promise` is the sentence they read."""

    id: str
    brand_id: str
    conversation_id: str
    promise: str
    owner: str
    due_at: datetime
    state: TaskState = TaskState.OPEN
    created_by: str
    created_at: datetime
    closed_at: datetime | None = None


class Offer(Value):
    """Something the brand gives away: the wordings it may be offered in, what one costs, and how much all may cost.

    `cost` and `budget` are in `currency`; the dates are inclusive, in the brand's time zone.
    """

    id: str
    wording: tuple[str, ...] = Field(min_length=1)
    cost: float = Field(gt=0)
    budget: float = Field(gt=0)
    currency: str
    valid_from: date
    valid_until: date

    def is_current(self, on: date) -> bool:
        """Whether it may be offered on that day."""
        return self.valid_from <= on <= self.valid_until


class OfferSpend(Value):
    """One offer made in one reply."""

    offer_id: str
    brand_id: str
    conversation_id: str
    reply_id: str
    amount: float
    by: str
    at: datetime


class Ledger(Value):
    """What a reply may bind the brand to now: sentences with an open task, and wordings of offers with money left."""

    promises: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()


NOTHING_BOUND = Ledger()
"""No task, no offer: what automation may rely on."""
