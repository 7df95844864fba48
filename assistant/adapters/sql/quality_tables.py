"""The table of reviewer canaries."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from assistant.adapters.sql.tables import Long, metadata

canaries = Table(
    "canaries",
    metadata,
    Column("sequence", Long, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, unique=True),
    Column("brand_id", String(100), nullable=False),
    Column("queue", String(100), nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "brand_id", "queue", "sequence"),
)
