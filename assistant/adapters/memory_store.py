"""The store in memory: for replays, evals and tests. Keeps the same promises, but nothing past the process."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from assistant.domain.audit import AuditEntry, linked
from assistant.domain.automation import AutomationState
from assistant.domain.conversation import (
    Conversation,
    ConversationDetail,
    Reply,
    ReplyState,
    TakenIn,
    TurnRecord,
    conversation_id_of,
    opened_by,
)
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ConversationState, Decision, Disposition
from assistant.errors import NotFound, StaleVersion, StoreUnavailable

_LAST = datetime(9999, 12, 31, tzinfo=UTC)
_IN_FLIGHT = frozenset({ReplyState.DUE, ReplyState.FAILED, ReplyState.SENDING})
_ACTIVE = frozenset({ConversationState.OPEN, ConversationState.PENDING})
_WAIT_S = 10.0


@dataclass
class _State:
    """Everything kept, in order of arrival. Values are frozen, so a copy of the containers is a snapshot."""

    conversations: dict[str, Conversation] = field(default_factory=dict)
    mentions: dict[str, Mention] = field(default_factory=dict)
    turns: dict[str, TurnRecord] = field(default_factory=dict)
    turn_counts: dict[str, int] = field(default_factory=dict)
    unanswered: dict[str, None] = field(default_factory=dict)
    replies: dict[str, Reply] = field(default_factory=dict)
    automation: dict[str, AutomationState] = field(default_factory=dict)
    audit: list[AuditEntry] = field(default_factory=list)

    def copy(self) -> "_State":
        return _State(**{name: kept.copy() for name, kept in vars(self).items()})


class MemoryStore:
    """Satisfies `Store`. A transaction works on a copy that replaces the state where it succeeds."""

    def __init__(self) -> None:
        self._state = _State()
        self._writer = threading.Lock()

    @contextmanager
    def begin(self) -> Iterator["MemoryTransaction"]:
        if not self._writer.acquire(timeout=_WAIT_S):
            raise StoreUnavailable(f"the store in memory can't be written: another transaction held it for {_WAIT_S} s")
        try:
            state = self._state.copy()
            yield MemoryTransaction(state)
            self._state = state
        finally:
            self._writer.release()

    @contextmanager
    def read(self) -> Iterator["MemoryReading"]:
        yield MemoryReading(self._state)

    def check(self) -> None:
        with self.begin():
            pass

    def close(self) -> None:
        pass


class MemoryReading:
    """Satisfies `Reading`."""

    def __init__(self, state: _State) -> None:
        self._state = state

    def unanswered(self, *, brand_id: str, limit: int) -> Sequence[Mention]:
        waiting = (self._state.mentions[key] for key in self._state.unanswered)
        return [mention for mention in waiting if mention.brand_id == brand_id][:limit]

    def turn(self, turn_id: str) -> TurnRecord:
        return _one(self._state.turns, "turn", turn_id)

    def current_turn(self, mention_id: str) -> TurnRecord | None:
        return self._state.turns.get(_turn_id(mention_id, self._state.turn_counts.get(mention_id, 0)))

    def conversation(self, conversation_id: str) -> Conversation:
        return _one(self._state.conversations, "conversation", conversation_id)

    def detail(self, conversation_id: str) -> ConversationDetail:
        return ConversationDetail(
            conversation=self.conversation(conversation_id),
            mentions=tuple(m for m in self._state.mentions.values() if conversation_id_of(m) == conversation_id),
            turns=tuple(t for t in self._state.turns.values() if t.conversation_id == conversation_id),
            replies=tuple(r for r in self._state.replies.values() if r.conversation_id == conversation_id),
        )

    def conversations(
        self,
        *,
        brand_id: str,
        states: Sequence[ConversationState] = (),
        decisions: Sequence[Decision] = (),
        queue: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Sequence[Conversation]:
        seen = _urgency(self.conversation(after)) if after is not None else None
        found = [
            conversation
            for conversation in self._state.conversations.values()
            if conversation.brand_id == brand_id
            and (not states or conversation.state in states)
            and (not decisions or conversation.decision in decisions)
            and (queue is None or conversation.queue == queue)
            and (seen is None or _urgency(conversation) > seen)
        ]
        return sorted(found, key=_urgency)[:limit]

    def count_by_decision(self, *, brand_id: str) -> Mapping[str, int]:
        counts: dict[str, int] = {}
        for conversation in self._state.conversations.values():
            if conversation.brand_id == brand_id and conversation.state in _ACTIVE and conversation.decision:
                counts[conversation.decision.value] = counts.get(conversation.decision.value, 0) + 1
        return counts

    def reply(self, reply_id: str) -> Reply:
        return _one(self._state.replies, "reply", reply_id)

    def due_replies(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[Reply]:
        due = [
            reply
            for reply in self._state.replies.values()
            if reply.brand_id == brand_id and reply.state in _IN_FLIGHT and reply.not_before <= now
        ]
        return sorted(due, key=lambda reply: reply.not_before)[:limit]

    def automation(self, brand_id: str) -> AutomationState:
        return self._state.automation.get(brand_id, AutomationState())

    def audit(self, *, subject: str | None = None, limit: int = 1000) -> Sequence[AuditEntry]:
        return [entry for entry in self._state.audit if subject is None or entry.subject == subject][:limit]


class MemoryTransaction(MemoryReading):
    """Satisfies `Transaction`."""

    def take_in(self, mention: Mention, *, at: datetime) -> TakenIn:
        known = self._state.mentions.get(mention.id)
        if known is not None:
            return TakenIn(mention_id=mention.id, conversation_id=conversation_id_of(known), new=False)
        conversation_id = conversation_id_of(mention)
        joined = self._state.conversations.get(conversation_id)
        self._state.conversations[conversation_id] = (
            joined.with_mention(mention, at=at) if joined else opened_by(mention, at=at)
        )
        self._state.mentions[mention.id] = mention
        self._state.unanswered[mention.id] = None
        return TakenIn(mention_id=mention.id, conversation_id=conversation_id, new=True)

    def add_turn(self, turn: Turn, *, at: datetime) -> TurnRecord:
        mention = _one(self._state.mentions, "mention", turn.mention_id)
        number = self._state.turn_counts.get(mention.id, 0) + 1
        record = TurnRecord(
            id=_turn_id(mention.id, number),
            conversation_id=conversation_id_of(mention),
            number=number,
            turn=turn,
            disposition=None,
            created_at=at,
        )
        self._state.turns[record.id] = record
        self._state.turn_counts[mention.id] = number
        self._state.unanswered.pop(mention.id, None)
        return record

    def set_disposition(self, turn_id: str, disposition: Disposition) -> None:
        self._state.turns[turn_id] = self.turn(turn_id).model_copy(update={"disposition": disposition})

    def save_conversation(self, conversation: Conversation, *, seen_version: int) -> Conversation:
        stored = self.conversation(conversation.id)
        if stored.version != seen_version:
            raise StaleVersion("conversation", conversation.id, seen=seen_version, now=stored.version)
        saved = conversation.model_copy(update={"version": seen_version + 1})
        self._state.conversations[conversation.id] = saved
        return saved

    def enqueue(self, reply: Reply) -> bool:
        if any(known.delivery_key == reply.delivery_key for known in self._state.replies.values()):
            return False
        self._state.replies[reply.id] = reply
        return True

    def save_reply(self, reply: Reply) -> None:
        self.reply(reply.id)
        self._state.replies[reply.id] = reply

    def save_automation(self, brand_id: str, state: AutomationState) -> None:
        self._state.automation[brand_id] = state

    def append_audit(
        self, *, brand_id: str, at: datetime, actor: str, event: str, subject: str, facts: Mapping[str, object]
    ) -> None:
        previous = self._state.audit[-1] if self._state.audit else None
        entry = linked(previous, brand_id=brand_id, at=at, actor=actor, event=event, subject=subject, facts=facts)
        self._state.audit.append(entry)


Kept = TypeVar("Kept")


def _one(kept: Mapping[str, Kept], what: str, key: str) -> Kept:
    try:
        return kept[key]
    except KeyError:
        raise NotFound(what, key) from None


def _urgency(conversation: Conversation) -> tuple[datetime, str]:
    return (conversation.due_at or _LAST, conversation.id)


def _turn_id(mention_id: str, number: int) -> str:
    return f"{mention_id}-{number}"
