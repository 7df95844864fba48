"""When each post that is held is asked for again on its network."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channel_posts", sa.Column("look_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_channel_posts_brand_id_channel_look_at", "channel_posts", ["brand_id", "channel", "look_at"])
    posts = sa.table("channel_posts", *(sa.column(name) for name in ("look_at", "seen_at", "mention_id")))
    held = posts.c.mention_id.is_not(None) & sa.column("deleted_at").is_(None)
    own_words = sa.column("address").not_like('%"external_id"%')  # the rows of versions name the post they belong to
    op.execute(posts.update().where(held & own_words).values(look_at=posts.c.seen_at))


def downgrade() -> None:
    op.drop_index("ix_channel_posts_brand_id_channel_look_at", "channel_posts")
    op.drop_column("channel_posts", "look_at")
