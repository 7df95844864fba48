"""Connected channels: states, posts, deliveries, opt-outs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_states()
    _create_posts()
    _create_deliveries()
    _create_opt_outs()


def downgrade() -> None:
    for table in ("channel_opt_outs", "channel_deliveries", "channel_posts", "channel_states"):
        op.drop_table(table)


def _create_states() -> None:
    op.create_table(
        "channel_states",
        sa.Column("brand_id", sa.String(length=100), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("approval", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "channel", name="pk_channel_states"),
    )


def _create_posts() -> None:
    op.create_table(
        "channel_posts",
        sa.Column("brand_id", sa.String(length=100), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("external_id", sa.String(length=600), nullable=False),
        sa.Column("mention_id", sa.String(length=40)),
        sa.Column("author_id", sa.String(length=400), nullable=False),
        sa.Column("parent_id", sa.String(length=600)),
        sa.Column("root_id", sa.String(length=600)),
        sa.Column("permalink", sa.String(length=2000), nullable=False),
        sa.Column("visibility", sa.String(length=20), nullable=False),
        sa.Column("summoned", sa.Boolean(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("automated", sa.Boolean(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("brand_id", "channel", "external_id", name="pk_channel_posts"),
    )
    key = ["brand_id", "channel"]
    op.create_index("ix_channel_posts_mention_id", "channel_posts", ["mention_id"])
    op.create_index("ix_channel_posts_brand_id_channel_parent_id", "channel_posts", [*key, "parent_id"])
    op.create_index("ix_channel_posts_brand_id_channel_permalink", "channel_posts", [*key, "permalink"])
    op.create_index("ix_channel_posts_brand_id_channel_ours_seen_at", "channel_posts", [*key, "ours", "seen_at"])
    op.create_index(
        "ix_channel_posts_brand_id_channel_author_id_seen_at", "channel_posts", [*key, "author_id", "seen_at"]
    )


def _create_deliveries() -> None:
    op.create_table(
        "channel_deliveries",
        sa.Column("brand_id", sa.String(length=100), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("delivery_id", sa.String(length=300), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "channel", "delivery_id", name="pk_channel_deliveries"),
    )


def _create_opt_outs() -> None:
    op.create_table(
        "channel_opt_outs",
        sa.Column("brand_id", sa.String(length=100), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("author_id", sa.String(length=400), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "channel", "author_id", name="pk_channel_opt_outs"),
    )
