"""What the console stands on: triage beside conversations, searchable words, notes, events, presence, agents."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_INDICES = {
    "ix_triage_due": ["brand_id", "state", "due_at", "risk", "reach"],
    "ix_triage_decision": ["brand_id", "state", "decision", "due_at"],
    "ix_triage_risk": ["brand_id", "state", "risk", "due_at"],
    "ix_triage_reach": ["brand_id", "state", "reach", "due_at"],
    "ix_triage_assignee": ["brand_id", "state", "assignee", "due_at"],
    "ix_triage_confidence": ["brand_id", "state", "confidence"],
    "ix_triage_sensitive": ["brand_id", "state", "sensitive", "due_at"],
    "ix_triage_escalated": ["brand_id", "state", "escalated", "due_at"],
    "ix_triage_updated": ["brand_id", "state", "updated_at"],
    "ix_triage_news": ["brand_id", "news"],
    "ix_triage_robot": ["brand_id", "robot_at"],
    "ix_triage_snoozed": ["brand_id", "state", "snoozed_until"],
}


def upgrade() -> None:
    _create_triage()
    _create_rest()
    _create_people()
    op.create_index("ix_conversations_brand_id_handle", "conversations", ["brand_id", "handle"])
    _fill()


def downgrade() -> None:
    op.drop_index("ix_conversations_brand_id_handle", "conversations")
    for table in ("sessions", "agents", "presence", "events", "notes", "said", "triage"):
        op.drop_table(table)


def _create_triage() -> None:
    words = [sa.Column(name, sa.String(length), nullable=False) for name, length in (("state", 20), ("decision", 20))]
    read = [
        sa.Column(name, sa.String(length), nullable=False)
        for name, length in (("intent", 200), ("sentiment", 20), ("language", 20), ("assignee", 100))
    ]
    op.create_table(
        "triage",
        sa.Column("conversation_id", sa.String(40), nullable=False),
        sa.Column("brand_id", sa.String(100), nullable=False),
        *words,
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("risk", sa.Integer(), nullable=False),
        sa.Column("reach", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        *read,
        sa.Column("snoozed_until", _TIME),
        sa.Column("claimed_by", sa.String(100), nullable=False),
        sa.Column("claimed_until", _TIME),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("news", sa.Integer(), nullable=False),
        sa.Column("robot_at", _TIME),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_triage_conversation_id"),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_triage"),
    )
    for name, columns in _INDICES.items():
        op.create_index(name, "triage", columns)


def _create_rest() -> None:
    op.create_table(
        "said",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.String(100), nullable=False),
        sa.Column("conversation_id", sa.String(40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_said_conversation_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_said"),
    )
    op.create_index("ix_said_brand_id", "said", ["brand_id"])
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(40), nullable=False),
        sa.Column("author", sa.String(100), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_notes_conversation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_conversation_id", "notes", ["conversation_id"])
    op.create_table(
        "events",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("conversation_id", sa.String(40), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_events"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "presence",
        sa.Column("conversation_id", sa.String(40), nullable=False),
        sa.Column("agent", sa.String(100), nullable=False),
        sa.Column("brand_id", sa.String(100), nullable=False),
        sa.Column("typing", sa.Boolean(), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "agent", name="pk_presence"),
    )


def _create_people() -> None:
    op.create_table(
        "agents",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("queues", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(300), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_agents"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(100), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["agent"], ["agents.name"], name="fk_sessions_agent"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_agent", "sessions", ["agent"])


def _fill() -> None:
    """Triage and words of what the store holds already."""
    connection = op.get_bind()
    connection.execute(
        sa.text(
            "INSERT INTO triage SELECT id, brand_id, state, COALESCE(decision, ''), due_at, updated_at, 0, -1, 1.0,"
            " :no, '', '', '', '', NULL, '', NULL, :no, '[]', 0, NULL FROM conversations"
        ),
        {"no": False},
    )
    mentions = sa.text("SELECT brand_id, conversation_id, body FROM mentions ORDER BY sequence")
    for brand_id, conversation_id, body in connection.execute(mentions).all():
        row = {"brand_id": brand_id, "conversation_id": conversation_id, "words": _words(json.loads(body))}
        connection.execute(
            sa.text("INSERT INTO said (brand_id, conversation_id, words) VALUES (:brand_id, :conversation_id, :words)"),
            row,
        )
    turns = sa.text("SELECT conversation_id, body FROM turns ORDER BY sequence")
    for conversation_id, body in connection.execute(turns).all():
        connection.execute(
            sa.text(
                "UPDATE triage SET risk = :risk, reach = :reach, confidence = :confidence, sensitive = :sensitive,"
                " intent = :intent, sentiment = :sentiment, language = :language WHERE conversation_id = :key"
            ),
            {**_weights(json.loads(body)), "key": conversation_id},
        )


def _words(mention: dict[str, Any]) -> str:
    author = mention["author"]
    return " ".join((author["handle"], author["name"], mention["text"])).casefold()


def _weights(turn: dict[str, Any]) -> dict[str, Any]:
    read = turn["understanding"] or {}
    fired, injection = bool(read.get("sensitivity")), bool(read.get("injection", {}).get("flag"))
    upset, urgent = read.get("sentiment") == "negative", read.get("urgency") == "high"
    followers = turn["mention"]["author"]["followers"]
    return {
        "risk": 3 * fired + injection + upset + urgent,
        "reach": -1 if followers is None else min(followers, 2**31 - 1),
        "confidence": read.get("intent_confidence", 1.0),
        "sensitive": fired,
        "intent": read.get("intent") or "",
        "sentiment": read.get("sentiment", ""),
        "language": read.get("language", ""),
    }
