"""What the desk keeps: conversations, the turns in them, and replies on their way out."""

import hashlib
from datetime import datetime
from enum import StrEnum

from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.value import Value
from assistant.domain.vocabulary import ConversationState, Decision, Disposition, Visibility

FOLLOW_UP = "followup-"
"""How the ids of follow-ups' outbox rows begin."""
PART = "#part"
"""Between a reply's delivery key and the number of a later part."""
PREVIEW_CHARACTERS = 140
"""What a list shows of the newest message."""


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

    @property
    def waits_for_person(self) -> bool:
        """Whether an earlier decision left it to a person who hasn't acted yet, or put it off."""
        kept = {ConversationState.OPEN, ConversationState.SNOOZED}
        return self.state in kept and self.decision in {Decision.REVIEW, Decision.HANDOFF}

    def with_mention(self, mention: Mention, *, at: datetime) -> "Conversation":
        """A new message opens it again; what already waits for a person keeps its decision, queue and due time."""
        kept = {} if self.waits_for_person else {"decision": None, "due_at": None}
        who = self.handle or mention.author.handle  # whoever was forgotten is nobody until they write again
        news = {"state": ConversationState.OPEN, "preview": preview_of(mention.text), "updated_at": at, "handle": who}
        return self.model_copy(update={**kept, **news, "version": self.version + 1})


def conversation_id_of(mention: Mention) -> str:
    """The conversation a mention belongs to: its author's on that channel and visibility, else one of its own."""
    if mention.author.handle.strip().lstrip("@"):
        return conversation_id_with(mention.author.handle, mention.brand_id, mention.channel, mention.visibility)
    return _id_of(mention.brand_id, mention.channel, mention.visibility.value, "mention", mention.id)


def conversation_id_with(handle: str, brand_id: str, channel: str, visibility: Visibility) -> str:
    """The one conversation an account has on a channel, in public or in private, however it is written."""
    return _id_of(brand_id, channel, visibility.value, "handle", handle.strip().lstrip("@").casefold())


def _id_of(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


def opened_by(mention: Mention, *, at: datetime) -> Conversation:
    """A new conversation; `queue` is empty until a turn places it."""
    return Conversation(
        id=conversation_id_of(mention),
        brand_id=mention.brand_id,
        channel=mention.channel,
        handle=mention.author.handle,
        visibility=mention.visibility,
        state=ConversationState.OPEN,
        queue="",
        decision=None,
        due_at=None,
        preview=preview_of(mention.text),
        version=1,
        created_at=at,
        updated_at=at,
    )


def preview_of(text: str) -> str:
    """The first words on one line."""
    line = " ".join(text[: 4 * PREVIEW_CHARACTERS].split())
    return line if len(line) <= PREVIEW_CHARACTERS else line[: PREVIEW_CHARACTERS - 1] + "…"


class TurnRecord(Value):
    """A turn as stored: `number` counts from 1 within its mention; the highest is the current one."""

    id: str
    conversation_id: str
    number: int
    turn: Turn
    disposition: Disposition | None
    created_at: datetime


class ReplyState(StrEnum):
    """Where a reply stands: due, sending, sent; or failed (tried again), held, unknown (a person decides).

    Withdrawn ones can't go out any more: what they answered was deleted or changed. Recalled ones went out and were
    wrong: taken back from the network where it can be, else corrected by another answer.
    """

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    HELD = "held"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"
    RECALLED = "recalled"


class Reply(Value):
    """Text that is going out or went out: one outbox row. `delivery_key` is unique and travels to the channel.

    Nothing goes out before `not_before`; `claimed_by` names the process that is sending it. A text longer than one post
    goes out as its `parts`, in order, each in answer to the one before; `sent_parts` are the ids of those that are out.
    """

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
    claimed_by: str | None = None
    parts: tuple[str, ...] = ()
    sent_parts: tuple[str, ...] = ()

    @property
    def next_post(self) -> "Reply":
        """What is posted next: the whole, or the first part that isn't out yet, under a key of its own."""
        return self._part(len(self.sent_parts)) if self.parts else self

    @property
    def is_last_post(self) -> bool:
        """Whether nothing is left once the next post is out."""
        return len(self.sent_parts) + 1 >= len(self.parts)

    @property
    def follows(self) -> str | None:
        """The network's id of the brand's own post that the next one answers; None for the first."""
        return self.sent_parts[-1] if self.sent_parts else None

    @property
    def posts(self) -> tuple["Reply", ...]:
        """Every post of it that is out, in order, each with its own id."""
        if not self.sent_parts:
            return (self,)
        posted = (self._part(number) for number in range(len(self.sent_parts)))
        return tuple(
            post.model_copy(update={"sent_id": sent_id}) for post, sent_id in zip(posted, self.sent_parts, strict=True)
        )

    def _part(self, number: int) -> "Reply":
        key = f"{self.delivery_key}{PART}{number + 1}" if number else self.delivery_key
        text = self.parts[number] if number < len(self.parts) else ""  # forgotten words
        said = {"text": text, "delivery_key": key, "sent_parts": self.sent_parts[:number]}
        return self.model_copy(update=said)

    @property
    def is_answer(self) -> bool:
        """Whether it answers its turn; holding words only say when somebody will, follow-ups how it went."""
        return not self.id.startswith("holding-") and not self.is_follow_up

    @property
    def is_follow_up(self) -> bool:
        """Whether it asks after a fix or invites: where it can't go out it is dropped, and nobody need look."""
        return self.id.startswith(FOLLOW_UP)


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
