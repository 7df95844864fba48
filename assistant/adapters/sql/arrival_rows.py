"""Arrivals: what intake commits is one narrow row a mention; everything else of it is written when it is unfolded.

A mention stands in `arrivals` or in `mentions`, and one transaction moves it. Its first words count, wherever they are.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    delete,
    exists,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from assistant.adapters.sql import tables
from assistant.adapters.sql.intake_rows import take_in_each
from assistant.adapters.sql.locks import UNFOLDING, lock, lock_conversations
from assistant.adapters.sql.purge import overwrite_freed
from assistant.adapters.sql.tables import Long, UtcTime, metadata
from assistant.domain.conversation import TakenIn, conversation_id_of
from assistant.domain.mention import Mention

arrivals = Table(
    "arrivals",
    metadata,
    Column("sequence", Long, primary_key=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("brand_id", String(100), nullable=False),
    Column("body", Text, nullable=False),
    Column("arrived_at", UtcTime, nullable=False),
)

_ADD = {
    "sqlite": sqlite.insert(arrivals).on_conflict_do_nothing().returning(arrivals.c.id),
    "postgresql": postgresql.insert(arrivals).on_conflict_do_nothing().returning(arrivals.c.id),
}
_OLDEST = select(arrivals).order_by(arrivals.c.sequence).limit(bindparam("limit", type_=Integer))
_THESE = select(arrivals).where(arrivals.c.id.in_(bindparam("ids", expanding=True))).order_by(arrivals.c.sequence)
_ANY = select(exists().where(arrivals.c.sequence.is_not(None)))
_KNOWN = select(tables.mentions.c.id, tables.mentions.c.conversation_id).where(
    tables.mentions.c.id.in_(bindparam("ids", expanding=True))
)
_DROP = delete(arrivals).where(arrivals.c.sequence.in_(bindparam("numbers", expanding=True)))


def put_down(connection: Connection, mentions: Sequence[Mention], *, at: datetime) -> tuple[TakenIn, ...]:
    """One row for each that isn't known yet. Whatever is unfolded meanwhile is found: mentions are looked at last."""
    rows: dict[str, dict[str, Any]] = {}
    for mention in mentions:
        if mention.id not in rows:
            rows[mention.id] = _row(mention, at)
    added = set(connection.scalars(_ADD[connection.dialect.name], list(rows.values())))
    home: dict[str, str] = {}
    if earlier := [each for each in rows if each not in added]:
        for row in connection.execute(_THESE, {"ids": earlier}):
            home[row.id] = conversation_id_of(Mention.model_validate_json(row.body))
    home.update((row.id, row.conversation_id) for row in connection.execute(_KNOWN, {"ids": list(rows)}))
    taken: list[TakenIn] = []
    for mention in mentions:
        new = mention.id not in home
        if new:
            home[mention.id] = conversation_id_of(mention)
        taken.append(TakenIn(mention_id=mention.id, conversation_id=home[mention.id], new=new))
    return tuple(taken)


def unfold(connection: Connection, held: set[int], *, limit: int) -> int:
    """The oldest arrivals become mentions of their conversations, by one transaction at a time: in order."""
    lock(connection, UNFOLDING)
    rows = connection.execute(_OLDEST, {"limit": limit}).all()
    _unfold(connection, rows, held)
    return len(rows)


def unfold_these(connection: Connection, ids: Sequence[str], held: set[int]) -> bool:
    """The same for those of these mentions that are there; False where none is."""
    rows = connection.execute(_THESE, {"ids": list(ids)}).all()
    _unfold(connection, rows, held)
    return bool(rows)


def waiting(connection: Connection, *, brand_id: str, limit: int) -> int:
    """Arrivals of a brand, counted up to `limit`."""
    some = select(arrivals.c.sequence).where(arrivals.c.brand_id == brand_id).limit(limit)
    return connection.scalar(select(func.count()).select_from(some.subquery())) or 0


def any_waits(connection: Connection) -> bool:
    """Whether there is an arrival of any brand."""
    return bool(connection.scalar(_ANY))


def _unfold(connection: Connection, rows: Sequence[Any], held: set[int]) -> None:
    """Their own row goes with the write of the others; SQLite overwrites its words."""
    if not rows:
        return
    overwrite_freed(connection)
    came = [(Mention.model_validate_json(row.body), row.arrived_at) for row in rows]
    lock_conversations(connection, [conversation_id_of(mention) for mention, _ in came], held)
    take_in_each(connection, came)
    connection.execute(_DROP, {"numbers": [row.sequence for row in rows]})


def _row(mention: Mention, at: datetime) -> dict[str, Any]:
    return {"id": mention.id, "brand_id": mention.brand_id, "body": mention.model_dump_json(), "arrived_at": at}
