"""Answers that a second person approved."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TABLES = ("approvals",)


def upgrade() -> None:
    for name in _TABLES:
        op.create_table(
            name,
            sa.Column("sequence", sa.Integer(), nullable=False),
            sa.Column("id", sa.String(length=120), nullable=False),
            sa.Column("brand_id", sa.String(length=100), nullable=False),
            sa.Column("conversation_id", sa.String(length=40), nullable=False),
            sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("body", sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint("sequence", name=f"pk_{name}"),
            sa.UniqueConstraint("id", name=f"uq_{name}_id"),
        )
        op.create_index(f"ix_{name}_conversation_id", name, ["conversation_id"])
        op.create_index(f"ix_{name}_look_at", name, ["brand_id", "look_at", "sequence"])


def downgrade() -> None:
    for name in reversed(_TABLES):
        op.drop_table(name)
