"""Reading and writing what follows a conversation."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from assistant.adapters.sql import care_tables as tables
from assistant.adapters.sql.desk_rows import SqlDeskReading, SqlDeskTransaction
from assistant.domain.follow_up import FollowUp

MOST = 100_000


class CareLooks(SqlDeskReading):
    """Satisfies `CareReading`; mixed into the store's readings."""

    def follow_ups(self, conversation_id: str) -> Sequence[FollowUp]:
        table = tables.follow_ups.c
        query = select(table.body).where(table.conversation_id == conversation_id).order_by(table.sequence)
        return [FollowUp.model_validate_json(body) for body in self._connection.scalars(query)]

    def all_follow_ups(self, *, brand_id: str, since: datetime) -> Sequence[FollowUp]:
        found = self._newest(tables.follow_ups, brand_id, MOST, FollowUp)
        return [each for each in found if each.fixed_at >= since]

    def follow_ups_to_look_at(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[FollowUp]:
        return self._to_look_at(tables.follow_ups, brand_id, now, limit, FollowUp)


class CareWrites(CareLooks, SqlDeskTransaction):
    """Satisfies `CareTransaction`; mixed into the store's transactions."""

    def save_follow_up(self, follow_up: FollowUp, *, look_at: datetime | None) -> None:
        key = follow_up.brand_id, follow_up.conversation_id
        self._keep(tables.follow_ups, follow_up.id, *key, follow_up, look_at)
