"""What intake only put down becomes mentions of their conversations, which desk and worker know."""

from assistant.ports import Store

UNFOLDED_AT_ONCE = 256
"""Arrivals of one transaction, which holds SQLite's write lock for some 50 ms then."""


def unfold(store: Store) -> int:
    """Some of it, the oldest first; returns how many. Where nothing waits no lock is taken."""
    with store.read() as look:
        if not look.arrivals_wait():
            return 0
    with store.begin() as tx:
        return tx.unfold(limit=UNFOLDED_AT_ONCE)


def unfold_all(store: Store) -> None:
    """All that was put down by now."""
    while unfold(store) == UNFOLDED_AT_ONCE:
        continue
