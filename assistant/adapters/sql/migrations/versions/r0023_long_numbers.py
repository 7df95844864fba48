"""Rows are numbered in 64 bits on Postgres: 32 are used up by 1,000 mentions a second within 25 days."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_COUNTED = (
    "advocates",
    "approvals",
    "article_versions",
    "assignments",
    "canaries",
    "desk_labels",
    "draft_bases",
    "edits",
    "escalations",
    "events",
    "expert_asks",
    "follow_ups",
    "handoffs",
    "mention_changes",
    "mentions",
    "offer_spends",
    "peer_invites",
    "person_handles",
    "persons",
    "proposals",
    "relabels",
    "replies",
    "retractions",
    "said",
    "sla_clocks",
    "source_syncs",
    "tasks",
    "turns",
)
"""Tables whose `sequence` Postgres counts."""


def upgrade() -> None:
    _retype("bigint")


def downgrade() -> None:
    _retype("integer")


def _retype(kind: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        return  # its INTEGER has 64 bits
    for table in (*_COUNTED, "audit"):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN sequence TYPE {kind}")
    for table in _COUNTED:
        op.execute(f"ALTER SEQUENCE {table}_sequence_seq AS {kind}")
    op.execute(f"ALTER TABLE triage ALTER COLUMN news TYPE {kind}")
