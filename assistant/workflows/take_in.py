"""Keep mentions, and nothing more: the worker thinks about them later."""

import asyncio
from collections.abc import Sequence

from assistant.domain.conversation import TakenIn
from assistant.domain.mention import Mention
from assistant.ports import Clock, Store


async def take_in(mentions: Sequence[Mention], *, store: Store, clock: Clock) -> tuple[TakenIn, ...]:
    """What became of each, in order; all are kept when this returns, each once."""
    return await asyncio.to_thread(_keep, mentions, store=store, clock=clock)


def _keep(mentions: Sequence[Mention], *, store: Store, clock: Clock) -> tuple[TakenIn, ...]:
    at = clock()
    with store.begin() as tx:
        return tuple(tx.take_in_many(mentions, at=at))
