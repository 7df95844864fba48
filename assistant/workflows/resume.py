"""Answers that wait for index or embedder are tried again, until both are back or their time is up."""

import asyncio
from collections.abc import Sequence

from assistant.domain.brand import Pack
from assistant.domain.mention import Mention
from assistant.errors import IndexAway
from assistant.ports import Clock, Respond, Store
from assistant.workflows.answer import answer_or_wait


async def resume(*, store: Store, respond: Respond, pack: Pack, clock: Clock, limit: int) -> int:
    """Try those again that may wait the shortest. Returns how many went on; raises `IndexAway` where none could."""
    waiting = await asyncio.to_thread(_put_off, store, pack.brand.id, limit)
    if not waiting:
        return 0
    records = await answer_or_wait(waiting, store=store, respond=respond, pack=pack, clock=clock)
    went_on = sum(record is not None for record in records)
    if not went_on:
        raise IndexAway(
            "answers wait until messages can be read and the knowledge base searched; `stage_failed` says what to mend"
        )
    return went_on


def _put_off(store: Store, brand_id: str, limit: int) -> Sequence[Mention]:
    with store.read() as look:
        return look.put_off(brand_id=brand_id, limit=limit)
