"""Replies that are taken off their network."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retractions",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("brand_id", sa.String(length=100), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_retractions"),
        sa.UniqueConstraint("id", name="uq_retractions_id"),
    )
    op.create_index("ix_retractions_look_at", "retractions", ["brand_id", "look_at", "sequence"])
    op.create_index("ix_retractions_conversation_id", "retractions", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("retractions")
