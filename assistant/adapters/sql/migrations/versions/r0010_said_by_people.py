"""Messages that people read again, and colleagues called in notes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relabels",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("brand_id", sa.String(length=100), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_relabels"),
        sa.UniqueConstraint("id", name="uq_relabels_id"),
    )
    op.create_index("ix_relabels_conversation_id", "relabels", ["conversation_id"])
    op.create_index("ix_relabels_look_at", "relabels", ["brand_id", "look_at", "sequence"])
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.String(length=100), nullable=False),
        sa.Column("agent", sa.String(length=100), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
    )
    op.create_index("ix_calls_agent", "calls", ["brand_id", "agent", "seen_at"])


def downgrade() -> None:
    op.drop_table("calls")
    op.drop_table("relabels")
