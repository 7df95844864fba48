"""The engine's own table: what each channel's network still takes. Who holds a mention or a reply stands in its row."""

from sqlalchemy import Column, Integer, String, Table

from assistant.adapters.sql.tables import UtcTime, metadata

channel_budgets = Table(
    "channel_budgets",
    metadata,
    Column("channel", String(100), primary_key=True),
    Column("remaining", Integer),
    Column("resets_at", UtcTime),
    Column("paused_until", UtcTime),
)
