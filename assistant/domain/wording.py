"""What was said before, what agents changed in it, and what that teaches: proposals that only a person accepts."""

from datetime import datetime
from enum import StrEnum

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
    agent: str
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


class Proposal(Value):
    """What edits teach, for a person to decide. `subject` is the phrase, the article or the intent it is about; `text`
    the wording proposed, where there is one; `edits` are the edits behind it."""

    id: str
    brand_id: str
    kind: ProposalKind
    subject: str
    text: str
    edits: tuple[str, ...]
    state: ProposalState = ProposalState.OPEN
    decided_by: str | None = None
    decided_at: datetime | None = None
    created_at: datetime
