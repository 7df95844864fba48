"""Replies of several posts."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("parts", "sent_parts"):
        op.add_column("replies", sa.Column(name, sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("replies") as replies:
        replies.drop_column("sent_parts")
        replies.drop_column("parts")
