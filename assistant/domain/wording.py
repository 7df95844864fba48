"""What was said before, what agents changed in it, and what that teaches: proposals that only a person accepts."""

from datetime import datetime
from enum import StrEnum

from pydantic import AliasChoices, Field

from assistant.domain.value import Value


class Said(Value):
    """A reply that went out or is on its way."""

    conversation_id: str
    text: str
    at: datetime


class WordChange(Value):
    """Words taken out and put in at one place; one of them may be empty."""

    removed: str
    added: str


class Edit(Value):
    """What an agent made of a draft. `changes` are word by word, `reason` is what the agent said of it."""

    id: str
    brand_id: str
    turn_id: str
    by: str = Field(validation_alias=AliasChoices("by", "agent"))  # kept as `agent` until 2026-11
    intent: str | None
    article_ids: tuple[str, ...]
    before: str
    after: str
    changes: tuple[WordChange, ...]
    reason: str
    at: datetime


class ProposalKind(StrEnum):
    """A change to the pack that edits point to."""

    BANNED_PHRASE = "banned_phrase"
    BETTER_REPLY = "better_reply"
    MISSING_ARTICLE = "missing_article"


class ProposalState(StrEnum):
    """Whether a person has decided."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Effect(Value):
    """What a suite said after the pack's authors took a proposal up: cases that were `fixed` and that `broke`.

    `critical` are critical cases among those that broke; `worse` is a loss beyond chance.
    """

    fixed: int
    broken: int
    critical: tuple[str, ...] = ()
    worse: bool = False
    measured_at: datetime

    @property
    def verdict(self) -> str:
        """`helped`, `harmed`, or `no difference` where the suite's cases can't tell."""
        if self.critical or self.worse or self.broken > self.fixed:
            return "harmed"
        return "helped" if self.fixed > self.broken else "no difference"


class Proposal(Value):
    """What edits teach, for a person to decide. `subject` is the phrase, the article or the intent it is about; `text`
    the wording proposed, where there is one; `edits` are the edits behind it; `effect` what it did once taken up."""

    id: str
    brand_id: str
    kind: ProposalKind
    subject: str
    text: str
    edits: tuple[str, ...]
    state: ProposalState = ProposalState.OPEN
    decided_by: str | None = None
    decided_at: datetime | None = None
    effect: Effect | None = None
    created_at: datetime
