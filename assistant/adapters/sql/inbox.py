"""The inbox query, most urgent first, in a few milliseconds among a million conversations.

A database walks one index in order only for one value of what comes before the order. So every state and decision asked
for is a query of its own that stops at `limit`, and the few rows that come of them are put in order.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import Select, literal, select, tuple_, union_all

from assistant.adapters.sql.tables import UtcTime, conversations
from assistant.domain.vocabulary import ConversationState, Decision


def inbox_query(
    *,
    brand_id: str,
    states: Sequence[ConversationState],
    decisions: Sequence[Decision],
    queue: str | None,
    seen: tuple[datetime, str] | None,
    limit: int,
) -> Select[Any]:
    """Conversations by due time and id, after the place `seen`."""
    walks = [
        select(walk.subquery()) for walk in _walks(brand_id, states, decisions, queue=queue, seen=seen, limit=limit)
    ]
    found = union_all(*walks).subquery()
    return select(found).order_by(found.c.due_at, found.c.id).limit(limit)


def _walks(
    brand_id: str,
    states: Sequence[ConversationState],
    decisions: Sequence[Decision],
    *,
    queue: str | None,
    seen: tuple[datetime, str] | None,
    limit: int,
) -> Iterator[Select[Any]]:
    table = conversations.c
    wanted: Sequence[Decision | None] = tuple(dict.fromkeys(decisions)) or (None,)
    for state, decision in product(dict.fromkeys(states or ConversationState), wanted):
        walk = select(conversations).where(table.brand_id == brand_id, table.state == state.value)
        if decision is not None:
            walk = walk.where(table.decision == decision.value)
        if queue is not None:
            walk = walk.where(table.queue == queue)
        if seen is not None:
            due_at, key = seen
            place = tuple_(literal(due_at, UtcTime), literal(key))
            walk = walk.where(tuple_(table.due_at, table.id) > place)
        yield walk.order_by(table.due_at, table.id).limit(limit)
