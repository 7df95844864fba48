"""What became of automated replies since automation was stopped, from the audit log and the outbox."""

from sqlalchemy import Connection, func, select, text

from assistant.adapters.sql import tables
from assistant.domain.stop import Stop


class StopLooks:
    """Part of `ConsoleReading`."""

    _connection: Connection

    def last_stop(self, brand_id: str) -> Stop | None:
        audit, reply = tables.audit.c, tables.replies.c
        stopped = select(audit.sequence, audit.at, audit.actor).where(
            audit.brand_id == brand_id, audit.subject == f"automation:{brand_id}", audit.event == "kill_switch_on"
        )
        click = self._connection.execute(stopped.order_by(audit.sequence.desc()).limit(1)).one_or_none()
        if click is None:
            return None
        since = (
            select(audit.event, func.count().label("n"), func.max(audit.at).label("last"))
            .join_from(tables.audit, tables.replies, reply.id == audit.subject)
            .where(audit.sequence > click.sequence, audit.event.in_(("reply_sent", "reply_held")))
            .where(reply.brand_id == brand_id, reply.automated)
            .group_by(audit.event)
        )
        ends = {row.event: row for row in self._connection.execute(since)}
        waiting = select(func.count()).where(reply.brand_id == brand_id, reply.automated, text(tables.IN_FLIGHT))
        return Stop(
            at=click.at,
            by=click.actor,
            left=ends["reply_sent"].n if "reply_sent" in ends else 0,
            held=ends["reply_held"].n if "reply_held" in ends else 0,
            open_=self._connection.scalar(waiting) or 0,
            settled_at=max((row.last for row in ends.values()), default=None),
        )
