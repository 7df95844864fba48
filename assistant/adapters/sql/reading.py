"""Queries: one consistent look at the store."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Table, func, select, text

from assistant.adapters.sql import tables
from assistant.adapters.sql.article_rows import ArticleLooks
from assistant.adapters.sql.centre_rows import CentreLooks
from assistant.adapters.sql.channel_rows import ChannelLooks
from assistant.adapters.sql.commitment_rows import CommitmentLooks
from assistant.adapters.sql.console_reading import ConsoleReadingRows
from assistant.adapters.sql.engine_rows import EngineLook
from assistant.adapters.sql.inbox import inbox_query
from assistant.adapters.sql.label_rows import LabelLooks
from assistant.adapters.sql.peer_rows import PeerLooks
from assistant.adapters.sql.quality_rows import QualityLooks
from assistant.adapters.sql.relabel_rows import RelabelLooks
from assistant.adapters.sql.rows import AnyRow, audit_of, conversation_of, reply_of, turn_of
from assistant.adapters.sql.source_rows import SourceLooks
from assistant.adapters.sql.statements import BY_ID, TURN_COUNT
from assistant.adapters.sql.wording_rows import WordingLooks
from assistant.domain.audit import AuditEntry
from assistant.domain.automation import AutomationState
from assistant.domain.conversation import Conversation, ConversationDetail, Reply, TurnRecord
from assistant.domain.mention import Mention
from assistant.domain.vocabulary import ConversationState, Decision
from assistant.errors import NotFound


class SqlReading(
    ArticleLooks,
    SourceLooks,
    CommitmentLooks,
    WordingLooks,
    PeerLooks,
    LabelLooks,
    EngineLook,
    ConsoleReadingRows,
    CentreLooks,
    RelabelLooks,
    ChannelLooks,
    QualityLooks,
):
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
                Mention.model_validate_json(row.body) for row in self._rows_of(tables.mentions, conversation_id)
            ),
            turns=tuple(turn_of(row) for row in self._rows_of(tables.turns, conversation_id)),
            replies=tuple(reply_of(row) for row in self._rows_of(tables.replies, conversation_id)),
        )

    def conversations(
        self,
        *,
        brand_id: str,
        states: Sequence[ConversationState] = (),
        decisions: Sequence[Decision] = (),
        queue: str | None = None,
        after: tuple[datetime | None, str] | None = None,
        limit: int = 50,
    ) -> Sequence[Conversation]:
        seen = (after[0] or tables.NEVER, after[1]) if after is not None else None
        chosen = inbox_query(brand_id=brand_id, states=states, decisions=decisions, queue=queue, seen=seen, limit=limit)
        return [conversation_of(row) for row in self._connection.execute(chosen)]

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

    def _rows_of(self, table: Table, conversation_id: str) -> Sequence[AnyRow]:
        query = select(table).where(table.c.conversation_id == conversation_id).order_by(table.c.sequence)
        return self._connection.execute(query).all()


def turn_id_of(mention_id: str, number: int) -> str:
    return f"{mention_id}-{number}"
