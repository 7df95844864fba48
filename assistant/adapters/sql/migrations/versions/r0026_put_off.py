"""Until when an answer that waits for the index may go on waiting."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_PUT_OFF = sa.text("turn_count = 0 AND put_off_until IS NOT NULL")


def upgrade() -> None:
    op.add_column("mentions", sa.Column("put_off_until", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_mentions_put_off",
        "mentions",
        ["brand_id", "put_off_until", "sequence"],
        sqlite_where=_PUT_OFF,
        postgresql_where=_PUT_OFF,
    )


def downgrade() -> None:
    op.drop_index("ix_mentions_put_off", "mentions")
    op.drop_column("mentions", "put_off_until")
