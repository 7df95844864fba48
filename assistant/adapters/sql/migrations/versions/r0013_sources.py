"""Readings of sources."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_syncs",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("brand_id", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_source_syncs"),
        sa.UniqueConstraint("id", name="uq_source_syncs_id"),
    )
    op.create_index("ix_source_syncs_brand_id_sequence", "source_syncs", ["brand_id", "sequence"])


def downgrade() -> None:
    op.drop_table("source_syncs")
