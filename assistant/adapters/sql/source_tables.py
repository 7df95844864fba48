"""The table of readings of sources."""

from sqlalchemy import Column, Index, String, Table, Text

from assistant.adapters.sql.tables import Long, UtcTime, metadata

source_syncs = Table(
    "source_syncs",
    metadata,
    Column("sequence", Long, primary_key=True),
    Column("id", String(100), nullable=False, unique=True),
    Column("brand_id", String(100), nullable=False),
    Column("source", String(40), nullable=False),
    Column("started_at", UtcTime),
    Column("body", Text, nullable=False),
    Index(None, "brand_id", "sequence"),
)
