"""One odd post, by chance or by intent, keeps none of the others from being heard, over real sockets."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from assistant.adapters.channels.matrix import Matrix
from assistant.domain.conversation import ReplyState
from assistant.domain.incoming import Deleted, Edited, Incoming, Mentioned
from assistant.domain.vocabulary import Visibility
from assistant.ports import Link
from tests.contract.channel_promises import QUESTION, Desk
from tests.rigs.app_reviews import AppStoreRig, GooglePlayRig
from tests.rigs.discourse import DiscourseRig
from tests.rigs.help_desks import FreshdeskRig
from tests.rigs.http_server import Answer, Asked, HttpServer
from tests.rigs.mastodon import MastodonRig
from tests.rigs.meta import MetaRig
from tests.rigs.reddit import RedditRig
from tests.rigs.telegram import CHAT, TelegramRig
from tests.rigs.x import XRig
from tests.rigs.youtube import YouTubeRig

pytestmark = pytest.mark.network

ROOM = "!bags:here.test"


class MatrixServer:
    """One room; `timeline` is what the next look brings, `invited` rooms can't be joined."""

    def __init__(self) -> None:
        self.timeline: list[dict[str, Any]] = []
        self.invited: list[str] = []
        self.joins = 0
        self.join_answer = Answer({"errcode": "M_FORBIDDEN"}, 403)
        self.server = HttpServer(
            {
                "GET /_matrix/client/v3/account/whoami": lambda asked: Answer({"user_id": "@care:here.test"}),
                "GET /_matrix/client/v3/sync": lambda asked: Answer(self._sync()),
                "GET /_matrix/client/v3/rooms/[^/]+/joined_members": lambda asked: Answer({"joined": {"a": 1, "b": 2}}),
                "POST /_matrix/client/v3/join/.+": lambda asked: self._joined(),
            }
        )
        self.link = Matrix(server=self.server.url, token="t")

    def say(self, text: object, content: Mapping[str, object] | None = None) -> str:
        event_id = f"${len(self.timeline)}"
        told = {"msgtype": "m.text", "body": text, **(content or {})}
        ann, at = "@ann:elsewhere.test", 1_790_000_000_000
        made = {"type": "m.room.message", "event_id": event_id, "sender": ann, "origin_server_ts": at}
        self.timeline.append({**made, "content": told})
        return event_id

    def _joined(self) -> Answer:
        self.joins += 1
        return self.join_answer

    def _sync(self) -> dict[str, Any]:
        rooms = {"invite": {room: {} for room in self.invited}, "join": {ROOM: {"timeline": {"events": self.timeline}}}}
        return {"next_batch": "s2", "rooms": rooms}

    def close(self) -> None:
        self.link.close()
        self.server.close()


@pytest.fixture
def matrix() -> Iterator[MatrixServer]:
    server = MatrixServer()
    yield server
    server.close()


def _ids(events: tuple[Incoming, ...]) -> list[str]:
    return [event.post.external_id for event in events if isinstance(event, Mentioned | Edited)]


@pytest.mark.parametrize(
    "odd",
    [
        {"m.relates_to": "boom"},
        {"m.relates_to": None, "m.mentions": []},
        {"m.mentions": {"user_ids": 7}},
        {"m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}, "m.new_content": "boom"},
        {"m.relates_to": {"rel_type": "m.replace", "event_id": {"a": 1}}, "m.new_content": {"body": "b"}},
    ],
)
def test_nobody_in_a_matrix_room_can_deafen_the_account(matrix: MatrixServer, odd: dict[str, object]) -> None:
    matrix.say("odd", odd)
    said = matrix.say(QUESTION)
    batch = matrix.link.read("s1")
    assert _ids(batch.events)[-1:] == [said]
    assert batch.cursor == "s2"
    assert all(isinstance(one, str) for one in _ids(batch.events))


def test_changed_words_in_matrix_are_words_whatever_was_sent(matrix: MatrixServer) -> None:
    changes = {"m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}, "m.new_content": {"body": {"a": 1}}}
    matrix.say("odd", changes)
    for event in matrix.link.read("s1").events:
        assert isinstance(event, Edited)
        assert isinstance(event.post.text, str)


def test_an_invitation_that_cant_be_taken_up_stops_nothing(matrix: MatrixServer) -> None:
    matrix.invited = ["!trap:elsewhere.test"]
    said = matrix.say(QUESTION)
    assert _ids(matrix.link.read("s1").events) == [said]


def test_a_room_whose_server_was_away_is_entered_later(matrix: MatrixServer) -> None:
    """A server tells of an invitation once: who wrote there was never heard."""
    matrix.invited, matrix.join_answer = ["!a:away.test", "!b:away.test"], Answer({"errcode": "M_UNKNOWN"}, 502)
    first = matrix.link.read("s1")
    matrix.invited = []
    second = matrix.link.read(first.cursor)
    assert matrix.joins == 3
    matrix.join_answer = Answer({"room_id": "!a:away.test"})
    third = matrix.link.read(second.cursor)
    fourth = matrix.link.read(third.cursor)
    assert (fourth.cursor, matrix.joins) == ("s2", 5)
    matrix.invited, matrix.join_answer = ["!trap:elsewhere.test"], Answer({"errcode": "M_FORBIDDEN"}, 403)
    assert matrix.link.read(fourth.cursor).cursor == "s2"


def test_a_mention_on_mastodon_without_its_status_is_passed_over() -> None:
    rig = MastodonRig()
    start = rig.link.read("")
    odd, said = rig.say("odd"), rig.say(QUESTION)
    rig.statuses[odd] = None  # type: ignore[assignment]  # as servers send it where the status is gone meanwhile
    batch = rig.link.read(start.cursor)
    assert _ids(batch.events) == [said]
    assert rig.link.read(batch.cursor).events == ()
    _close(rig.link, rig.server)


def test_an_update_of_telegram_that_is_no_message_is_passed_over() -> None:
    rig = TelegramRig()
    start = rig.link.read("")
    rig.tell({"message_id": 77})
    said = rig.say(QUESTION)
    batch = rig.link.read(start.cursor)
    assert _ids(batch.events) == [said]
    assert batch.cursor == "502"
    _close(rig.link, rig.server)


def test_what_happens_in_a_telegram_group_is_no_message() -> None:
    rig = TelegramRig()
    at = {"date": 1_790_000_000, "from": {"id": 2, "first_name": "Ann"}, "chat": CHAT}
    rig.tell({**at, "message_id": 77, "new_chat_members": [{"id": 3}]})
    rig.tell({**at, "message_id": 78, "pinned_message": {"message_id": 5}})
    rig.tell({**at, "message_id": 79, "video_note": {"length": 1}})
    assert _ids(rig.link.read("").events) == ["2/79"]
    _close(rig.link, rig.server)


def test_two_changes_of_a_telegram_message_within_a_second_are_two() -> None:
    rig = TelegramRig()
    said = rig.say(QUESTION)
    rig.change(said, "first")
    rig.change(said, "second")
    versions = {event.post.version for event in rig.link.read("").events if isinstance(event, Edited)}
    assert len(versions) == 2
    _close(rig.link, rig.server)


def test_an_odd_post_in_a_forum_is_passed_over_and_costs_no_time() -> None:
    rig = DiscourseRig()
    rig.say("before")
    start = rig.link.read("")
    odd = rig.say("odd")
    del rig.posts[odd]["username"]
    rig.say("![" * 8_000 + "a" * 8_000 + "](" * 2_000)
    said = rig.say(f"{QUESTION} ![the bag|690x388](upload://x.png)")
    began = time.perf_counter()
    events = rig.link.read(start.cursor).events
    assert time.perf_counter() - began < 1
    (found,) = [event.post for event in events if isinstance(event, Mentioned) and event.post.external_id == said]
    assert [one.description for one in found.attachments] == ["the bag"]
    assert found.text.endswith(QUESTION)
    _close(rig.link, rig.server)


def test_a_forum_is_read_back_to_the_last_look_where_pages_arent_full() -> None:
    """Discourse leaves out of a page what the account may not see, and what was deleted."""
    rig = DiscourseRig()
    rig.say("before")
    start = rig.link.read("")
    said = [rig.say(f"{QUESTION} {number}") for number in range(60)]
    for hidden in said[30:40]:
        del rig.posts[hidden]
    full = rig.link
    listed = rig._latest

    def window(asked: Asked) -> Answer:
        """Fifty numbers back, less those hidden."""
        before = int(asked.query.get("before", 561))
        shown = [one for one in rig.posts.values() if before - 50 < one["id"] <= before]
        return Answer({"latest_posts": shown[::-1]})

    rig.server.routes = [(pattern, window if handler == listed else handler) for pattern, handler in rig.server.routes]
    assert _ids(full.read(start.cursor).events) == [*said[:30], *said[40:]]
    _close(rig.link, rig.server)


def _close(link: Link, server: HttpServer) -> None:
    link.close()
    server.close()


def test_an_odd_comment_on_reddit_is_passed_over() -> None:
    rig = RedditRig()
    start = rig.link.read("")
    odd, said = rig.say("odd"), rig.say(QUESTION)
    rig.comments[odd]["body"] = None
    assert _ids(rig.link.read(start.cursor).events) == [said]
    _close(rig.link, rig.server)


def test_a_review_without_the_customers_words_is_passed_over() -> None:
    rig = GooglePlayRig()
    start = rig.link.read("")
    rig.say("odd")
    shown = rig._shown

    def without_words(review: str) -> dict[str, Any]:
        return {**shown(review), **({"comments": []} if review == "gp:1" else {})}

    rig._shown = without_words  # type: ignore[method-assign]  # one answer of the stand-in is changed
    said = rig.say(QUESTION)
    assert _ids(rig.link.read(start.cursor).events) == [said]
    _close(rig.link, rig.server)


def test_many_reviews_are_looked_through_once_and_the_newest_are_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.adapters.channels.watched.KEPT", 5)
    rig = GooglePlayRig(page=4)
    for number in range(20):
        old = rig.say(f"old {number}")
        rig.reviews[old]["at"] -= timedelta(days=2) - timedelta(minutes=number)
    cursor = rig.link.read("").cursor
    for _ in range(2):
        said = rig.say(QUESTION)
        batch = rig.link.read(cursor)
        assert _ids(batch.events) == [said]
        cursor = batch.cursor
    before = len(rig.server.asked)
    assert rig.link.read(cursor).events == ()
    assert len(rig.server.asked) - before == 1
    _close(rig.link, rig.server)


def test_a_changed_review_is_told_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.adapters.channels.watched.KEPT", 5)
    rig = AppStoreRig()
    for number in range(12):
        old = rig.say(f"old {number}")
        rig.reviews[old]["at"] -= timedelta(days=2) - timedelta(minutes=number)
    batch = rig.link.read(rig.link.read("").cursor)
    said = rig.say(QUESTION)
    batch = rig.link.read(batch.cursor)
    rig.reviews[said]["text"] = "mended"
    (event,) = rig.link.read(batch.cursor).events
    assert isinstance(event, Edited)
    assert event.post.external_id == said
    _close(rig.link, rig.server)


def test_a_look_at_many_comments_on_youtube_costs_few_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.adapters.channels.watched.KEPT", 250)
    rig = YouTubeRig()
    for number in range(320):
        rig.say(f"old {number}")
    start = rig.link.read("")
    said = rig.say(QUESTION)
    batch = rig.link.read(start.cursor)
    assert _ids(batch.events) == [said]
    before = len(rig.server.asked)
    assert rig.link.read(batch.cursor).events == ()
    assert len(rig.server.asked) - before == 2
    _close(rig.link, rig.server)


def test_tickets_that_changed_in_one_second_are_all_read() -> None:
    rig = FreshdeskRig()
    at = "2026-11-30T10:00:00Z"
    tickets = [{**rig._ticket(), "id": number, "updated_at": at, "created_at": at} for number in range(1, 46)]
    tickets.append({**tickets[0], "id": 99, "updated_at": "2026-11-30T10:00:05Z"})

    def listed(asked: Asked) -> Answer:
        size, page = int(asked.query["per_page"]), int(asked.query.get("page", 1))
        rows = [one for one in tickets if str(one["updated_at"]) >= asked.query["updated_since"]]
        return Answer(rows[(page - 1) * size : page * size])

    routes = {"GET /api/v2/tickets": listed, r"GET /api/v2/tickets/\d+/conversations": lambda asked: Answer([])}
    added = [(re.compile(pattern), handler) for pattern, handler in routes.items()]
    rig.server.routes = [*added, *rig.server.routes]
    cursor = json.dumps({"at": "2026-11-30T09:00:00Z"})
    found: list[str] = []
    for _ in range(3):
        batch = rig.link.read(cursor)
        cursor = batch.cursor
        found += _ids(batch.events)
    assert {f"{number}/0" for number in (*range(1, 46), 99)} == set(found)
    _close(rig.link, rig.server)


def test_one_odd_event_of_x_keeps_none_of_the_others_from_being_heard() -> None:
    """The whole call was refused, which X repeats and then gives up."""
    rig = XRig(direct_messages=True)
    said, written = rig.say(QUESTION), rig.write("Is 5 &lt; 6 &amp; 7?")
    told = [json.loads(one.body) for one in rig.deliveries()]
    body = told[0] | told[1]
    body["tweet_create_events"] += [{}, {"id_str": 7, "user": None}]
    body["direct_message_events"] += [{"type": "message_create"}, 7]
    body["tweet_delete_events"] = [{}, {"status": {"id": "9"}}]
    heard = rig.link.parse(json.dumps(body).encode())
    assert _ids(tuple(heard)) == [said, written]
    assert [event.external_id for event in heard if isinstance(event, Deleted)] == ["9"]
    assert [event.post.text for event in heard if isinstance(event, Mentioned)][1] == "Is 5 < 6 & 7?"
    _close(rig.link, rig.server)


def test_what_is_changed_and_tapped_in_messenger_is_heard() -> None:
    rig = MetaRig("messenger")
    shared = {"sender": {"id": "200"}, "recipient": {"id": "100"}, "timestamp": 1_790_000_000_000}
    changed = {**shared, "message_edit": {"mid": "m1", "text": "stop", "num_edit": 2}}
    tapped = {**shared, "postback": {"mid": "m2", "title": "Where is my bag?", "payload": "BAG"}}
    older = {**shared, "postback": {"title": "Refunds", "payload": "R"}}
    odd = {**shared, "postback": None}
    body = json.dumps({"entry": [{"id": "100", "messaging": [changed, odd, tapped, older, {**shared, "read": {}}]}]})
    edited, first, second = rig.link.parse(body.encode())
    assert isinstance(edited, Edited)
    assert isinstance(first, Mentioned)
    assert isinstance(second, Mentioned)
    assert (edited.post.external_id, edited.post.text, edited.post.version) == ("m1", "stop", "2")
    assert (first.post.external_id, first.post.text) == ("m2", "Where is my bag?")
    assert (second.post.text, second.post.author_id, second.post.visibility) == ("Refunds", "200", Visibility.PRIVATE)
    assert rig.link.parse(body.encode())[2] == second
    _close(rig.link, rig.server)


@pytest.mark.parametrize("make", [AppStoreRig, GooglePlayRig])
def test_a_machine_posts_nothing_over_a_persons_answer_in_the_store(make: type[AppStoreRig | GooglePlayRig]) -> None:
    """An answer replaces the one before: a colleague's own was gone."""
    rig = make()
    desk = Desk(rig)
    said = rig.say(QUESTION)
    desk.hear()
    rig.answer_there(said, "Ring me, Ann. Tom")
    (mention,) = desk.mentions()
    assert desk.answer(mention).state is ReplyState.HELD
    assert rig.answers(said) == ["Ring me, Ann. Tom"]
    other = rig.say(QUESTION)
    desk.hear()
    rig.answer_there(other, "Which one?")
    rig.answered_at[other] -= timedelta(hours=1)
    rig.change(other, "How big may my bag be, in cm?")
    desk.hear()
    changed = next(each for each in desk.mentions() if "in cm?" in each.text)
    assert desk.answer(changed).state is ReplyState.SENT
    desk.store.close()
    _close(rig.link, rig.server)
