"""The table of article versions."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from assistant.adapters.sql.tables import Long, UtcTime, metadata

article_versions = Table(
    "article_versions",
    metadata,
    Column("sequence", Long, primary_key=True),
    Column("brand_id", String(100), nullable=False),
    Column("article_id", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("first", Boolean, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("withdrawn_at", UtcTime),
    Column("in_use_at", UtcTime),
    Index(None, "brand_id", "withdrawn_at"),
    Index(None, "brand_id", "article_id"),
)
