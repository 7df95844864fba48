"""Queries: one consistent look at the store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, func, or_, select, text

from assistant.adapters.sql import tables
from assistant.adapters.sql.channel_rows import ChannelLooks
from assistant.adapters.sql.rows import AnyRow, audit_of, conversation_of, reply_of, turn_of
from assistant.adapters.sql.statements import BY_ID, TURN_COUNT
from assistant.domain.audit import AuditEntry
from assistant.domain.automation import AutomationState
from assistant.domain.conversation import Conversation, ConversationDetail, Reply, TurnRecord
from assistant.domain.mention import Mention
from assistant.domain.vocabulary import ConversationState, Decision
from assistant.errors import NotFound


class SqlReading(ChannelLooks):
    """Satisfies `Reading` on one connection in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unanswered(self, *, brand_id: str, limit: int) -> Sequence[Mention]:
        table = tables.mentions.c
        query = (
            select(table.body)
            .where(table.brand_id == brand_id, text(tables.UNANSWERED))
            .order_by(table.sequence)
            .limit(limit)
        )
        return [Mention.model_validate_json(body) for body in self._connection.scalars(query)]

    def turn(self, turn_id: str) -> TurnRecord:
        return turn_of(self._one(tables.turns, "turn", turn_id))

    def current_turn(self, mention_id: str) -> TurnRecord | None:
        number = self._connection.scalar(TURN_COUNT, {"key": mention_id})
        return self.turn(turn_id_of(mention_id, number)) if number else None

    def conversation(self, conversation_id: str) -> Conversation:
        return conversation_of(self._one(tables.conversations, "conversation", conversation_id))

    def detail(self, conversation_id: str) -> ConversationDetail:
        return ConversationDetail(
            conversation=self.conversation(conversation_id),
            mentions=tuple(
                Mention.model_validate_json(row.body) for row in self._of_conversation(tables.mentions, conversation_id)
            ),
            turns=tuple(turn_of(row) for row in self._of_conversation(tables.turns, conversation_id)),
            replies=tuple(reply_of(row) for row in self._of_conversation(tables.replies, conversation_id)),
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
        table = tables.conversations.c
        query = select(tables.conversations).where(table.brand_id == brand_id)
        if states:
            query = query.where(table.state.in_([state.value for state in states]))
        if decisions:
            query = query.where(table.decision.in_([decision.value for decision in decisions]))
        if queue is not None:
            query = query.where(table.queue == queue)
        if after is not None:
            query = self._past(query, after)
        query = query.order_by(table.due_at, table.id).limit(limit)
        return [conversation_of(row) for row in self._connection.execute(query)]

    def count_by_decision(self, *, brand_id: str) -> Mapping[str, int]:
        table = tables.conversations.c
        active = (ConversationState.OPEN.value, ConversationState.PENDING.value)
        query = (
            select(table.decision, func.count())
            .where(table.brand_id == brand_id, table.state.in_(active), table.decision.is_not(None))
            .group_by(table.decision)
        )
        return {row.decision: row[1] for row in self._connection.execute(query)}

    def reply(self, reply_id: str) -> Reply:
        return reply_of(self._one(tables.replies, "reply", reply_id))

    def due_replies(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[Reply]:
        table = tables.replies.c
        query = (
            select(tables.replies)
            .where(table.brand_id == brand_id, table.not_before <= now, text(tables.IN_FLIGHT))
            .order_by(table.not_before, table.sequence)
            .limit(limit)
        )
        return [reply_of(row) for row in self._connection.execute(query)]

    def automation(self, brand_id: str) -> AutomationState:
        table = tables.automation.c
        body = self._connection.scalar(select(table.body).where(table.brand_id == brand_id))
        return AutomationState.model_validate_json(body) if body else AutomationState()

    def audit(self, *, subject: str | None = None, limit: int = 1000) -> Sequence[AuditEntry]:
        query = select(tables.audit).order_by(tables.audit.c.sequence).limit(limit)
        if subject is not None:
            query = query.where(tables.audit.c.subject == subject)
        return [audit_of(row) for row in self._connection.execute(query)]

    def _one(self, table: Table, what: str, key: str) -> AnyRow:
        row = self._connection.execute(BY_ID[table], {"key": key}).one_or_none()
        if row is None:
            raise NotFound(what, key)
        return row

    def _of_conversation(self, table: Table, conversation_id: str) -> Sequence[AnyRow]:
        query = select(table).where(table.c.conversation_id == conversation_id).order_by(table.c.sequence)
        return self._connection.execute(query).all()

    def _past(self, query: Select[Any], after: str) -> Select[Any]:
        table = tables.conversations.c
        seen_due_at = self._one(tables.conversations, "conversation", after).due_at
        return query.where(or_(table.due_at > seen_due_at, and_(table.due_at == seen_due_at, table.id > after)))


def turn_id_of(mention_id: str, number: int) -> str:
    return f"{mention_id}-{number}"
