"""One reply was wrong: it leaves its network where that can be done, and its question waits for a person again."""

import asyncio
from collections.abc import Mapping

from assistant.desk.recall import pull_back as pull_back_on_desk
from assistant.domain.brand import Pack
from assistant.domain.conversation import TurnRecord
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.errors import NotFound
from assistant.ports import Channel, Clock, Respond, Retracting, Store


def can_retract(channels: Mapping[str, Channel], name: str) -> bool:
    """Whether replies on this channel can be taken off it."""
    channel: object = channels.get(name)
    return isinstance(channel, Retracting) and channel.retracts


async def pull_back(
    reply_id: str,
    *,
    why: str,
    store: Store,
    channels: Mapping[str, Channel],
    respond: Respond,
    pack: Pack,
    clock: Clock,
    agent: str,
) -> TurnRecord:
    """Have the outbox take the reply off, and put a new draft before a person; where the channel can't delete, the
    draft says that it corrects the reply.

    Raises `NotFound`, `NotAllowed` where it isn't out, `InputInvalid` without a reason.
    """
    mention, channel = await asyncio.to_thread(_answered, reply_id, store=store, pack=pack)
    (turn,) = await respond([mention])
    return await asyncio.to_thread(
        _kept,
        reply_id,
        turn,
        why=why,
        store=store,
        can_delete=can_retract(channels, channel),
        pack=pack,
        clock=clock,
        agent=agent,
    )


def _answered(reply_id: str, *, store: Store, pack: Pack) -> tuple[Mention, str]:
    with store.read() as look:
        reply = look.reply(reply_id)
        if reply.brand_id != pack.brand.id:
            raise NotFound("reply", reply_id)
        return look.mention(look.turn(reply.turn_id).turn.mention_id), reply.channel


def _kept(
    reply_id: str, turn: Turn, *, why: str, store: Store, can_delete: bool, pack: Pack, clock: Clock, agent: str
) -> TurnRecord:
    with store.begin() as tx:
        return pull_back_on_desk(tx, reply_id, turn, why=why, can_delete=can_delete, pack=pack, agent=agent, at=clock())
