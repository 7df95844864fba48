"""Which turns lacked an answer, so that looking for gaps doesn't read every turn of a month."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_LACKING = sa.text("lacks_answer")
_MARK = """UPDATE turns SET lacks_answer = true WHERE decision IN ('REVIEW', 'HANDOFF') AND
    (body LIKE '%"no_evidence"%' OR body LIKE '%"out_of_scope"%' OR body LIKE '%"weak_evidence"%')"""
"""A few too many, since the stance counts too; readers look again."""


def upgrade() -> None:
    op.add_column("turns", sa.Column("lacks_answer", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.text(_MARK))
    op.create_index(
        "ix_turns_lacking",
        "turns",
        ["brand_id", "sequence"],
        sqlite_where=_LACKING,
        postgresql_where=_LACKING,
    )


def downgrade() -> None:
    op.drop_index("ix_turns_lacking", "turns")
    op.drop_column("turns", "lacks_answer")
