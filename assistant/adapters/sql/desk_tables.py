"""Tables of the desk: each keeps a whole value as JSON under an id, and when somebody must look at it."""

from sqlalchemy import Boolean, Column, Index, String, Table, Text, false, text

from assistant.adapters.sql.tables import Long, UtcTime, metadata

COUNTING = "counts"
"""Predicate of the index that looking for verdicts reads; see `tables.UNANSWERED`."""


def values_table(name: str) -> Table:
    """A table of whole values; `look_at` is `NEVER` where nobody needs to look."""
    return Table(
        name,
        metadata,
        Column("sequence", Long, primary_key=True),
        Column("id", String(120), nullable=False, unique=True),
        Column("brand_id", String(100), nullable=False),
        Column("conversation_id", String(40), nullable=False, index=True),
        Column("look_at", UtcTime, nullable=False),
        Column("body", Text, nullable=False),
        Index(f"ix_{name}_look_at", "brand_id", "look_at", "sequence"),
    )


sla_clocks = values_table("sla_clocks")
escalations = values_table("escalations")
draft_bases = values_table("draft_bases")
mention_changes = values_table("mention_changes")
handoffs = values_table("handoffs")
assignments = values_table("assignments")
approvals = values_table("approvals")
retractions = values_table("retractions")
desk_labels = Table(
    "desk_labels",
    metadata,
    Column("sequence", Long, primary_key=True),
    Column("id", String(60), nullable=False, unique=True),
    Column("brand_id", String(100), nullable=False),
    Column("conversation_id", String(40), nullable=False, index=True),
    Column("drafted_at", UtcTime, nullable=False),
    Column("body", Text, nullable=False),
    Column("counts", Boolean, nullable=False, server_default=false()),
    Index(None, "brand_id", "drafted_at"),
    Index(
        "ix_desk_labels_counting",
        "brand_id",
        "drafted_at",
        sqlite_where=text(COUNTING),
        postgresql_where=text(COUNTING),
    ),
)
