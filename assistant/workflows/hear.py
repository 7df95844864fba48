"""Listening: what a network tells is kept together with the place it was read to, and thought about later."""

from collections.abc import Sequence

import structlog

from assistant.desk.receive import receive
from assistant.domain.brand import Pack
from assistant.domain.incoming import ChannelState, Incoming, Received
from assistant.ports import Clock, Link, Store

log = structlog.get_logger()


def connect(store: Store, *, channel: str, kind: str, approval: str, brand_id: str, clock: Clock) -> None:
    """Note in the store that the channel is connected, so that the network's rules hold; reading goes on where it was.

    A channel that changes its network starts reading anew.
    """
    at = clock()
    with store.begin() as tx:
        known = tx.channel_state(brand_id, channel)
        same = known is not None and known.kind == kind
        cursor = known.cursor if same and known is not None else ""
        fresh = ChannelState(brand_id=brand_id, channel=channel, kind=kind, cursor=cursor, approval=approval)
        if fresh != known:
            tx.save_channel_state(fresh, at=at)


def listen_once(link: Link, *, channel: str, store: Store, pack: Pack, clock: Clock, wait_s: float = 0) -> Received:
    """Read on from where reading stood and keep what came, in one transaction with the new place.

    The network is asked outside of any transaction. Raises `ChannelUnavailable`.
    """
    with store.read() as look:
        state = look.channel_state(pack.brand.id, channel)
    if state is None:
        state = ChannelState(brand_id=pack.brand.id, channel=channel, kind=link.kind)
    batch = link.read(state.cursor, wait_s=wait_s)
    at = clock()
    with store.begin() as tx:
        received, taken = receive(tx, batch.events, channel=channel, pack=pack, at=at)
        if batch.cursor != state.cursor:
            tx.save_channel_state(state.model_copy(update={"cursor": batch.cursor}), at=at)
    _log(channel, received, taken)
    return received


def take_delivery(
    events: Sequence[Incoming], *, delivery_id: str, channel: str, store: Store, pack: Pack, clock: Clock
) -> Received:
    """Keep what one webhook call told; the same delivery again changes nothing."""
    at = clock()
    with store.begin() as tx:
        if not tx.note_delivery(pack.brand.id, channel, delivery_id, at=at):
            return Received()
        received, taken = receive(tx, tuple(events), channel=channel, pack=pack, at=at)
    _log(channel, received, taken)
    return received


def _log(channel: str, received: Received, taken: Sequence[str]) -> None:
    if received != Received():
        log.info("channel_heard", channel=channel, mention_ids=list(taken), **received.model_dump())
