"""Blast radius and reviewer canaries in the store."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from assistant.adapters.sql import tables
from assistant.adapters.sql.keyed import put
from assistant.adapters.sql.quality_tables import canaries
from assistant.adapters.sql.rows import reply_of, turn_of
from assistant.domain.canary import Canary
from assistant.domain.conversation import ReplyState
from assistant.domain.recall import Used


class QualityLooks:
    """Satisfies `QualityReading` on a connection."""

    _connection: Connection

    def uses_of(self, article_id: str, version: int, *, brand_id: str, since: datetime) -> Sequence[Used]:
        reply, turn = tables.replies.c, tables.turns.c
        cited = f'"article_id":{json.dumps(article_id, ensure_ascii=False)},"version":{version},'
        query = (
            select(tables.replies)
            .join(tables.turns, turn.id == reply.turn_id)
            .where(
                reply.brand_id == brand_id,
                reply.state == ReplyState.SENT.value,
                turn.created_at >= since,
                turn.body.contains(cited, autoescape=True),
            )
            .order_by(reply.sequence.desc())
        )
        found = []
        for row in self._connection.execute(query).all():
            sent = reply_of(row)
            record = turn_of(self._connection.execute(select(tables.turns).where(turn.id == sent.turn_id)).one())
            used = Used(reply=sent, record=record)
            if used.stands_on(article_id, version):
                found.append(used)
        return found

    def canary_in(self, conversation_id: str) -> Canary | None:
        body = self._connection.scalar(select(canaries.c.body).where(canaries.c.conversation_id == conversation_id))
        return Canary.model_validate_json(body) if body is not None else None

    def canaries(self, *, brand_id: str, queue: str | None = None, limit: int = 1000) -> Sequence[Canary]:
        query = select(canaries.c.body).where(canaries.c.brand_id == brand_id)
        if queue is not None:
            query = query.where(canaries.c.queue == queue)
        newest = query.order_by(canaries.c.sequence.desc()).limit(limit)
        return [Canary.model_validate_json(body) for body in self._connection.scalars(newest)]


class QualityWrites(QualityLooks):
    """Satisfies `QualityWriting` on a connection in a transaction."""

    def save_canary(self, canary: Canary) -> None:
        values = {"brand_id": canary.brand_id, "queue": canary.queue, "body": canary.model_dump_json()}
        put(self._connection, canaries, {"conversation_id": canary.conversation_id}, values)
