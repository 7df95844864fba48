"""Until when an answer that waits for the index may go on waiting."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mentions", sa.Column("put_off_until", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("mentions", "put_off_until")
