"""What a network told becomes mentions, purges and known answers: each event once, in the caller's transaction."""

import re
from datetime import datetime

import structlog

from assistant.desk.intake import parse_mention
from assistant.desk.staleness import message_deleted
from assistant.domain.audit import NETWORK
from assistant.domain.brand import Pack
from assistant.domain.incoming import Deleted, Edited, Incoming, Mentioned, OwnReplySeen, Post, Received, stored
from assistant.domain.mention import Mention
from assistant.domain.vocabulary import Visibility
from assistant.errors import MentionInvalid
from assistant.ports import Reading, Transaction

_STOP = re.compile(
    r"\W*(?:(?:please|bitte|por favor)[\s,]+)?(?:stop"
    r"(?:\s+(?:it|all|replying|(?:messaging|texting|contacting)(?:\s+me)?|sending(?:\s+me)?\s+messages))?"
    r"|unsubscribe|opt[ -]?(?:me[ -])?out|no\s+(?:bots?|more\s+messages)"
    r"|stopp|abmelden|abbestellen|(?:hört?|hören\s+sie)\s+auf"
    r"|keine\s+(?:bots?|(?:automatischen\s+)?nachrichten\s+mehr)"
    r"|arr[êe]te[zr]?|désabonne[zr](?:[- ]moi)?|désinscription|plus\s+de\s+messages"
    r"|baja|dar(?:me)?\s+de\s+baja|alto|basta|no\s+(?:más|mas)\s+mensajes|sin\s+bots?)"
    r"(?:[\s,]+(?:please|bitte|svp|s['’]il\s+(?:vous|te)\s+pla[îi]t|por\s+favor))?\W*",
    re.IGNORECASE,
)
_NAMED = re.compile(r"@[\w.-]+(?:@[\w.-]+)?")

log = structlog.get_logger()


def receive(
    tx: Transaction, events: tuple[Incoming, ...], *, channel: str, pack: Pack, at: datetime
) -> tuple[Received, tuple[str, ...]]:
    """Apply the events in order; returns what became of them and the mentions that were taken in.

    The brand's own posts and other machines' are known but never become mentions; a post seen before, by its id or by
    its address on the web, changes nothing.
    """
    ends: list[str] = []
    taken: list[str] = []
    for event in events:
        try:
            ends.append(_applied(tx, event, channel=channel, pack=pack, at=at, taken=taken))
        except MentionInvalid as odd:  # it would be as odd next time, and keep all behind it from being heard
            log.warning("post_unusable", channel=channel, problem=str(odd).partition(":")[0])
            ends.append("ignored")
    counted = {name: ends.count(name) for name in Received.model_fields}
    return Received(**counted), tuple(taken)


def _applied(tx: Transaction, event: Incoming, *, channel: str, pack: Pack, at: datetime, taken: list[str]) -> str:
    match event:
        case Mentioned(post=post):
            return _mentioned(tx, post, channel=channel, pack=pack, at=at, taken=taken)
        case Edited(post=post):
            return _edited(tx, post, channel=channel, pack=pack, at=at, taken=taken)
        case Deleted(external_id=gone):
            return _deleted(tx, gone, channel=channel, pack=pack, at=at)
        case OwnReplySeen():
            return _own(tx, event, channel=channel, pack=pack, at=at)


def asks_to_stop(text: str) -> bool:
    """Whether these words, account names apart, ask for no more automatic answers and nothing else."""
    return _STOP.fullmatch(_NAMED.sub(" ", text).strip()) is not None


def _mentioned(tx: Transaction, post: Post, *, channel: str, pack: Pack, at: datetime, taken: list[str]) -> str:
    brand_id = pack.brand.id
    if tx.post(brand_id, channel, post.external_id) or tx.post_at(brand_id, channel, post.permalink):
        return "ignored"
    if post.ours:
        tx.save_post(stored(post, brand_id=brand_id, channel=channel, mention_id=None, at=at))
        return "own"
    if post.is_bot:
        return "ignored"
    mention_id = _take_in(tx, post, channel=channel, pack=pack, at=at)
    taken.append(mention_id)
    if asks_to_stop(post.text):
        tx.opt_out(brand_id, channel, post.author_id or post.handle, at=at)
    return "taken_in"


def _mention(post: Post, external_id: str, *, channel: str, pack: Pack) -> Mention:
    row = {
        "id": external_id,
        "text": post.words(),
        "channel": channel,
        "author": {"handle": post.handle or post.author_id, "name": post.name, "followers": post.followers},
        "thread": [said.model_dump() for said in post.thread],
        "created_at": post.created_at.isoformat() if post.created_at else None,
        "visibility": post.visibility.value,
        "in_reply_to": post.parent_id,
    }
    return parse_mention(row, pack=pack, position=external_id)


def _take_in(tx: Transaction, post: Post, *, channel: str, pack: Pack, at: datetime) -> str:
    external_id = f"{post.external_id}@{post.version}" if post.version else post.external_id
    mention = _mention(post, external_id, channel=channel, pack=pack)
    tx.take_in(mention, at=at)
    kept = stored(post, brand_id=pack.brand.id, channel=channel, mention_id=mention.id, at=at)
    tx.save_post(kept)
    if post.version:  # the answer to the changed text names the version; the network's own id stands in the address
        address = {**post.address, "external_id": post.external_id}
        version = {"external_id": external_id, "permalink": "", "address": address, "look_at": None}
        tx.save_post(kept.model_copy(update=version))
    return mention.id


def _edited(tx: Transaction, post: Post, *, channel: str, pack: Pack, at: datetime, taken: list[str]) -> str:
    """The old words are forgotten; the new ones are a mention of their own, in the same conversation.

    An edit that leaves the words as they are is none.
    """
    brand_id = pack.brand.id
    known = tx.post(brand_id, channel, post.external_id)
    if known is None or known.deleted_at is not None:
        return _mentioned(tx, post.model_copy(update={"version": ""}), channel=channel, pack=pack, at=at, taken=taken)
    if known.author_id not in {"", post.author_id, post.handle} and (post.author_id or post.handle):
        return "ignored"  # nobody changes another one's words
    if known.ours or post.ours or tx.post(brand_id, channel, f"{post.external_id}@{post.version}"):
        return "ignored"
    if known.mention_id is not None:
        if says_the_same(tx, known.mention_id, post, channel=channel, pack=pack):
            return "ignored"
        post = _by_whom(tx, known.mention_id, post)
        tx.purge(known.mention_id)
        subject = known.mention_id
        tx.append_audit(brand_id=brand_id, at=at, actor=NETWORK, event="mention_edited", subject=subject, facts={})
    if asks_to_stop(post.text):
        tx.opt_out(brand_id, channel, known.author_id or post.author_id or post.handle, at=at)
    taken.append(_take_in(tx, post, channel=channel, pack=pack, at=at))
    return "edited"


def _by_whom(look: Reading, mention_id: str, post: Post) -> Post:
    """An edit is its author's, also where it doesn't name them."""
    if post.handle or post.author_id:
        return post
    author = look.mention(mention_id).author
    return post.model_copy(update={"handle": author.handle, "name": author.name, "followers": author.followers})


def says_the_same(look: Reading, mention_id: str, post: Post, *, channel: str, pack: Pack) -> bool:
    """Whether a post as its network shows it now has the words that are held of it."""
    return look.mention(mention_id).text == _mention(post, post.external_id, channel=channel, pack=pack).text


def _deleted(tx: Transaction, external_id: str, *, channel: str, pack: Pack, at: datetime) -> str:
    known = tx.post(pack.brand.id, channel, external_id)
    if known is None:  # told before the post itself, whose call is repeated: it must not be answered then
        nothing = stored(Post(external_id=external_id), brand_id=pack.brand.id, channel=channel, mention_id=None, at=at)
        tx.save_post(nothing.model_copy(update={"deleted_at": at}))
    if known is None or known.deleted_at is not None:
        return "ignored"
    gone = {"deleted_at": at, "author_id": "", "permalink": "", "address": {}, "look_at": None}
    tx.save_post(known.model_copy(update=gone))
    if known.mention_id is None:
        return "own"
    message_deleted(tx, known.mention_id, brand_id=pack.brand.id, at=at)
    tx.purge(known.mention_id)
    return "deleted"


def _own(tx: Transaction, seen: OwnReplySeen, *, channel: str, pack: Pack, at: datetime) -> str:
    if tx.post(pack.brand.id, channel, seen.external_id) is not None:
        return "ignored"
    answered = tx.post(pack.brand.id, channel, seen.in_reply_to)
    visibility = answered.visibility if answered else Visibility.PUBLIC
    post = Post(external_id=seen.external_id, parent_id=seen.in_reply_to, ours=True, visibility=visibility)
    tx.save_post(stored(post, brand_id=pack.brand.id, channel=channel, mention_id=None, at=at))
    return "own"
