"""Labels from the desk: what became of each draft that could have been sent by itself, and whether it was wrong."""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from assistant.domain.routing import Sample
from assistant.domain.value import Value

LATE = timedelta(hours=72)
"""How long a customer's complaint or a colleague's correction may take; no label counts for a certificate before."""


class Outcome(StrEnum):
    """What became of a draft; `SENT` by the assistant itself, `WAITING` for a person still."""

    WAITING = "waiting"
    SENT = "sent"
    ACCEPTED = "accepted"
    STYLE = "style"
    SUBSTANCE = "substance"
    RESPONDED = "responded"
    IGNORED = "ignored"


class DeskLabel(Value):
    """One draft nothing spoke against, by the id of its turn.

    `error` says a careful reader would not have sent it as it was: None as long as nobody knows, which for `BLIND`
    samples is until somebody judged the draft. `fell_back`: the drafter that should have written it couldn't.
    `corrected_at`: the label came late and replaced another. `critical`: a promise, personal data, injury, insult or an
    order obeyed.
    """

    id: str
    brand_id: str
    conversation_id: str
    mention_id: str
    slice: str
    score: float = Field(ge=0, le=1)
    sample: Sample | None
    intent: str | None
    fell_back: bool = False
    drafted_at: datetime
    outcome: Outcome
    error: bool | None = None
    critical: bool = False
    why: str = ""
    by: str = ""
    settled_at: datetime | None = None
    judged_at: datetime | None = None
    corrected_at: datetime | None = None

    def is_ripe(self, now: datetime) -> bool:
        """Whether it may count for a certificate: known, drawn at random, and old enough for a late word."""
        known = self.error is not None and self.sample is not None and self.settled_at is not None
        return known and self.settled_at is not None and now - self.settled_at >= LATE

    @property
    def is_audit(self) -> bool:
        """Whether the monitor counts it."""
        return self.error is not None and self.sample is not None

    @property
    def counts(self) -> bool:
        """Whether a certificate or a stop may rest on it."""
        return self.is_audit or self.critical

    @property
    def waits_for_verdict(self) -> bool:
        """Whether somebody answered without seeing the draft and hasn't judged it yet."""
        return self.sample is Sample.BLIND and self.error is None and self.outcome is Outcome.RESPONDED


class LabelCounts(Value):
    """One slice's labels of a time: how they came about and what they say."""

    slice: str
    drafts: int
    outcomes: dict[Outcome, int]
    errors: int
    labelled: int
    ripe: int
    blind: int
    blind_errors: int
    unjudged: int
    critical: int
