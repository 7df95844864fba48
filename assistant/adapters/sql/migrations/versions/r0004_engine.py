"""Who holds a mention or a reply, and what each channel's network still takes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_UNCLAIMED = sa.text("turn_count = 0 AND claimed_by IS NULL")


def upgrade() -> None:
    op.add_column("mentions", sa.Column("claimed_by", sa.String(length=100), nullable=True))
    op.add_column("replies", sa.Column("claimed_by", sa.String(length=100), nullable=True))
    op.create_index(
        "ix_mentions_unclaimed",
        "mentions",
        ["brand_id", "sequence"],
        sqlite_where=_UNCLAIMED,
        postgresql_where=_UNCLAIMED,
    )
    for column in ("decision", "queue"):
        columns = ["brand_id", "state", column, "due_at", "id"]
        op.create_index(f"ix_conversations_{'_'.join(columns)}", "conversations", columns)
    op.create_table(
        "channel_budgets",
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=True),
        sa.Column("resets_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("channel", name="pk_channel_budgets"),
    )


def downgrade() -> None:
    op.drop_table("channel_budgets")
    for column in ("decision", "queue"):
        op.drop_index(f"ix_conversations_brand_id_state_{column}_due_at_id", "conversations")
    op.drop_index("ix_mentions_unclaimed", "mentions")
    op.drop_column("replies", "claimed_by")
    op.drop_column("mentions", "claimed_by")
