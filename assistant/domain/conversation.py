"""What the desk keeps: conversations, the turns in them, and replies on their way out."""

from datetime import datetime
from enum import StrEnum

from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.value import Value
from assistant.domain.vocabulary import ConversationState, Decision, Disposition, Visibility


class Conversation(Value):
    """The thread with one person on one channel. `version` grows with every change; writers state the one they saw."""

    id: str
    brand_id: str
    channel: str
    handle: str
    visibility: Visibility
    state: ConversationState
    queue: str
    decision: Decision | None
    due_at: datetime | None
    preview: str
    version: int
    created_at: datetime
    updated_at: datetime


class TurnRecord(Value):
    """A turn as stored: `number` counts from 1 within its mention; the highest is the current one."""

    id: str
    conversation_id: str
    number: int
    turn: Turn
    disposition: Disposition | None
    created_at: datetime


class ReplyState(StrEnum):
    """Where a reply stands: due, sending, sent; or failed (tried again), held, unknown (a person decides)."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    HELD = "held"
    UNKNOWN = "unknown"


class Reply(Value):
    """Text that is going out or went out: one outbox row. `delivery_key` is unique and travels to the channel."""

    id: str
    brand_id: str
    conversation_id: str
    turn_id: str
    channel: str
    in_reply_to: str
    text: str
    written_by: str
    approved_by: str | None
    automated: bool
    delivery_key: str
    state: ReplyState
    not_before: datetime
    attempts: int = 0
    sent_id: str | None = None
    last_error: str | None = None
    intent: str | None = None
    topic: str | None = None


class TakenIn(Value):
    """What intake did with a mention: its ids, and whether it was new."""

    mention_id: str
    conversation_id: str
    new: bool


class ConversationDetail(Value):
    """A conversation with everything in it, oldest first."""

    conversation: Conversation
    mentions: tuple[Mention, ...]
    turns: tuple[TurnRecord, ...]
    replies: tuple[Reply, ...]


class AuditEntry(Value):
    """One link of the append-only log; `hash` covers the entry and `previous_hash`."""

    sequence: int
    at: datetime
    actor: str
    event: str
    subject: str
    facts: str
    previous_hash: str
    hash: str
