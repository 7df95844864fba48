"""Labels from the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_labels",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("brand_id", sa.String(length=100), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_desk_labels"),
        sa.UniqueConstraint("id", name="uq_desk_labels_id"),
    )
    op.create_index("ix_desk_labels_conversation_id", "desk_labels", ["conversation_id"])
    op.create_index("ix_desk_labels_brand_id_drafted_at", "desk_labels", ["brand_id", "drafted_at"])


def downgrade() -> None:
    op.drop_table("desk_labels")
