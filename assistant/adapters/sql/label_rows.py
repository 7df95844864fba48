"""Labels from the desk in the store."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select

from assistant.adapters.sql import tables
from assistant.adapters.sql.desk_rows import SqlDeskReading
from assistant.adapters.sql.desk_tables import desk_labels
from assistant.adapters.sql.keyed import put
from assistant.adapters.sql.quality_tables import canaries
from assistant.adapters.sql.rows import turn_of
from assistant.domain.conversation import TurnRecord
from assistant.domain.label import DeskLabel

MOST = 100_000


class LabelLooks(SqlDeskReading):
    """Satisfies `LabelReading`; mixed into the store's readings."""

    def label(self, turn_id: str) -> DeskLabel | None:
        return self._value(desk_labels, turn_id, DeskLabel)

    def labels(self, *, brand_id: str, since: datetime) -> Sequence[DeskLabel]:
        table = desk_labels.c
        query = (
            select(table.body)
            .where(table.brand_id == brand_id, table.drafted_at >= since)
            .order_by(table.drafted_at.desc(), table.sequence.desc())
            .limit(MOST)
        )
        return [DeskLabel.model_validate_json(body) for body in self._connection.scalars(query)][::-1]

    def last_label(self, conversation_id: str) -> DeskLabel | None:
        table = desk_labels.c
        query = (
            select(table.body).where(table.conversation_id == conversation_id).order_by(table.sequence.desc()).limit(1)
        )
        body = self._connection.scalar(query)
        return DeskLabel.model_validate_json(body) if body is not None else None

    def first_turns(self, *, brand_id: str, since: datetime, limit: int) -> Sequence[TurnRecord]:
        table = tables.turns.c
        planted = exists().where(canaries.c.conversation_id == table.conversation_id)
        query = (
            select(tables.turns)
            .where(table.brand_id == brand_id, table.number == 1, table.created_at >= since, ~planted)
            .order_by(table.sequence.desc())
            .limit(limit)
        )
        return [turn_of(row) for row in self._connection.execute(query)]


class LabelWrites(LabelLooks):
    """Satisfies `LabelWriting`; mixed into the store's transactions."""

    def save_label(self, label: DeskLabel) -> None:
        whose = {"brand_id": label.brand_id, "conversation_id": label.conversation_id, "drafted_at": label.drafted_at}
        put(self._connection, desk_labels, {"id": label.id}, {**whose, "body": label.model_dump_json()})
