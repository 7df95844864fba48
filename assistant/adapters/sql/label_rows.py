"""Labels from the desk in the store."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, TextClause, exists, select, text

from assistant.adapters.sql import tables
from assistant.adapters.sql.desk_rows import SqlDeskReading
from assistant.adapters.sql.desk_tables import COUNTING, desk_labels
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
        return self._written(desk_labels.c.brand_id == brand_id, desk_labels.c.drafted_at >= since)

    def verdicts(self, *, brand_id: str, since: datetime) -> Sequence[DeskLabel]:
        counts = text(f"desk_labels.{COUNTING}")
        return self._written(desk_labels.c.brand_id == brand_id, desk_labels.c.drafted_at >= since, counts)

    def _written(self, *which: ColumnElement[bool] | TextClause) -> Sequence[DeskLabel]:
        """The newest `MOST`, oldest first."""
        newest = desk_labels.c.drafted_at.desc(), desk_labels.c.sequence.desc()
        query = select(desk_labels.c.body).where(*which).order_by(*newest).limit(MOST)
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
        kept = {**whose, "body": label.model_dump_json(), "counts": label.counts}
        put(self._connection, desk_labels, {"id": label.id}, kept)
