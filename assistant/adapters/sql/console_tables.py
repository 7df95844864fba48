"""The console's tables: triage beside each conversation, notes, events, presence, agents and their sessions."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, false

from assistant.adapters.sql.tables import Long, UtcTime, conversations, metadata

triage = Table(
    "triage",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("brand_id", String(100), nullable=False),
    Column("state", String(20), nullable=False),
    Column("decision", String(20), nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("risk", Integer, nullable=False),
    Column("reach", Integer, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("sensitive", Boolean, nullable=False),
    Column("intent", String(200), nullable=False),
    Column("sentiment", String(20), nullable=False),
    Column("upset", Boolean, nullable=False, server_default=false()),
    Column("language", String(20), nullable=False),
    Column("assignee", String(100), nullable=False),
    Column("snoozed_until", UtcTime),
    Column("claimed_by", String(100), nullable=False),
    Column("claimed_until", UtcTime),
    Column("escalated", Boolean, nullable=False),
    Column("tags", Text, nullable=False),
    Column("news", Long, nullable=False),
    Column("robot_at", UtcTime),
    Index("ix_triage_due", "brand_id", "state", "due_at", "risk", "reach"),
    Index("ix_triage_decision", "brand_id", "state", "decision", "due_at"),
    Index("ix_triage_risk", "brand_id", "state", "risk", "due_at"),
    Index("ix_triage_reach", "brand_id", "state", "reach", "due_at"),
    Index("ix_triage_assignee", "brand_id", "state", "assignee", "due_at"),
    Index("ix_triage_confidence", "brand_id", "state", "confidence"),
    Index("ix_triage_sensitive", "brand_id", "state", "sensitive", "due_at"),
    Index("ix_triage_escalated", "brand_id", "state", "escalated", "due_at"),
    Index("ix_triage_updated", "brand_id", "state", "updated_at"),
    Index("ix_triage_news", "brand_id", "news"),
    Index("ix_triage_robot", "brand_id", "robot_at"),
    Index("ix_triage_snoozed", "brand_id", "state", "snoozed_until"),
)

Index("ix_conversations_brand_id_handle", conversations.c.brand_id, conversations.c.handle)

said = Table(
    "said",
    metadata,
    Column("sequence", Long, primary_key=True),
    Column("brand_id", String(100), nullable=False, index=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("words", Text, nullable=False),
)
"""What customers wrote, without case, for searching."""

notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("author", String(100), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("text", Text, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("sequence", Long, primary_key=True),
    Column("brand_id", String(100), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("conversation_id", String(40), nullable=False),
    Column("at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)

presence = Table(
    "presence",
    metadata,
    Column("conversation_id", String(40), primary_key=True),
    Column("agent", String(100), primary_key=True),
    Column("brand_id", String(100), nullable=False),
    Column("typing", Boolean, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("brand_id", String(100), nullable=False),
    Column("agent", String(100), nullable=False),
    Column("author", String(100), nullable=False),
    Column("conversation_id", String(40), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("seen_at", UtcTime),
    Index("ix_calls_agent", "brand_id", "agent", "seen_at"),
)
"""Colleagues called by name in notes."""

agents = Table(
    "agents",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("queues", Text, nullable=False),
    Column("digest", String(300), nullable=False),
    Column("added_at", UtcTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("agent", ForeignKey("agents.name"), nullable=False, index=True),
    Column("expires_at", UtcTime, nullable=False),
)
