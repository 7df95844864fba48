"""Is the record whole? Every entry of the log against the one before it."""

from collections.abc import Iterator

from assistant.domain.audit import AuditEntry, first_break
from assistant.domain.value import Value
from assistant.ports import Reading, Store

AT_ONCE = 5000
"""Entries held in memory."""


class Verified(Value):
    """How many entries were looked at, and the first that was changed or whose predecessor is missing."""

    entries: int
    broken: AuditEntry | None = None


def verify_log(store: Store) -> Verified:
    """Look at the whole log, in one consistent state. Entries cut off its end can't be seen from the rest."""
    seen: list[AuditEntry] = []
    count = 0
    with store.read() as look:

        def counted() -> Iterator[AuditEntry]:
            nonlocal count
            for entry in _entries(look):
                count += 1
                seen[:] = [entry]
                yield entry

        broken = first_break(counted())
    return Verified(entries=count, broken=seen[0] if broken is not None else None)


def _entries(look: Reading) -> Iterator[AuditEntry]:
    last = -1
    while chunk := look.audit_after(last, limit=AT_ONCE):
        yield from chunk
        last = chunk[-1].sequence
