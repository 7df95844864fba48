"""The contract of channels over stand-ins of networks that can't be installed, each over a real socket."""

import json
from collections.abc import Callable, Iterator

import pytest

from assistant.compose import utc_now
from assistant.domain.incoming import Edited, Mentioned
from assistant.domain.vocabulary import Visibility
from assistant.errors import PayloadInvalid, SignatureWrong
from tests.contract.channel_promises import QUESTION, ChannelPromises, Desk
from tests.rigs.http_server import ServedRig
from tests.rigs.mastodon import MastodonRig
from tests.rigs.rig import Rig
from tests.rigs.telegram import TelegramRig
from tests.rigs.x import XRig

pytestmark = pytest.mark.network


def _served(make: Callable[[], Rig]) -> Iterator[Rig]:
    rig = make()
    assert isinstance(rig, ServedRig)
    yield rig
    rig.link.close()
    rig.server.close()


class TestMastodon(ChannelPromises):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        yield from _served(MastodonRig)


class TestTelegram(ChannelPromises):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        yield from _served(TelegramRig)


class TestX(ChannelPromises):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        yield from _served(XRig)


def test_mastodon_keeps_visibility_and_content_warning() -> None:
    rig = MastodonRig()
    desk = Desk(rig)
    rig.say(QUESTION, visibility="unlisted", spoiler_text="luggage")
    rig.say(QUESTION, visibility="direct")
    desk.hear(2)
    mentions = desk.mentions()
    assert [mention.visibility for mention in mentions] == [Visibility.PUBLIC, Visibility.PRIVATE]
    for mention in mentions:
        desk.answer(mention)
    ours = [one for one in rig.statuses.values() if one["in_reply_to_id"]]
    assert [(one["visibility"], one["spoiler_text"]) for one in ours] == [("unlisted", "luggage"), ("direct", "")]
    desk.store.close()
    rig.link.close()
    rig.server.close()


def test_x_proves_its_address_and_refuses_foreign_deliveries() -> None:
    rig = XRig()
    answer = rig.link.challenge({"crc_token": "abc"})
    assert answer is not None
    assert json.loads(answer)["response_token"].startswith("sha256=")
    assert rig.link.challenge({}) is None
    with pytest.raises(SignatureWrong):
        rig.link.verify({"x-twitter-webhooks-signature": "sha256=AAAA"}, b"{}", now=utc_now())
    for body in (b"", b"[]", b"{}", b'{"for_user_id": "1", "tweet_create_events": [{}]}'):
        with pytest.raises(PayloadInvalid):
            rig.link.parse(body)
    rig.link.close()
    rig.server.close()


def test_x_looks_up_what_a_webhook_missed_and_sees_edits() -> None:
    rig = XRig()
    start = rig.link.read("").cursor
    said = rig.say(QUESTION)
    rig.deliveries()  # lost on the way
    batch = rig.link.read(start)
    (event,) = batch.events
    assert isinstance(event, Mentioned)
    assert (event.post.external_id, event.post.handle, event.post.followers) == (said, "ann", 7)
    assert rig.link.read(batch.cursor).events == ()
    changed = rig.say("Where is my dog?")
    rig.tweets[changed]["edit_history_tweet_ids"] = [said, changed]
    (edit,) = rig.link.read(batch.cursor).events
    assert isinstance(edit, Edited)
    assert (edit.post.external_id, edit.post.version) == (said, changed)
    rig.link.close()
    rig.server.close()
