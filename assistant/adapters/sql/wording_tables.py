"""Tables of edits and proposals, and the index that finds replies of late."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from assistant.adapters.sql.tables import Long, UtcTime, metadata, replies

Index(None, replies.c.brand_id, replies.c.not_before)

edits = Table(
    "edits",
    metadata,
    Column("sequence", Long, primary_key=True),
    Column("id", String(80), nullable=False, unique=True),
    Column("brand_id", String(100), nullable=False),
    Column("turn_id", ForeignKey("turns.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "brand_id", "at"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("sequence", Long, primary_key=True),
    Column("id", String(80), nullable=False, unique=True),
    Column("brand_id", String(100), nullable=False),
    Column("state", String(20), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "brand_id", "state", "created_at"),
)
