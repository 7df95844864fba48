"""Wrong drafts put before reviewers on purpose."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "canaries",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("brand_id", sa.String(length=100), nullable=False),
        sa.Column("queue", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_canaries"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_canaries_conversation_id"),
        sa.UniqueConstraint("conversation_id", name="uq_canaries_conversation_id"),
    )
    op.create_index("ix_canaries_brand_id_queue_sequence", "canaries", ["brand_id", "queue", "sequence"])


def downgrade() -> None:
    op.drop_table("canaries")
