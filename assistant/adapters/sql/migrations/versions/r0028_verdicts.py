"""Which labels hold a verdict that counts: among a day's drafts few do, and certificates and stops need all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_COUNTING = sa.text("counts")
_MARK = r"""UPDATE desk_labels SET counts = true WHERE body LIKE '%"critical"\:true%'
    OR (body LIKE '%"sample":"%' AND body NOT LIKE '%"error"\:null%')"""
"""Words of a person hold no such piece: their quotes are escaped."""


def upgrade() -> None:
    op.add_column("desk_labels", sa.Column("counts", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.text(_MARK))
    op.create_index(
        "ix_desk_labels_counting",
        "desk_labels",
        ["brand_id", "drafted_at"],
        sqlite_where=_COUNTING,
        postgresql_where=_COUNTING,
    )


def downgrade() -> None:
    op.drop_index("ix_desk_labels_counting", "desk_labels")
    op.drop_column("desk_labels", "counts")
