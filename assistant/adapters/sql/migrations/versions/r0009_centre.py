"""How much comes in, by time."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_mentions_taken_in", "mentions", ["brand_id", "taken_in_at"])


def downgrade() -> None:
    op.drop_index("ix_mentions_taken_in", "mentions")
