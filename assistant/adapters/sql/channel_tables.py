"""Tables of connected channels: where reading stands, what was seen, what was delivered, who wants no machine."""

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from assistant.adapters.sql.tables import UtcTime, metadata

channel_states = Table(
    "channel_states",
    metadata,
    Column("brand_id", String(100), primary_key=True),
    Column("channel", String(100), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("cursor", Text, nullable=False),
    Column("approval", Text, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
)

channel_posts = Table(
    "channel_posts",
    metadata,
    Column("brand_id", String(100), primary_key=True),
    Column("channel", String(100), primary_key=True),
    Column("external_id", String(600), primary_key=True),
    Column("mention_id", String(40), index=True),
    Column("author_id", String(400), nullable=False),
    Column("parent_id", String(600)),
    Column("root_id", String(600)),
    Column("permalink", String(2000), nullable=False),
    Column("visibility", String(20), nullable=False),
    Column("summoned", Boolean, nullable=False),
    Column("ours", Boolean, nullable=False),
    Column("automated", Boolean, nullable=False),
    Column("address", Text, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("deleted_at", UtcTime),
    Column("look_at", UtcTime),
    Index(None, "brand_id", "channel", "parent_id"),
    Index(None, "brand_id", "channel", "permalink"),
    Index(None, "brand_id", "channel", "ours", "seen_at"),
    Index(None, "brand_id", "channel", "author_id", "seen_at"),
    Index(None, "brand_id", "channel", "look_at"),
)

channel_deliveries = Table(
    "channel_deliveries",
    metadata,
    Column("brand_id", String(100), primary_key=True),
    Column("channel", String(100), primary_key=True),
    Column("delivery_id", String(300), primary_key=True),
    Column("taken_at", UtcTime, nullable=False),
)

channel_opt_outs = Table(
    "channel_opt_outs",
    metadata,
    Column("brand_id", String(100), primary_key=True),
    Column("channel", String(100), primary_key=True),
    Column("author_id", String(400), primary_key=True),
    Column("since", UtcTime, nullable=False),
)
