"""What networks refuse, leave out or answer oddly, over real sockets."""

import json
from datetime import UTC, datetime

import pytest

from assistant.adapters.channels.connected import Connected
from assistant.adapters.channels.http import retry_after_s
from assistant.adapters.channels.meta import Kind
from assistant.compose import utc_now
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Mentioned, stored
from assistant.errors import ChannelRefuses, ChannelUnavailable, PayloadInvalid
from assistant.ports import Hook
from tests.contract.channel_promises import QUESTION, Desk
from tests.desk_builders import make_reply
from tests.rigs.discourse import DiscourseRig
from tests.rigs.http_server import Answer, ServedRig
from tests.rigs.mastodon import MastodonRig
from tests.rigs.meta import ACCOUNT, MetaRig
from tests.rigs.reddit import RedditRig
from tests.rigs.telegram import TelegramRig
from tests.rigs.x import ME, XMessagesRig, XRig

pytestmark = pytest.mark.network

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"retry-after": "Mon, 30 Nov 2026 12:02:00 GMT"}, 120),
        ({"retry-after": "Mon, 30 Nov 2026 11:58:00 GMT"}, 1),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "99999999"}, 86_400),
        ({"x-ratelimit-reset": "2026-11-30T12:05:00Z"}, 300),
        ({"x-rate-limit-reset": str(int(NOON.timestamp()) - 90)}, 1),
        ({"x-rate-limit-reset": str(int(NOON.timestamp()) + 90)}, 90),
        ({"retry-after": "soon, I hope"}, 60),
        ({}, 60),
    ],
)
def test_how_long_a_network_asks_for_patience(headers: dict[str, str], wait_s: float) -> None:
    assert retry_after_s(headers, NOON) == wait_s


def test_a_customer_who_blocked_the_bot_is_refused_not_the_token() -> None:
    rig = TelegramRig()
    desk = Desk(rig)
    rig.say(QUESTION)
    desk.hear()
    (mention,) = desk.mentions()
    said = {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
    rig.server.refusal = Answer(said, 403)
    with pytest.raises(ChannelRefuses, match="nothing was posted"):
        rig.link.send(_reply(desk), desk.post(mention.external_id))
    _close(desk)


def test_an_answer_of_several_paragraphs_is_found_on_mastodon() -> None:
    rig = MastodonRig()
    desk = Desk(rig)
    said = rig.say(QUESTION)
    desk.hear()
    text = "A cabin bag may measure 55 x 40 x 20 cm.\n\nSizes < 40 cm fit below the seat."
    html = "<p>@ann A cabin bag may measure 55 x 40 x 20 cm.</p><p>Sizes &lt; 40 cm fit below the seat.</p>"
    reply = _reply(desk, text)
    sent = rig.link.send(reply, desk.post(said))
    rig.statuses[sent]["content"] = html
    assert rig.link.find(reply, desk.post(said)) == sent
    _close(desk)


def test_a_private_answer_is_found_on_x_whatever_became_of_its_links() -> None:
    rig = XMessagesRig()
    desk = Desk(rig)
    said = rig.say(QUESTION)
    desk.hear()
    reply = _reply(desk, "Bags & prams: https://skylark.example/bags?size=1 tells more.")
    rig.write("Bags &amp; coats: https://t.co/x1 tells more.", author=ME)
    sent = rig.write("Bags &amp; prams: https://t.co/x2 tells more.", author=ME)
    assert rig.link.find(reply, desk.post(said)) == sent
    _close(desk)


@pytest.mark.parametrize("kind", ["reddit", "discourse"])
def test_an_answer_is_shown_as_written_where_markdown_is_and_found_again(kind: str) -> None:
    rig = RedditRig() if kind == "reddit" else DiscourseRig()
    desk = Desk(rig)
    said = rig.say(QUESTION)
    desk.hear()
    reply = _reply(desk, "#1: bags* up to 23 kg*")
    sent = rig.link.send(reply, desk.post(said))
    assert rig.answers(said) == ["\\#1: bags\\* up to 23 kg\\*"]
    assert rig.link.find(reply, desk.post(said)) == sent
    _close(desk)


def test_an_answer_nobody_understands_leaves_open_whether_it_was_posted() -> None:
    rig = MastodonRig()
    desk = Desk(rig)
    said = rig.say(QUESTION)
    desk.hear()
    channel = Connected(desk.name, rig.link, desk.store, utc_now)
    rig.server.refusal = Answer([])
    with pytest.raises(ChannelUnavailable, match="unexpected") as unknown:
        channel.send(_reply(desk).model_copy(update={"in_reply_to": said}))
    assert not isinstance(unknown.value, ChannelRefuses)
    _close(desk)


def test_a_comment_on_facebook_without_its_author_is_heard() -> None:
    rig = MetaRig("facebook")
    rig.say(QUESTION)
    (delivery,) = rig.deliveries()
    told = json.loads(delivery.body)
    del told["entry"][0]["changes"][0]["value"]["from"]
    assert isinstance(rig.link, Hook)
    (event,) = rig.link.parse(json.dumps(told).encode())
    assert isinstance(event, Mentioned)
    assert (event.post.text, event.post.author_id, event.post.ours) == (QUESTION, "", False)
    rig.link.close()
    rig.server.close()


@pytest.mark.parametrize("kind", ["facebook", "instagram", "messenger"])
def test_what_was_written_to_another_account_of_the_app_isnt_ours(kind: Kind) -> None:
    rig = MetaRig(kind)
    rig.say(QUESTION)
    (delivery,) = rig.deliveries()
    told = json.loads(delivery.body)
    assert told["entry"][0]["id"] == ACCOUNT
    told["entry"][0]["id"] = "999"
    assert isinstance(rig.link, Hook)
    assert rig.link.parse(json.dumps(told).encode()) == ()
    rig.link.close()
    rig.server.close()


def test_what_was_written_to_another_number_or_account_isnt_ours() -> None:
    for rig in (MetaRig("whatsapp"), XRig()):
        rig.say(QUESTION)
        (delivery,) = rig.deliveries()
        told = json.loads(delivery.body)
        if "entry" in told:
            told["entry"][0]["changes"][0]["value"]["metadata"] = {"phone_number_id": "999"}
        else:
            told["for_user_id"] = "999"
        assert isinstance(rig.link, Hook)
        assert len(rig.link.parse(delivery.body)) == 1
        assert rig.link.parse(json.dumps(told).encode()) == ()
        rig.link.close()
        rig.server.close()


@pytest.mark.parametrize("also", [{}, {"from_user_id": "IE.134912"}])
def test_who_hides_their_number_on_whatsapp_is_heard_and_answered(also: dict[str, str]) -> None:
    """A user name takes the number out of every message."""
    rig = MetaRig("whatsapp")
    rig.say(QUESTION)
    (delivery,) = rig.deliveries()
    told = json.loads(delivery.body)
    value = told["entry"][0]["changes"][0]["value"]
    del value["messages"][0]["from"]
    value["messages"][0].update(also)
    value["contacts"] = [{"user_id": "IE.134912", "profile": {"username": "ann"}}]
    assert isinstance(rig.link, Hook)
    (event,) = rig.link.parse(json.dumps(told).encode())
    assert isinstance(event, Mentioned)
    assert (event.post.text, event.post.author_id, event.post.name) == (QUESTION, "IE.134912", "ann")
    to = stored(event.post, brand_id="b", channel="whatsapp", mention_id="m", at=utc_now())
    rig.link.send(make_reply("t", "c"), to)
    assert {"to", "recipient"} & rig.bodies[-1].keys() == {"recipient"}
    assert rig.bodies[-1]["recipient"] == "IE.134912"
    rig.link.close()
    rig.server.close()


@pytest.mark.parametrize("kind", ["facebook", "instagram", "messenger", "whatsapp"])
def test_an_odd_change_of_metas_keeps_none_of_the_others_from_being_heard(kind: Kind) -> None:
    rig = MetaRig(kind)
    rig.say("odd")
    said = rig.say(QUESTION)
    (odd,), (good,) = (json.loads(each.body)["entry"] for each in rig.deliveries())
    name = "messaging" if kind == "messenger" else "changes"
    inside = odd[name][0] if kind == "messenger" else odd[name][0]["value"]
    inside.clear()
    inside.update({"message": 7} if kind == "messenger" else {"item": "comment", "messages": [{}]})
    assert isinstance(rig.link, Hook)
    for entries in ([odd, good], [7, good], [{**good, name: [*odd[name], *good[name]]}]):
        (event,) = rig.link.parse(json.dumps({"entry": entries}).encode())
        assert isinstance(event, Mentioned)
        assert event.post.external_id == said
    with pytest.raises(PayloadInvalid):
        rig.link.parse(json.dumps({"entry": [odd]}).encode())
    rig.link.close()
    rig.server.close()


def test_a_message_after_metas_window_is_refused_not_the_token() -> None:
    rig = MetaRig("messenger")
    desk = Desk(rig)
    said = rig.say(QUESTION)
    desk.hear()
    rig.server.refusal = Answer({"error": {"code": 10, "error_subcode": 2018278}}, 400)
    with pytest.raises(ChannelRefuses, match="nothing was posted"):
        rig.link.send(_reply(desk), desk.post(said))
    _close(desk)


def test_what_x_escapes_is_read_and_names_late_in_a_long_post_count() -> None:
    rig = XRig()
    ann = {"id_str": "2", "screen_name": "ann"}
    full = {"full_text": "Q&amp;A &lt;3 &amp;lt; @skylark", "entities": {"user_mentions": [{"id_str": ME}]}}
    post = {"id_str": "9007199254740993", "text": "Q&amp;A...", "created_at": "Mon Nov 30 10:00:00 +0000 2026"}
    made = {**post, "user": ann, "entities": {"user_mentions": []}, "extended_tweet": full}
    (event,) = rig.link.parse(json.dumps({"for_user_id": ME, "tweet_create_events": [made]}).encode())
    assert isinstance(event, Mentioned)
    assert event.post.text == "Q&A <3 &lt; @skylark"
    rig.link.close()
    rig.server.close()


def _reply(desk: Desk, text: str = "A cabin bag may measure 55 x 40 x 20 cm.") -> Reply:
    return make_reply("t1", "c1").model_copy(update={"channel": desk.name, "text": text})


def _close(desk: Desk) -> None:
    desk.store.close()
    desk.rig.link.close()
    assert isinstance(desk.rig, ServedRig)
    desk.rig.server.close()
