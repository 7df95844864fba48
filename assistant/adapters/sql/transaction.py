"""Writes: all of a transaction's or none."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from assistant.adapters.sql import tables
from assistant.adapters.sql.reading import SqlReading, turn_id_of
from assistant.adapters.sql.rows import audit_of, conversation_of, conversation_row, reply_row
from assistant.domain.audit import AuditEntry, linked
from assistant.domain.automation import AutomationState
from assistant.domain.conversation import Conversation, Reply, TakenIn, TurnRecord, conversation_id_of, opened_by
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Disposition
from assistant.errors import NotFound, StaleVersion


class SqlTransaction(SqlReading):
    """Satisfies `Transaction` on one connection."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._last_audit: AuditEntry | None = None

    def take_in(self, mention: Mention, *, at: datetime) -> TakenIn:
        table = tables.mentions.c
        known = self._connection.scalar(select(table.conversation_id).where(table.id == mention.id))
        if known is not None:
            return TakenIn(mention_id=mention.id, conversation_id=known, new=False)
        conversation_id = self._join_conversation(mention, at=at)
        self._connection.execute(
            insert(tables.mentions),
            {
                "id": mention.id,
                "brand_id": mention.brand_id,
                "conversation_id": conversation_id,
                "turn_count": 0,
                "body": mention.model_dump_json(),
                "taken_in_at": at,
            },
        )
        return TakenIn(mention_id=mention.id, conversation_id=conversation_id, new=True)

    def add_turn(self, turn: Turn, *, at: datetime) -> TurnRecord:
        table = tables.mentions.c
        query = select(table.brand_id, table.conversation_id, table.turn_count).where(table.id == turn.mention_id)
        mention = self._connection.execute(query).one_or_none()
        if mention is None:
            raise NotFound("mention", turn.mention_id)
        number = mention.turn_count + 1
        record = TurnRecord(
            id=turn_id_of(turn.mention_id, number),
            conversation_id=mention.conversation_id,
            number=number,
            turn=turn,
            disposition=None,
            created_at=at,
        )
        self._connection.execute(
            insert(tables.turns),
            {
                "id": record.id,
                "brand_id": mention.brand_id,
                "conversation_id": record.conversation_id,
                "mention_id": turn.mention_id,
                "number": number,
                "decision": turn.route.decision.value,
                "disposition": None,
                "body": turn.model_dump_json(),
                "created_at": at,
            },
        )
        self._connection.execute(update(tables.mentions).where(table.id == turn.mention_id).values(turn_count=number))
        return record

    def set_disposition(self, turn_id: str, disposition: Disposition) -> None:
        statement = update(tables.turns).where(tables.turns.c.id == turn_id).values(disposition=disposition.value)
        if self._connection.execute(statement).rowcount == 0:
            raise NotFound("turn", turn_id)

    def save_conversation(self, conversation: Conversation, *, seen_version: int) -> Conversation:
        saved = conversation.model_copy(update={"version": seen_version + 1})
        table = tables.conversations.c
        statement = (
            update(tables.conversations)
            .where(table.id == conversation.id, table.version == seen_version)
            .values(**conversation_row(saved))
        )
        if self._connection.execute(statement).rowcount == 0:
            now = self.conversation(conversation.id).version
            raise StaleVersion("conversation", conversation.id, seen=seen_version, now=now)
        return saved

    def enqueue(self, reply: Reply) -> bool:
        table = tables.replies.c
        if self._connection.scalar(select(table.id).where(table.delivery_key == reply.delivery_key)) is not None:
            return False
        self._connection.execute(insert(tables.replies), reply_row(reply))
        return True

    def save_reply(self, reply: Reply) -> None:
        statement = update(tables.replies).where(tables.replies.c.id == reply.id).values(**reply_row(reply))
        if self._connection.execute(statement).rowcount == 0:
            raise NotFound("reply", reply.id)

    def save_automation(self, brand_id: str, state: AutomationState) -> None:
        body = state.model_dump_json()
        table = tables.automation.c
        changed = self._connection.execute(
            update(tables.automation).where(table.brand_id == brand_id).values(body=body)
        ).rowcount
        if changed == 0:
            self._connection.execute(insert(tables.automation), {"brand_id": brand_id, "body": body})

    def append_audit(
        self, *, brand_id: str, at: datetime, actor: str, event: str, subject: str, facts: Mapping[str, object]
    ) -> None:
        entry = linked(
            self._last_audit or self._stored_last_audit(),
            brand_id=brand_id,
            at=at,
            actor=actor,
            event=event,
            subject=subject,
            facts=facts,
        )
        self._connection.execute(insert(tables.audit), dict(entry))
        self._last_audit = entry

    def _stored_last_audit(self) -> AuditEntry | None:
        newest = select(func.max(tables.audit.c.sequence)).scalar_subquery()
        row = self._connection.execute(select(tables.audit).where(tables.audit.c.sequence == newest)).one_or_none()
        return audit_of(row) if row is not None else None

    def _join_conversation(self, mention: Mention, *, at: datetime) -> str:
        table = tables.conversations
        conversation_id = conversation_id_of(mention)
        row = self._connection.execute(select(table).where(table.c.id == conversation_id)).one_or_none()
        if row is None:
            self._connection.execute(insert(table), conversation_row(opened_by(mention, at=at)))
            return conversation_id
        joined = conversation_of(row).with_mention(mention, at=at)
        self._connection.execute(update(table).where(table.c.id == conversation_id).values(**conversation_row(joined)))
        return conversation_id
