"""An answer that waits for the index is taken over by a person, who needn't wait for it."""

import asyncio
from collections.abc import Sequence

from assistant.desk import triage
from assistant.domain.brand import Pack
from assistant.domain.conversation import TurnRecord
from assistant.domain.mention import Mention
from assistant.errors import NotAllowed, NotFound
from assistant.ports import Clock, Respond, Store
from assistant.workflows.answer import answer


async def take_by_hand(
    conversation_id: str, *, agent: str, store: Store, respond: Respond, pack: Pack, clock: Clock
) -> tuple[TurnRecord, ...]:
    """Give the conversation to `agent`, and its messages their turns now: nothing of it is sent by itself any more.

    Where the index is back meanwhile, they get their drafts. Raises `NotFound`, and `NotAllowed` where no answer waits.
    """
    mentions = await asyncio.to_thread(_given, conversation_id, agent=agent, store=store, pack=pack, clock=clock)
    return await answer(mentions, store=store, respond=respond, pack=pack, clock=clock)


def _given(conversation_id: str, *, agent: str, store: Store, pack: Pack, clock: Clock) -> Sequence[Mention]:
    """What waits in it, oldest first, now the agent's."""
    with store.begin() as tx:
        if tx.conversation(conversation_id).brand_id != pack.brand.id:
            raise NotFound("conversation", conversation_id)
        waiting = tx.waiting_answers(brand_id=pack.brand.id, limit=1_000, conversation_id=conversation_id)
        if not waiting:
            raise NotAllowed("no answer waits here any more; look at the conversation again")
        triage.assign(tx, conversation_id, to=agent, agent=agent, at=clock())
        return [tx.mention(each.mention_id) for each in sorted(waiting, key=lambda each: each.since)]
