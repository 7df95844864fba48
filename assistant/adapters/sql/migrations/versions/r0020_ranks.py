"""How urgent each waiting mention was read, so that work is taken up in that order after a restart, too."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_UNCLAIMED = sa.text("turn_count = 0 AND claimed_by IS NULL")


def upgrade() -> None:
    op.add_column("mentions", sa.Column("rank", sa.Integer(), nullable=False, server_default="0"))
    _index("brand_id", "rank", "sequence")


def downgrade() -> None:
    _index("brand_id", "sequence")
    op.drop_column("mentions", "rank")


def _index(*columns: str) -> None:
    op.drop_index("ix_mentions_unclaimed", "mentions")
    op.create_index(
        "ix_mentions_unclaimed",
        "mentions",
        list(columns),
        sqlite_where=_UNCLAIMED,
        postgresql_where=_UNCLAIMED,
    )
