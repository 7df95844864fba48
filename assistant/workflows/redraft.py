"""An agent asks for another draft: the mention is thought about again with their wish, and the new turn is kept."""

import asyncio

from assistant.desk.act import act
from assistant.domain.brand import Pack
from assistant.domain.conversation import TurnRecord
from assistant.domain.vocabulary import Decision
from assistant.errors import NotAllowed
from assistant.ports import Clock, Respond, Store


async def redraft(
    turn_id: str, *, instruction: str, store: Store, respond: Respond, pack: Pack, clock: Clock
) -> TurnRecord:
    """The new current turn of the same mention; it never goes out by itself.

    Raises `NotFound`, and `NotAllowed` where nobody waits for a draft any more.
    """
    record = await asyncio.to_thread(_waiting, store, turn_id)
    mention = record.turn.mention
    (turn,) = await respond([mention], instruction=instruction.strip() or None)
    if turn.route.decision is Decision.AUTO_REPLY:
        turn = turn.model_copy(update={"route": record.turn.route})

    def keep() -> TurnRecord:
        with store.begin() as tx:
            return act(tx, turn, pack=pack, at=clock())

    return await asyncio.to_thread(keep)


def _waiting(store: Store, turn_id: str) -> TurnRecord:
    with store.read() as look:
        record = look.turn(turn_id)
        if not look.conversation(record.conversation_id).waits_for_person:
            raise NotAllowed("nobody waits for a draft here any more; load the conversation again")
    return record
