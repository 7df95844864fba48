"""The contract of channels over stand-ins of networks that can't be installed, each over a real socket."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from assistant.compose import utc_now
from assistant.desk.act import act
from assistant.domain.conversation import ReplyState
from assistant.domain.incoming import Edited, Mentioned
from assistant.domain.vocabulary import Visibility
from assistant.errors import PayloadInvalid, SignatureWrong
from tests.contract.channel_promises import QUESTION, ChannelPromises, Desk
from tests.desk_builders import make_reply, make_turn
from tests.rigs.app_reviews import AppStoreRig, GooglePlayRig
from tests.rigs.discourse import DiscourseRig
from tests.rigs.http_server import ServedRig
from tests.rigs.mastodon import MastodonRig
from tests.rigs.meta import ANN, MetaRig
from tests.rigs.reddit import RedditRig
from tests.rigs.rig import Rig
from tests.rigs.rss import RssRig
from tests.rigs.telegram import TelegramRig
from tests.rigs.threads import ThreadsRig
from tests.rigs.x import ME, XMessagesRig, XRig
from tests.rigs.youtube import YouTubeRig

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


class TestMeta(ChannelPromises):
    @pytest.fixture(params=["facebook", "instagram", "messenger", "whatsapp"])
    def rig(self, request: pytest.FixtureRequest) -> Iterator[Rig]:
        yield from _served(lambda: MetaRig(request.param))


class TestTelegram(ChannelPromises):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        yield from _served(TelegramRig)


class TestMore(ChannelPromises):
    @pytest.fixture(params=[AppStoreRig, DiscourseRig, GooglePlayRig, RedditRig, ThreadsRig, YouTubeRig])
    def rig(self, request: pytest.FixtureRequest) -> Iterator[Rig]:
        yield from _served(request.param)


class TestRss(ChannelPromises):
    """Takes no answers: what is promised of them is that each is refused by the code."""

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        yield from _served(RssRig)


class TestXMessages(ChannelPromises):
    """Direct messages."""

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        yield from _served(XMessagesRig)


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
    for mention, size in zip(mentions, ("55 cm", "half a metre and a bit"), strict=True):
        assert desk.answer(mention, f"Automated answer: at most {size}.").state is ReplyState.SENT
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


def test_x_brings_messages_a_webhook_missed_and_leaves_them_alone_where_nobody_asked_for_them() -> None:
    rig, deaf = XRig(direct_messages=True), XRig()
    start = rig.link.read("").cursor
    rig.write("Hello from us", author=ME)
    said = rig.write(QUESTION)
    (delivery,) = rig.deliveries()
    batch = rig.link.read(start)
    ours, theirs = (event.post for event in batch.events if isinstance(event, Mentioned))
    assert (ours.ours, theirs.external_id, theirs.visibility) == (True, said, Visibility.PRIVATE)
    assert (theirs.handle, theirs.followers, theirs.text) == ("ann", 7, QUESTION)
    assert rig.link.read(batch.cursor).events == ()
    (told,) = rig.link.parse(delivery.body)
    assert isinstance(told, Mentioned)
    assert (told.post.text, told.post.handle, told.post.external_id) == (QUESTION, "ann", said)
    assert deaf.link.parse(delivery.body) == ()
    assert deaf.link.read("17").cursor == json.dumps({"posts": "17", "messages": ""})  # as it was kept before
    for one in (rig, deaf):
        one.link.close()
        one.server.close()


def test_meta_wants_its_token_back_before_it_calls() -> None:
    rig = MetaRig("facebook")
    asked = {"hub.mode": "subscribe", "hub.verify_token": "v", "hub.challenge": "42"}
    assert rig.link.challenge(asked) == "42"
    assert rig.link.challenge({**asked, "hub.verify_token": "w"}) is None
    assert rig.link.challenge({}) is None
    for body in (b"", b"[]", b'{"entry": [{"changes": [{}]}]}', b'{"entry": 1}'):
        with pytest.raises(PayloadInvalid):
            rig.link.parse(body)
    rig.link.close()
    rig.server.close()


def test_a_person_may_answer_in_messenger_after_a_day_with_the_tag_for_it() -> None:
    rig = MetaRig("messenger")
    desk = Desk(rig)
    said = rig.say(QUESTION)
    desk.hear()
    seen = desk.post(said)
    late = seen.model_copy(update={"seen_at": utc_now() - timedelta(hours=25)})
    by_person = make_reply("t", "c").model_copy(update={"automated": False})
    for to in (seen, late):
        rig.link.send(by_person, to)
    assert [body["messaging_type"] for body in rig.bodies] == ["RESPONSE", "MESSAGE_TAG"]
    assert rig.bodies[1]["tag"] == "HUMAN_AGENT"
    assert rig.bodies[0]["recipient"]["id"] == ANN
    desk.store.close()
    rig.link.close()
    rig.server.close()


def test_nobody_is_answered_by_a_machine_after_the_window() -> None:
    rig = MetaRig("whatsapp")
    desk = Desk(rig)
    rig.say(QUESTION)
    desk.hear()
    (mention,) = desk.mentions()
    with desk.store.begin() as tx:
        record = act(tx, make_turn(mention), pack=desk.pack, at=utc_now() + timedelta(hours=24))
    assert [finding.guardrail for finding in record.turn.findings] == ["channel.window_open"]
    desk.store.close()
    rig.link.close()
    rig.server.close()


def test_a_reply_x_does_not_want_is_refused_and_no_problem_of_the_key() -> None:
    rig = XRig()
    desk = Desk(rig)
    rig.say(QUESTION)
    desk.hear()
    rig.refuse()
    (mention,) = desk.mentions()
    reply = desk.answer(mention)
    assert reply.state is ReplyState.HELD
    assert "refuses the request" in (reply.last_error or "")
    assert "token" not in (reply.last_error or "")
    desk.store.close()
    rig.link.close()
    rig.server.close()


def test_a_second_edit_of_a_facebook_comment_is_heard_too() -> None:
    rig = MetaRig("facebook")
    desk = Desk(rig)
    said = rig.say(QUESTION)
    desk.hear()
    for words in ("Where is my dog?", "Where is my cat?"):
        rig.change(said, words)
        desk.hear()
    assert [mention.text for mention in desk.mentions() if mention.text] == ["Where is my cat?"]
    desk.store.close()
    rig.link.close()
    rig.server.close()


def test_instagrams_own_login_leaves_the_list_of_changes_out() -> None:
    rig = MetaRig("instagram")
    value = {"id": "7", "text": QUESTION, "from": {"id": ANN, "username": "ann"}, "media": {"id": "9"}}
    body = json.dumps({"object": "instagram", "entry": [{"id": "100", "field": "comments", "value": value}]})
    (event,) = rig.link.parse(body.encode())
    assert isinstance(event, Mentioned)
    assert event.post.external_id == "7"
    rig.link.close()
    rig.server.close()
