"""Versions of articles."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "article_versions",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.String(length=100), nullable=False),
        sa.Column("article_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("sequence", name="pk_article_versions"),
    )
    op.create_index("ix_article_versions_brand_id_withdrawn_at", "article_versions", ["brand_id", "withdrawn_at"])
    op.create_index("ix_article_versions_brand_id_article_id", "article_versions", ["brand_id", "article_id"])


def downgrade() -> None:
    op.drop_table("article_versions")
