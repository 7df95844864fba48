"""Snoozed conversations whose time has come go back into the queue."""

from assistant.desk.triage import wake
from assistant.domain.audit import ASSISTANT
from assistant.ports import Clock, Store

BATCH = 100


def wake_due(store: Store, *, brand_id: str, clock: Clock) -> int:
    """How many woke; nothing is written where none is due."""
    now = clock()
    with store.read() as look:
        due = look.wakeable(brand_id=brand_id, now=now, limit=BATCH)
    if not due:
        return 0
    with store.begin() as tx:
        for conversation_id in due:
            wake(tx, conversation_id, agent=ASSISTANT, at=now)
    return len(due)
