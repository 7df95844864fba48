"""Listening: what a network tells is kept together with the place it was read to, and thought about later."""

import asyncio
from collections.abc import Sequence

import structlog

from assistant.desk.receive import receive
from assistant.domain.brand import Pack
from assistant.domain.incoming import ChannelState, Incoming, Received
from assistant.errors import ChannelBusy, ChannelUnavailable
from assistant.ports import Beside, Clock, Link, Paced, Store
from assistant.workflows.beside import write_notes

WAIT_S = 10.0
"""How long one look waits for news where the network can tell them at once; stopping waits no longer."""
POLL_S = 5.0
"""Pause between looks that brought nothing; a network that bills them says its own."""
LONGEST_BACKOFF_S = 60.0

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


async def listen_forever(
    link: Link, *, channel: str, store: Store, pack: Pack, clock: Clock, stop: asyncio.Event
) -> None:
    """Look again and again until `stop` is set. A network that is away is asked less and less often, never given up."""
    backoff_s, loop = 1.0, asyncio.get_running_loop()
    while not stop.is_set():
        began = loop.time()
        try:
            received = await asyncio.to_thread(
                listen_once, link, channel=channel, store=store, pack=pack, clock=clock, wait_s=WAIT_S
            )
            if isinstance(link, Beside):
                await asyncio.to_thread(write_notes, link, channel=channel, store=store, pack=pack, clock=clock)
        except ChannelBusy as busy:
            await pause(stop, busy.retry_after_s)
        except ChannelUnavailable as problem:
            log.warning("channel_unavailable", channel=channel, problem=str(problem), backoff_s=backoff_s)
            await pause(stop, backoff_s)
            backoff_s = min(2 * backoff_s, LONGEST_BACKOFF_S)
        except Exception:
            log.exception("listening_failed", channel=channel, backoff_s=backoff_s)
            await pause(stop, backoff_s)
            backoff_s = min(2 * backoff_s, LONGEST_BACKOFF_S)
        else:
            backoff_s = 1.0
            if not (received.taken_in or received.edited or received.deleted):
                took_s = loop.time() - began  # a network that lets us wait for news was asked long enough
                await pause(stop, (link.poll_s if isinstance(link, Paced) else POLL_S) - took_s)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Until `stop` is set, `seconds` at most."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


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
    if received != Received(ignored=received.ignored):  # looks overlap: what was seen before is no news
        log.info("channel_heard", channel=channel, mention_ids=list(taken), **received.model_dump())
