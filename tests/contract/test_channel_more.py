"""What is particular to single networks, over real sockets."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from assistant.adapters.channels.app_store import SignedToken
from assistant.adapters.channels.meta import SCOPES, Template
from assistant.compose import utc_now
from assistant.desk.channel_gate import refused
from assistant.domain.conversation import ReplyState
from assistant.domain.incoming import Deleted, Mentioned, OwnReplySeen, Post, Revisited, StoredPost, stored
from assistant.errors import ChannelRefuses, PayloadInvalid, SettingInvalid, SignatureWrong
from assistant.ports import Hook, Link, Revisiting
from tests.contract.channel_promises import QUESTION, Desk
from tests.desk_builders import make_reply
from tests.rigs.app_reviews import AppStoreRig, GooglePlayRig
from tests.rigs.discourse import DiscourseRig
from tests.rigs.http_server import Answer, Asked, ServedRig
from tests.rigs.meta import Kind, MetaRig
from tests.rigs.reddit import RedditRig
from tests.rigs.rig import Rig
from tests.rigs.threads import ThreadsRig
from tests.rigs.youtube import YouTubeRig

pytestmark = pytest.mark.network


@contextmanager
def opened(rig: Rig) -> Iterator[Desk]:
    assert isinstance(rig, ServedRig)
    desk = Desk(rig)
    yield desk
    desk.store.close()
    rig.link.close()
    rig.server.close()


@contextmanager
def linked(rig: Rig) -> Iterator[Link]:
    assert isinstance(rig, ServedRig)
    yield rig.link
    rig.link.close()
    rig.server.close()


def test_old_reviews_are_no_news_even_where_a_page_turns() -> None:
    rig = GooglePlayRig(page=2)
    for number in range(4):
        old = rig.say(f"old {number}")
        rig.reviews[old]["at"] -= timedelta(days=3 - 0.1 * number)
    with linked(rig) as link:
        start = link.read("")
        said = [rig.say(f"new {number}") for number in range(3)]
        events = link.read(start.cursor).events
        assert [event.post.external_id for event in events if isinstance(event, Mentioned)] == said
        (post, *_) = [event.post for event in events if isinstance(event, Mentioned)]
        assert post.words() == "new 0\n[rating: 2 of 5 stars]"


def test_a_key_of_app_store_connect_that_is_none_is_named() -> None:
    with pytest.raises(SettingInvalid, match=r"the text of the \.p8 file"):
        SignedToken(issuer="i", key_id="k", private_key="-----BEGIN", clock=utc_now)


def test_the_app_stores_next_page_is_asked_of_the_same_server() -> None:
    rig = AppStoreRig()
    with linked(rig) as link:
        start = link.read("")
        rig.say(QUESTION)
        listed = rig.server.answer

        def elsewhere(asked: Asked) -> Answer:
            answer = listed(asked)
            if asked.path.endswith("customerReviews") and "cursor" not in asked.query:
                assert isinstance(answer.body, dict)
                answer.body["links"]["next"] = "https://elsewhere.test/v1/apps/7/customerReviews?cursor=2"
            return answer

        rig.server.answer = elsewhere  # type: ignore[method-assign]  # one answer of the stand-in is changed
        (event,) = link.read(start.cursor).events
        assert isinstance(event, Mentioned)


def test_youtubes_replies_beyond_the_first_five_are_heard() -> None:
    rig = YouTubeRig()
    with linked(rig) as link:
        cursor = link.read("").cursor
        thread = rig.say(QUESTION)
        for number in range(7):
            rig.say(f"Reply {number}", parent=thread)
        batch = link.read(cursor)
        assert [event.post.text for event in batch.events if isinstance(event, Mentioned)] == [
            QUESTION,
            *(f"Reply {number}" for number in range(7)),
        ]
        assert link.read(batch.cursor).events == ()
        rig.say("Reply 7", parent=thread)
        (further,) = [event for event in link.read(batch.cursor).events if isinstance(event, Mentioned)][-1:]
        assert further.post.text == "Reply 7"
        rig.take_back(thread)
        assert isinstance(link, Revisiting)
        held = [_kept(event.post.external_id) for event in (*batch.events, further) if isinstance(event, Mentioned)]
        assert sorted(link.revisit(held).gone) == sorted(post.external_id for post in held)


@pytest.mark.parametrize(
    ("reason", "state"), [("forbidden", ReplyState.HELD), ("insufficientPermissions", ReplyState.FAILED)]
)
def test_youtube_tells_a_closed_comment_from_a_missing_right(reason: str, state: ReplyState) -> None:
    rig = YouTubeRig()
    with opened(rig) as desk:
        rig.say(QUESTION)
        desk.hear()
        (mention,) = desk.mentions()
        rig.server.refusal = Answer({"error": {"code": 403, "errors": [{"reason": reason}]}}, 403)
        assert desk.answer(mention).state is state


def test_a_comment_reddit_keeps_without_its_author_is_gone() -> None:
    rig = RedditRig()
    with linked(rig) as link:
        cursor = link.read("").cursor
        said, other = rig.say(QUESTION), rig.say("And my dog?")
        cursor = link.read(cursor).cursor
        rig.take_back(said)
        assert link.read(cursor).events == ()
        assert isinstance(link, Revisiting)
        assert link.revisit([_kept(said), _kept(other)]) == Revisited(gone=(said,))


def test_reddits_comments_of_one_second_are_told_once_each() -> None:
    rig = RedditRig()
    with linked(rig) as link:
        cursor = link.read("").cursor
        first = rig.say(QUESTION)
        batch = link.read(cursor)
        second = rig.say("And my dog?")
        rig.comments[second]["created_utc"] = rig.comments[first]["created_utc"]
        later = link.read(batch.cursor)
        told = [event.post.external_id for event in (*batch.events, *later.events) if isinstance(event, Mentioned)]
        assert told == [first, second]
        assert link.read(later.cursor).events == ()


def test_a_review_play_shows_no_more_because_of_its_age_is_not_gone() -> None:
    rig = GooglePlayRig()
    with linked(rig) as link:
        assert isinstance(link, Revisiting)
        held = _kept("gp:1")
        old = held.model_copy(update={"seen_at": utc_now() - timedelta(days=6)})
        assert [link.revisit([post]).gone for post in (held, old)] == [("gp:1",), ()]


@pytest.mark.parametrize("make", [lambda: MetaRig("facebook"), lambda: MetaRig("instagram"), ThreadsRig])
def test_a_token_that_lost_its_right_to_look_deletes_nothing(make: Callable[[], Rig]) -> None:
    rig = make()
    with opened(rig) as desk:
        said = rig.say(QUESTION)
        desk.hear()
        assert isinstance(rig, ServedRig)
        blind = Answer({"error": {"code": 100, "error_subcode": 33}}, 400)
        rig.server.refusal = blind  # this is how Meta says that a token may not see something
        assert isinstance(rig.link, Revisiting)
        with pytest.raises(ChannelRefuses):
            rig.link.revisit([desk.post(said)])
        assert desk.revisit() == 0
        assert [mention.text for mention in desk.mentions()] == [QUESTION]


@pytest.mark.parametrize(("code", "state"), [("RATELIMIT", ReplyState.DUE), ("THREAD_LOCKED", ReplyState.HELD)])
def test_reddits_errors_come_with_status_200(code: str, state: ReplyState) -> None:
    rig = RedditRig()
    with opened(rig) as desk:
        rig.say(QUESTION)
        desk.hear()
        (mention,) = desk.mentions()
        rig.errors = [[code, "words for people", "field"]]
        reply = desk.answer(mention)
        assert reply.state is state
        if state is ReplyState.DUE:
            assert timedelta(seconds=60) < reply.not_before - utc_now() <= timedelta(seconds=90)
        else:
            assert code in (reply.last_error or "")


def test_discourse_takes_posts_people_wrote_and_knows_who_is_meant() -> None:
    rig = DiscourseRig()
    link: object = rig.link
    assert isinstance(link, Hook)

    def told(**changed: object) -> list[object]:
        base = rig.posts[rig.say("x")]
        return list(link.parse(json.dumps({"post": {**base, **changed}}).encode()))

    assert told(post_type=3) == []
    (own,) = told(username="skylark", reply_to_post_number=1)
    assert own == OwnReplySeen(external_id="12/2", in_reply_to="12/1")
    (aside,) = told(raw="I agree ![a bag|690x388](upload://a.png)", post_number=9)
    assert isinstance(aside, Mentioned)
    assert (aside.post.summoned, aside.post.words()) == (False, "I agree\n[image: a bag]")
    (robot,) = told(user_id=-2)
    assert isinstance(robot, Mentioned)
    assert robot.post.is_bot
    assert list(link.parse(b'{"ping": "OK"}')) == []
    for body in (b"", b"[]", b"{}", b'{"post": {}}', b'{"post": 1}'):
        with pytest.raises(PayloadInvalid):
            link.parse(body)
    with pytest.raises(SignatureWrong):
        link.verify({}, b"{}", now=utc_now())
    assert link.challenge({}) is None
    rig.link.close()
    rig.server.close()


def test_threads_knows_its_own_answers_and_refuses_what_it_cannot_read() -> None:
    rig = ThreadsRig()
    link: object = rig.link
    assert isinstance(link, Hook)
    asked = {"hub.mode": "subscribe", "hub.verify_token": "v", "hub.challenge": "42"}
    assert (link.challenge(asked), link.challenge({**asked, "hub.verify_token": "w"})) == ("42", None)
    said = rig.say(QUESTION)
    rig.link.send(make_reply("t", "c"), _kept(said))
    rig.deliveries()
    rig.tell("replies", "92")
    (own,) = link.parse(rig.deliveries()[0].body)
    assert own == OwnReplySeen(external_id="92", in_reply_to=said)
    assert list(link.parse(b'{"values": {"field": "delete", "value": {"id": "9"}}}')) == [Deleted(external_id="9")]
    for body in (b"", b"[]", b'{"values": {"field": "replies", "value": {}}}', b'{"values": 1}'):
        with pytest.raises(PayloadInvalid):
            link.parse(body)
    assert {probe.what: probe.ok for probe in rig.link.check()}["rate budget"] is True
    rig.link.close()
    rig.server.close()


def _kept(external_id: str) -> StoredPost:
    return stored(Post(external_id=external_id), brand_id="skylark", channel="c", mention_id=None, at=utc_now())


def test_after_a_day_people_answer_on_whatsapp_by_template() -> None:
    rig = MetaRig("whatsapp", template=Template("late_answer", "en", "waba"))
    with opened(rig) as desk:
        said = rig.say(QUESTION)
        desk.hear()
        seen = desk.post(said)
        late = seen.model_copy(update={"seen_at": utc_now() - timedelta(hours=25)})
        reply = make_reply("t", "c").model_copy(update={"automated": False, "text": "Yes.\n\nIt may."})
        for to in (seen, late):
            rig.link.send(reply, to)
        assert [body["type"] for body in rig.bodies] == ["text", "template"]
        template = rig.bodies[1]["template"]
        assert (template["name"], template["language"]) == ("late_answer", {"code": "en"})
        assert template["components"][0]["parameters"] == [{"type": "text", "text": "Yes. It may."}]
        with pytest.raises(ChannelRefuses, match="shorten it"):
            rig.link.send(reply.model_copy(update={"text": "y" * 1025}), late)
        by_person = reply.model_copy(update={"channel": "whatsapp", "in_reply_to": said, "brand_id": "skylark"})
        tomorrow = utc_now() + timedelta(hours=25)
        with desk.store.read() as look:
            assert refused(look, by_person, at=tomorrow) is None
            by_machine = by_person.model_copy(update={"automated": True})
            assert (refused(look, by_machine, at=tomorrow) or "").startswith("window_open")


@pytest.mark.parametrize(("status", "ok"), [("APPROVED", True), ("PAUSED", False)])
def test_a_template_that_is_not_approved_is_missed(status: str, ok: bool) -> None:
    rig = MetaRig("whatsapp", template=Template("late_answer", "en", "waba"))
    rig.template_status = status
    with linked(rig) as link:
        assert {probe.what: probe.ok for probe in link.check()}["template"] is ok


@pytest.mark.parametrize("kind", ["facebook", "instagram", "messenger"])
def test_a_webhook_nobody_subscribed_is_missed(kind: Kind) -> None:
    rig = MetaRig(kind)
    with linked(rig) as link:
        assert {probe.what: probe.ok for probe in link.check()}["webhook"] is True
        rig.subscriptions = Answer({"data": [{"id": "1", "subscribed_fields": ["mention"]}]})
        assert {probe.what: probe.ok for probe in link.check()}["webhook"] is False
        rig.subscriptions = Answer({"error": {"code": 3}}, 400)
        assert {probe.what: probe.ok for probe in link.check()}["webhook"] is None


@pytest.mark.parametrize("kind", ["facebook", "instagram", "messenger", "whatsapp"])
def test_a_right_the_token_lacks_is_named(kind: Kind) -> None:
    rig = MetaRig(kind)
    *had, lacks = SCOPES[kind]
    with linked(rig) as link:
        assert {probe.what: probe.ok for probe in link.check()}["scopes"] is True
        rig.rights = Answer({"data": {"is_valid": True, "scopes": had}})
        (told,) = [probe for probe in link.check() if probe.what == "scopes"]
        assert (told.ok, told.detail) == (False, f"missing: {lacks}")
        rig.rights = Answer({"error": {"code": 100}}, 400)
        (unknown,) = [probe for probe in link.check() if probe.what == "scopes"]
        assert unknown.ok is None
        assert lacks in unknown.detail


@pytest.mark.parametrize("make", [AppStoreRig, DiscourseRig, GooglePlayRig, RedditRig, ThreadsRig, YouTubeRig])
def test_a_channel_that_is_connected_well_says_so(make: type[ServedRig]) -> None:
    rig = make()
    with linked(rig) as link:  # type: ignore[arg-type]  # each is a rig
        assert False not in [probe.ok for probe in link.check()]
        assert len(link.check()) >= 3
