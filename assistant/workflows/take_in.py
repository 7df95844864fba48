"""Keep mentions, and nothing more: the worker thinks about them later."""

import asyncio
from collections.abc import Sequence

from assistant.domain.conversation import TakenIn, conversation_id_of
from assistant.domain.mention import Mention
from assistant.ports import Clock, Store


async def take_in(mentions: Sequence[Mention], *, store: Store, clock: Clock) -> tuple[TakenIn, ...]:
    """What became of each, in order; all are kept when this returns, each once."""
    return await asyncio.to_thread(_keep, mentions, store=store, clock=clock)


def _keep(mentions: Sequence[Mention], *, store: Store, clock: Clock) -> tuple[TakenIn, ...]:
    at = clock()
    with store.begin() as tx:
        tx.reserve([conversation_id_of(mention) for mention in mentions])
        return tuple(tx.take_in(mention, at=at) for mention in mentions)
