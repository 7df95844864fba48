"""Who may write what at once on Postgres. SQLite has one writer at a time and needs none of this.

A transaction takes the locks of the conversations it touches, in ascending order where it knows them beforehand
(`reserve`), and the events' and the audit chain's locks last of all; whoever unfolds arrivals takes that lock first.
They are advisory: a conversation that doesn't exist yet can be locked, too, so two first messages of one person open
one conversation.
"""

from collections.abc import Sequence
from zlib import crc32

from sqlalchemy import Connection, text

BUCKETS = 4096
"""Conversations share that many locks: one transaction can't fill the server's lock table, and few wait for nothing."""
AUDIT = BUCKETS
AUTOMATION = BUCKETS + 1
EVENTS = BUCKETS + 2
MODEL = BUCKETS + 3
UNFOLDING = BUCKETS + 4
_SPACE = 7120
"""First half of every key, so that other programs' advisory locks in the same database stay apart."""

_LOCK = text("SELECT pg_advisory_xact_lock(:space, :key)")
_LOCK_MANY = text("SELECT pg_advisory_xact_lock(:space, key) FROM unnest(CAST(:keys AS integer[])) AS key")


def lock(connection: Connection, key: int) -> None:
    """Wait for a lock and keep it until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"space": _SPACE, "key": key})


def lock_conversations(connection: Connection, conversation_ids: Sequence[str], held: set[int]) -> None:
    """Lock those not `held` yet, in ascending order, and add them to it."""
    if connection.dialect.name != "postgresql":
        return
    wanted = sorted({crc32(each.encode()) % BUCKETS for each in conversation_ids} - held)
    if wanted:
        connection.execute(_LOCK_MANY, {"space": _SPACE, "keys": wanted})
        held.update(wanted)
