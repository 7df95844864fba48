"""Spending, circuit and answers of the model, shared by all processes."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_spendings",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("usd", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_model_spendings"),
    )
    op.create_index("ix_model_spendings_at", "model_spendings", ["at"])
    op.create_table(
        "model_circuits",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_model_circuits"),
    )
    op.create_table(
        "model_answers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_model_answers"),
    )
    op.create_index("ix_model_answers_until", "model_answers", ["until"])


def downgrade() -> None:
    for table in ("model_answers", "model_circuits", "model_spendings"):
        op.drop_table(table)
