"""Tables of promises and offers."""

from sqlalchemy import Column, Float, ForeignKey, Index, String, Table, Text, UniqueConstraint

from assistant.adapters.sql.tables import Long, UtcTime, metadata

tasks = Table(
    "tasks",
    metadata,
    Column("sequence", Long, primary_key=True),
    Column("id", String(80), nullable=False, unique=True),
    Column("brand_id", String(100), nullable=False),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("promise", Text, nullable=False),
    Column("owner", String(200), nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("state", String(20), nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Index(None, "brand_id", "state", "due_at"),
)

offer_spends = Table(
    "offer_spends",
    metadata,
    Column("sequence", Long, primary_key=True),
    Column("offer_id", String(200), nullable=False),
    Column("brand_id", String(100), nullable=False),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("reply_id", String(80), nullable=False),
    Column("amount", Float, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("brand_id", "offer_id", "reply_id"),
)
