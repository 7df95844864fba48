"""The audit log read as people look through it: newest first."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select

from assistant.adapters.sql.rows import audit_of
from assistant.adapters.sql.tables import audit
from assistant.domain.audit import AuditEntry


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
