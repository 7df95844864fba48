"""The audit log read as people look through it: newest first, and counted by who decided on drafts."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from assistant.adapters.sql.rows import audit_of
from assistant.adapters.sql.tables import audit, mentions, turns
from assistant.domain.audit import AuditEntry
from assistant.domain.team import Reviewed


class RecordLooks:
    """Part of `ConsoleReading`."""

    _connection: Connection

    def record(
        self,
        *,
        brand_id: str,
        by: str = "",
        but: str = "",
        events: Collection[str] = (),
        before: int | None = None,
        limit: int,
    ) -> Sequence[AuditEntry]:
        query = select(audit).where(audit.c.brand_id == brand_id)
        if by:
            query = query.where(audit.c.actor == by)
        if but:
            query = query.where(audit.c.actor != but)
        if events:
            query = query.where(audit.c.event.in_(sorted(events)))
        if before is not None:
            query = query.where(audit.c.sequence < before)
        rows = query.order_by(audit.c.sequence.desc()).limit(limit)
        return [audit_of(row) for row in self._connection.execute(rows)]

    def reviewed(self, *, brand_id: str, since: datetime, most: int) -> Sequence[Reviewed]:
        query = (
            select(audit.c.actor, audit.c.at, turns.c.disposition, mentions.c.taken_in_at)
            .join_from(audit, turns, turns.c.id == audit.c.subject)
            .join(mentions, mentions.c.id == turns.c.mention_id)
            .where(audit.c.brand_id == brand_id, audit.c.event == "turn_reviewed", audit.c.at >= since)
            .where(turns.c.disposition.is_not(None))
            .order_by(audit.c.sequence.desc())
            .limit(most)
        )
        return [
            Reviewed(by=row.actor, disposition=row.disposition, minutes=(row.at - row.taken_in_at).total_seconds() / 60)
            for row in self._connection.execute(query)
        ]
