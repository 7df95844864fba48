"""Since when search and drafts have an article version; those kept before are looked at once more by a worker."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("article_versions", sa.Column("in_use_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("article_versions", "in_use_at")
