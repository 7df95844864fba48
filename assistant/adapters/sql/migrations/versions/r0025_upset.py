"""Whether somebody is upset, beside the sentiment: a complaint in plain words counts where trouble is looked for."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("triage", sa.Column("upset", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.text("UPDATE triage SET upset = true WHERE sentiment = 'negative'"))


def downgrade() -> None:
    op.drop_column("triage", "upset")
