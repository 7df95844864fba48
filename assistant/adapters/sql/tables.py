"""The tables. Columns hold what queries ask for; whole values are kept as JSON beside them."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy.types import TypeDecorator

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands for no due time, so that one index sorts those rows last."""

UNANSWERED = "turn_count = 0"
"""Predicate of a partial index. SQLite uses such an index only where a query repeats it word for word."""
UNCLAIMED = "turn_count = 0 AND claimed_by IS NULL"
"""Predicate of the index that claiming reads; see `UNANSWERED`."""
PUT_OFF = "turn_count = 0 AND put_off_until IS NOT NULL"
"""Predicate of the index that looking for what waits for the knowledge base reads; see `UNANSWERED`."""
IN_FLIGHT = "state IN ('due', 'failed', 'sending')"
"""Predicate of the outbox's partial index; see `UNANSWERED`."""
LACKING = "lacks_answer"
"""Predicate of the index that looking for gaps reads; see `UNANSWERED`."""

Long = BigInteger().with_variant(Integer, "sqlite")
"""A number that never runs out. SQLite counts its own in 64 bits only where the column is an INTEGER."""


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; SQLite itself keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is UTC:
            return value  # nearly always: what we make ourselves
        if value.tzinfo is None:
            raise ValueError(f"a time without zone can't be stored: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("brand_id", String(100), nullable=False),
    Column("channel", String(100), nullable=False),
    Column("handle", String(320), nullable=False),
    Column("visibility", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("queue", String(100), nullable=False),
    Column("decision", String(20)),
    Column("due_at", UtcTime, nullable=False),
    Column("preview", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Index(None, "brand_id", "state", "due_at", "id"),
    Index(None, "brand_id", "state", "decision", "due_at", "id"),
    Index(None, "brand_id", "state", "queue", "due_at", "id"),
)

mentions = Table(
    "mentions",
    metadata,
    Column("sequence", Long, primary_key=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("brand_id", String(100), nullable=False),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("turn_count", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("taken_in_at", UtcTime, nullable=False),
    Column("claimed_by", String(100)),
    Column("rank", Integer, nullable=False, server_default="0"),
    Column("put_off_until", UtcTime),
    Index("ix_mentions_taken_in", "brand_id", "taken_in_at"),
    Index(
        "ix_mentions_unclaimed",
        "brand_id",
        "rank",
        "sequence",
        sqlite_where=text(UNCLAIMED),
        postgresql_where=text(UNCLAIMED),
    ),
    Index(
        "ix_mentions_put_off",
        "brand_id",
        "put_off_until",
        "sequence",
        sqlite_where=text(PUT_OFF),
        postgresql_where=text(PUT_OFF),
    ),
    Index(
        "ix_mentions_unanswered",
        "brand_id",
        "sequence",
        sqlite_where=text(UNANSWERED),
        postgresql_where=text(UNANSWERED),
    ),
)

turns = Table(
    "turns",
    metadata,
    Column("sequence", Long, primary_key=True),
    Column("id", String(60), nullable=False, unique=True),
    Column("brand_id", String(100), nullable=False),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("mention_id", ForeignKey("mentions.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("decision", String(20), nullable=False),
    Column("disposition", String(20)),
    Column("body", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("lacks_answer", Boolean, nullable=False, server_default=false()),
    Index(
        "ix_turns_lacking",
        "brand_id",
        "sequence",
        sqlite_where=text(LACKING),
        postgresql_where=text(LACKING),
    ),
)

replies = Table(
    "replies",
    metadata,
    Column("sequence", Long, primary_key=True),
    Column("id", String(80), nullable=False, unique=True),
    Column("brand_id", String(100), nullable=False),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("turn_id", ForeignKey("turns.id"), nullable=False),
    Column("channel", String(100), nullable=False),
    Column("in_reply_to", String(600), nullable=False),
    Column("text", Text, nullable=False),
    Column("written_by", String(200), nullable=False),
    Column("approved_by", String(200)),
    Column("automated", Boolean, nullable=False),
    Column("delivery_key", String(300), nullable=False, unique=True),
    Column("state", String(20), nullable=False),
    Column("not_before", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_id", String(600)),
    Column("last_error", Text),
    Column("intent", String(200)),
    Column("topic", String(200)),
    Column("claimed_by", String(100)),
    Column("parts", Text, nullable=False, server_default="[]"),
    Column("sent_parts", Text, nullable=False, server_default="[]"),
    Index(
        "ix_replies_in_flight",
        "brand_id",
        "not_before",
        "sequence",
        sqlite_where=text(IN_FLIGHT),
        postgresql_where=text(IN_FLIGHT),
    ),
)

automation = Table(
    "automation",
    metadata,
    Column("brand_id", String(100), primary_key=True),
    Column("body", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("sequence", Long, primary_key=True, autoincrement=False),
    Column("brand_id", String(100), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("event", String(100), nullable=False),
    Column("subject", String(300), nullable=False, index=True),
    Column("facts", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
