"""What a draft stands on, and what of it changed since: a stale draft is never sent. Pure."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime

from assistant.domain.value import Value


class World(Value):
    """What is true outside the conversation: article versions by id, open incidents, the charts' fingerprint."""

    articles: Mapping[str, int] = {}
    incidents: tuple[str, ...] = ()
    charts: str = ""


class MentionChange(Value):
    """What became of a message after it was taken in: its newest words, or that it is gone."""

    mention_id: str
    text: str | None
    deleted: bool
    at: datetime


class Basis(Value):
    """Everything one draft depends on, as it was when the draft was written. Texts are kept as hashes.

    `articles` are the cited ones with version; `incidents` those open on its subject; `reply_until` is the end of the
    channel's reply window, None where it has none.
    """

    turn_id: str
    conversation_id: str
    brand_id: str
    mention_id: str
    mention_sha256: str
    newest_mention_id: str
    owner: str | None = None
    articles: Mapping[str, int] = {}
    incidents: tuple[str, ...] = ()
    topic: str | None = None
    intent: str | None = None
    charts: str = ""
    reply_until: datetime | None = None


def text_hash(text: str) -> str:
    """The hash a message is known by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def changes(
    basis: Basis,
    world: World,
    *,
    change: MentionChange | None,
    newest_mention_id: str,
    owner: str | None,
    incidents: tuple[str, ...],
    at: datetime,
) -> tuple[str, ...]:
    """What differs now, a sentence each for people; none means the draft may go out."""
    return tuple(_changes(basis, world, change, newest_mention_id, owner, incidents, at))


def _changes(
    basis: Basis,
    world: World,
    change: MentionChange | None,
    newest_mention_id: str,
    owner: str | None,
    incidents: tuple[str, ...],
    at: datetime,
) -> Iterator[str]:
    if change is not None and change.deleted:
        yield "The message was deleted."
    elif change is not None and change.text is not None and text_hash(change.text) != basis.mention_sha256:
        yield "The message was edited."
    if newest_mention_id != basis.newest_mention_id:
        yield "A newer message came in this conversation."
    if owner != basis.owner:
        yield f"The conversation belongs to {owner or 'nobody'} now."
    yield from _articles(basis, world)
    if set(incidents) != set(basis.incidents):
        yield f"Incidents changed: now {', '.join(incidents) or 'none'} on this subject."
    if world.charts != basis.charts:
        yield "The triage charts changed."
    if basis.reply_until is not None and at >= basis.reply_until:
        yield "The channel's reply window has closed."


def _articles(basis: Basis, world: World) -> Iterator[str]:
    for article, version in basis.articles.items():
        now = world.articles.get(article)
        if now is None:
            yield f"Article {article} is not valid any more."
        elif now != version:
            yield f"Article {article} is at version {now}, the draft used {version}."
