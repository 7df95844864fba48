"""What is no text comes through alike: in its author's words or named, never guessed; reactions are no mentions."""

import json
from collections.abc import Callable, Iterator

import pytest

from assistant.domain.beside import Place
from assistant.domain.incoming import Edited, Mentioned
from assistant.ports import Hook, Link
from tests.rigs.discourse import DiscourseRig
from tests.rigs.help_desks import ChatwootRig, ZammadRig
from tests.rigs.http_server import ServedRig
from tests.rigs.mastodon import MastodonRig
from tests.rigs.meta import ACCOUNT, ANN, MetaRig
from tests.rigs.rig import Rig
from tests.rigs.telegram import TelegramRig
from tests.rigs.threads import ThreadsRig
from tests.rigs.webhook import WebhookRig
from tests.rigs.x import ME, XRig

pytestmark = pytest.mark.network

Told = dict[str, object]
CHAT = {"id": 2, "type": "private"}
PERSON = {"id": 2, "first_name": "Ann"}
TWEET = {"id_str": "1", "text": "Look", "user": {"id_str": "200", "screen_name": "ann"}}
STAMP = "Sat Nov 28 10:00:00 +0000 2026"


def _messenger(**message: object) -> Told:
    one = {"sender": {"id": ANN}, "recipient": {"id": ACCOUNT}, "timestamp": 1, "message": {"mid": "m", **message}}
    return {"entry": [{"messaging": [one]}]}


def _whatsapp(**message: object) -> Told:
    value = {"messages": [{"from": ANN, "id": "w", "timestamp": "1", **message}]}
    return {"entry": [{"changes": [{"field": "messages", "value": value}]}]}


def _tapped(kind: str, what: Told) -> Told:
    return _whatsapp(type="interactive", interactive={"type": kind, kind: what})


def _page(**value: object) -> Told:
    shared = {"verb": "add", "post_id": "100_1", "from": {"id": ANN}, "created_time": 1}
    return {"entry": [{"changes": [{"field": "feed", "value": {**shared, **value}}]}]}


def _x(**tweet: object) -> Told:
    named = {"user_mentions": [{"id_str": ME}]}
    return {"for_user_id": ME, "tweet_create_events": [{**TWEET, "created_at": STAMP, "entities": named, **tweet}]}


def _threads(**value: object) -> Told:
    return {"values": {"field": "mentions", "value": {"id": "1", "username": "ann", **value}}}


def _chatwoot(**told: object) -> Told:
    conversation = {"id": 81, "status": "pending"}
    shared = {"event": "message_created", "id": 1, "message_type": "incoming", "sender": {"id": 9}}
    return {**shared, "conversation": conversation, **told}


def _zammad(**article: object) -> Told:
    at = "2026-11-28T10:00:00Z"
    shared = {"id": 5, "sender": "Customer", "internal": False, "created_at": at, "from": "ann", "body": "Look"}
    return {"article": {**shared, **article}, "ticket": {"id": 81, "customer_id": 9, "group_id": 60}}


DELIVERED: list[tuple[Callable[[], Rig], Told, list[str]]] = [
    (lambda: MetaRig("messenger"), _messenger(attachments=[{"type": "image"}]), ["[image: no description]"]),
    (
        lambda: MetaRig("messenger"),
        _messenger(text="?", attachments=[{"type": "template"}]),
        ["?\n[other: no description]"],
    ),
    (lambda: MetaRig("whatsapp"), _whatsapp(type="document", document={"filename": "a.pdf"}), ["[file: a.pdf]"]),
    (
        lambda: MetaRig("whatsapp"),
        _whatsapp(type="image", image={"caption": "Look"}),
        ["Look\n[image: no description]"],
    ),
    (lambda: MetaRig("whatsapp"), _whatsapp(type="button", button={"payload": "p", "text": "Stop"}), ["Stop"]),
    (
        lambda: MetaRig("whatsapp"),
        _tapped("button_reply", {"id": "b", "title": "Where is my bag?"}),
        ["Where is my bag?"],
    ),
    (
        lambda: MetaRig("whatsapp"),
        _tapped("list_reply", {"id": "r", "title": "Refunds", "description": "x"}),
        ["Refunds"],
    ),
    (lambda: MetaRig("whatsapp"), _tapped("nfm_reply", {"response_json": "{}"}), ["[other: no description]"]),
    (lambda: MetaRig("whatsapp"), _whatsapp(type="contacts", contacts=[{}]), ["[other: no description]"]),
    (lambda: MetaRig("whatsapp"), _whatsapp(type="reaction", reaction={"emoji": "👍"}), []),
    (
        lambda: MetaRig("messenger"),
        {"entry": [{"messaging": [{"sender": {"id": ANN}, "reaction": {"mid": "m", "emoji": "👍"}}]}]},
        [],
    ),
    (
        lambda: MetaRig("facebook"),
        _page(item="comment", comment_id="c", photo="https://a.test/1.jpg"),
        ["[image: no description]"],
    ),
    (lambda: MetaRig("facebook"), _page(item="reaction", reaction_type="angry"), []),
    (
        XRig,
        _x(extended_entities={"media": [{"type": "photo", "ext_alt_text": "a torn bag"}]}),
        ["Look\n[image: a torn bag]"],
    ),
    (XRig, {"for_user_id": ME, "favorite_events": [{"id": "1"}]}, []),
    (ThreadsRig, _threads(media_type="IMAGE", alt_text="a torn bag"), ["[image: a torn bag]"]),
    (DiscourseRig, {"like": {"post": {"id": 1}, "user": {"id": 2}}}, []),
    (
        lambda: ChatwootRig(Place.TIER_ONE),
        _chatwoot(attachments=[{"file_type": "audio"}]),
        ["[audio: no description]"],
    ),
    (
        lambda: ZammadRig(Place.TIER_ONE),
        _zammad(attachments=[{"filename": "bag.jpg"}]),
        ["Look\n[file: bag.jpg]"],
    ),
    (
        WebhookRig,
        {
            "type": "mention.created",
            "data": {"id": "1", "attachments": [{"kind": "reaction", "description": "👍"}]},
        },
        ["[reaction: 👍]"],
    ),
]


@pytest.fixture
def link(request: pytest.FixtureRequest) -> Iterator[Link]:
    rig: Rig = request.param()
    assert isinstance(rig, ServedRig)
    yield rig.link
    rig.link.close()
    rig.server.close()


def _words(link: Link, told: Told) -> list[str]:
    assert isinstance(link, Hook)
    return [
        event.post.words() for event in link.parse(json.dumps(told).encode()) if isinstance(event, Mentioned | Edited)
    ]


@pytest.mark.parametrize(("link", "told", "words"), DELIVERED, indirect=["link"])
def test_what_is_no_text_is_described_or_named(link: Link, told: Told, words: list[str]) -> None:
    assert _words(link, told) == words


def test_mastodon_telegram_and_looks_at_x_describe_too() -> None:
    mastodon, telegram, x = MastodonRig(), TelegramRig(), XRig()
    links: list[Link] = [mastodon.link, telegram.link, x.link]
    cursors = [link.read("").cursor for link in links]
    said = mastodon.say("look")
    mastodon.statuses[said]["media_attachments"] = [{"type": "gifv", "description": "a bag, turning"}]
    telegram.say("look")
    telegram.tell({"message_id": 8, "date": 1, "chat": CHAT, "from": PERSON, "sticker": {"emoji": "👍"}})
    seen = x.say("look")
    x.tweets[seen]["attachments"] = {"media_keys": ["3_1", "3_2"]}
    x.media = [{"media_key": "3_1", "type": "photo", "alt_text": "a torn bag"}]
    found = [
        event.post.words().split(" ", 1)[-1]
        for link, cursor in zip(links, cursors, strict=True)
        for event in link.read(cursor).events
        if isinstance(event, Mentioned)
    ]
    assert found == [
        "look\n[video: a bag, turning]",
        "look",
        "👍]",
        "look\n[image: a torn bag]\n[other: no description]",
    ]
    for link in links:
        link.close()
    for server in (mastodon.server, telegram.server, x.server):
        server.close()
