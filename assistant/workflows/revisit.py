"""Posts we hold are asked for again: what was changed or deleted where a network tells nobody is known within a day."""

import asyncio
import hashlib
from collections.abc import Sequence, Set
from datetime import datetime

import structlog

from assistant.desk.receive import receive, says_the_same
from assistant.domain.brand import Pack
from assistant.domain.incoming import Deleted, Edited, Incoming, Post, Received, Revisited, StoredPost, next_look
from assistant.errors import ChannelBusy, ChannelRefuses, ChannelUnavailable
from assistant.ports import Clock, Link, Reading, Revisiting, Store
from assistant.workflows.hear import LONGEST_BACKOFF_S, listen_forever, pause

MOST_REFUSED = 3
"""Posts of one look the network may refuse to speak of."""

log = structlog.get_logger()


async def keep_up(link: Link, *, channel: str, store: Store, pack: Pack, clock: Clock, stop: asyncio.Event) -> None:
    """Listen to a network and ask it for what was told before, until `stop` is set."""
    async with asyncio.TaskGroup() as group:
        group.create_task(listen_forever(link, channel=channel, store=store, pack=pack, clock=clock, stop=stop))
        if isinstance(link, Revisiting):
            group.create_task(revisit_forever(link, channel=channel, store=store, pack=pack, clock=clock, stop=stop))


async def revisit_forever(
    link: Revisiting, *, channel: str, store: Store, pack: Pack, clock: Clock, stop: asyncio.Event
) -> None:
    """At the link's pace. What can't be asked for now stays due."""
    while not stop.is_set():
        wait_s = link.pace.pause_s
        try:
            await asyncio.to_thread(revisit_once, link, channel=channel, store=store, pack=pack, clock=clock)
        except ChannelBusy as busy:
            wait_s = max(wait_s, busy.retry_after_s)
        except ChannelUnavailable:  # the one that listens says so
            wait_s = max(wait_s, LONGEST_BACKOFF_S)
        except Exception:
            log.exception("revisiting_failed", channel=channel)
            wait_s = max(wait_s, LONGEST_BACKOFF_S)
        await pause(stop, wait_s)


def revisit_once(link: Revisiting, *, channel: str, store: Store, pack: Pack, clock: Clock) -> Received:
    """Ask for the posts that are due and honour what became of them, in one transaction with when they are due again.

    The network is asked outside of any transaction; what was forgotten meanwhile isn't heard again. Raises
    `ChannelUnavailable`.
    """
    brand_id = pack.brand.id
    with store.read() as look:
        due = look.posts_to_revisit(brand_id, channel, at=clock(), limit=link.pace.at_once)
    if not due:
        return Received()
    seen = _asked(link, due)
    at = clock()
    held: dict[str, StoredPost] = {}
    with store.begin() as tx:
        for post in due:
            now = tx.post(brand_id, channel, post.external_id)
            if now is not None and now.look_at is not None:
                held[post.external_id] = post
                tx.save_post(now.model_copy(update={"look_at": next_look(now.seen_at, at)}))
        events: tuple[Incoming, ...] = (
            *(Deleted(external_id=gone) for gone in seen.gone),
            *(_as_it_stands(post, held[post.external_id]) for post in seen.there if post.external_id in held),
        )
        received, _ = receive(tx, events, channel=channel, pack=pack, at=at)
    if received.edited or received.deleted:
        log.info("channel_revisited", channel=channel, edited=received.edited, deleted=received.deleted)
    return received


def look_again(
    link: Revisiting, *, channel: str, look: Reading, pack: Pack, at: datetime, asked: Set[str]
) -> tuple[Sequence[str], Sequence[Incoming]]:
    """Ask for posts that are due and not among those `asked`, and change nothing: their ids, and what differs from the
    words held. Raises `ChannelUnavailable`."""
    due = look.posts_to_revisit(pack.brand.id, channel, at=at, limit=link.pace.at_once + len(asked))
    fresh = [post for post in due if post.external_id not in asked][: link.pace.at_once]
    if not fresh:
        return (), ()
    seen, held = _asked(link, fresh), {post.external_id: post.mention_id for post in fresh}
    edited = [
        Edited(post=post)
        for post in seen.there
        if (mention_id := held[post.external_id])
        and not says_the_same(look, mention_id, post, channel=channel, pack=pack)
    ]
    return list(held), (*(Deleted(external_id=gone) for gone in seen.gone), *edited)


def _asked(link: Revisiting, posts: Sequence[StoredPost]) -> Revisited:
    """One post the network takes offence at doesn't keep the others from being asked for; where it takes offence at
    everything, it isn't asked for long."""
    gone: list[str] = []
    there: list[Post] = []
    parts, refused = [posts], 0
    while parts and refused < MOST_REFUSED:
        part = parts.pop()
        try:
            seen = link.revisit(part)
        except ChannelRefuses:
            half = len(part) // 2
            refused += half == 0
            parts += [part[half:], part[:half]] if half else []
            continue
        gone += seen.gone
        there += seen.there
    return Revisited(gone=tuple(gone), there=tuple(there))


def _as_it_stands(post: Post, held: StoredPost) -> Edited:
    """The version names the words and those they replace: a text may be changed back."""
    words = hashlib.sha256(f"{held.mention_id}\0{post.words()}".encode("utf-8", "replace")).hexdigest()
    return Edited(post=post.model_copy(update={"version": words[:12]}))
