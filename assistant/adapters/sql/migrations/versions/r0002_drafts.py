"""Promises with their tasks, what offers cost, agents' edits and what they teach."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_tasks()
    _create_offer_spends()
    _create_edits()
    _create_proposals()
    op.create_index("ix_replies_brand_id_not_before", "replies", ["brand_id", "not_before"])


def downgrade() -> None:
    op.drop_index("ix_replies_brand_id_not_before", "replies")
    for table in ("proposals", "edits", "offer_spends", "tasks"):
        op.drop_table(table)


def _create_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("brand_id", sa.String(length=100), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_tasks_conversation_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_tasks"),
        sa.UniqueConstraint("id", name="uq_tasks_id"),
    )
    op.create_index("ix_tasks_conversation_id", "tasks", ["conversation_id"])
    op.create_index("ix_tasks_brand_id_state_due_at", "tasks", ["brand_id", "state", "due_at"])


def _create_offer_spends() -> None:
    op.create_table(
        "offer_spends",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.String(length=200), nullable=False),
        sa.Column("brand_id", sa.String(length=100), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("reply_id", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_offer_spends_conversation_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_offer_spends"),
        sa.UniqueConstraint("brand_id", "offer_id", "reply_id", name="uq_offer_spends_brand_id_offer_id_reply_id"),
    )


def _create_edits() -> None:
    op.create_table(
        "edits",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("brand_id", sa.String(length=100), nullable=False),
        sa.Column("turn_id", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_edits_turn_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_edits"),
        sa.UniqueConstraint("id", name="uq_edits_id"),
    )
    op.create_index("ix_edits_brand_id_at", "edits", ["brand_id", "at"])


def _create_proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("brand_id", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_proposals"),
        sa.UniqueConstraint("id", name="uq_proposals_id"),
    )
    op.create_index("ix_proposals_brand_id_state_created_at", "proposals", ["brand_id", "state", "created_at"])
