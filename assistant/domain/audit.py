"""The append-only log as a chain: each entry's hash covers the one before, so a changed or missing entry shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from assistant.domain.value import Value

FIRST_HASH = "0" * 64
"""What the first entry points back to."""
ASSISTANT = "assistant"
"""The actor of an entry where no person acted."""
NETWORK = "network"
"""The actor of what happened at its source."""


def called(actor: str) -> str:
    """An actor in a sentence; nobody at all was the assistant."""
    return f"the {actor or ASSISTANT}" if actor in {"", ASSISTANT, NETWORK} else actor


class AuditEntry(Value):
    """One link of the append-only log; `hash` covers the entry and `previous_hash`. `facts` is a JSON object."""

    sequence: int
    brand_id: str
    at: datetime
    actor: str
    event: str
    subject: str
    facts: str
    previous_hash: str
    hash: str


def linked(
    previous: AuditEntry | None,
    *,
    brand_id: str,
    at: datetime,
    actor: str,
    event: str,
    subject: str,
    facts: Mapping[str, object],
) -> AuditEntry:
    """The entry that follows `previous`; sequences count from 1."""
    entry = AuditEntry(
        sequence=previous.sequence + 1 if previous else 1,
        brand_id=brand_id,
        at=at,
        actor=actor,
        event=event,
        subject=subject,
        facts=json.dumps(facts, sort_keys=True, ensure_ascii=True, separators=(",", ":")),
        previous_hash=previous.hash if previous else FIRST_HASH,
        hash="",
    )
    return entry.model_copy(update={"hash": _hash_of(entry)})


def first_break(entries: Iterable[AuditEntry]) -> int | None:
    """The sequence of the first entry that was changed or whose predecessor is missing; None where the chain holds.

    `entries` are all of them, oldest first. Entries cut off the end can't be seen from the rest.
    """
    sequence, previous_hash = 0, FIRST_HASH
    for entry in entries:
        follows = entry.sequence == sequence + 1 and entry.previous_hash == previous_hash
        if not follows or entry.hash != _hash_of(entry):
            return entry.sequence
        sequence, previous_hash = entry.sequence, entry.hash
    return None


def _hash_of(entry: AuditEntry) -> str:
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = (entry.sequence, entry.brand_id, at, entry.actor, entry.event, entry.subject, entry.facts)
    return hashlib.sha256(json.dumps([*said, entry.previous_hash]).encode()).hexdigest()
