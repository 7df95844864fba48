"""What a network told: mentions, own posts, machines, edits, deletions, and people who want no machine."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.desk.act import act
from assistant.desk.channel_gate import refused
from assistant.desk.outbox import deliver_due
from assistant.desk.receive import asks_to_stop, receive
from assistant.desk.review import ReviewRequest, review
from assistant.domain.brand import Pack
from assistant.domain.conversation import ReplyState
from assistant.domain.incoming import (
    Attachment,
    ChannelState,
    Deleted,
    Edited,
    Incoming,
    Mentioned,
    OwnReplySeen,
    Post,
    Received,
)
from assistant.domain.mention import ThreadMessage
from assistant.domain.vocabulary import Decision, Disposition, Reason
from assistant.errors import NotAllowed
from assistant.ports import Store
from tests.desk_builders import NOW, SetClock, make_pack, make_reply, make_turn

PACK: Pack = make_pack()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = SqlStore(f"sqlite:///{tmp_path}/store.db")
    with opened.begin() as tx:
        tx.save_channel_state(ChannelState(brand_id="skylark", channel="x", kind="x", approval="X-1"), at=NOW)
    yield opened
    opened.close()


def _hear(store: Store, *events: Incoming, seconds: float = 0) -> tuple[Received, tuple[str, ...]]:
    with store.begin() as tx:
        return receive(tx, events, channel="x", pack=PACK, at=NOW + timedelta(seconds=seconds))


def _post(external_id: str = "1", text: str = "How big may my bag be?", **more: object) -> Post:
    return Post.model_validate({"external_id": external_id, "text": text, "handle": "ann", "author_id": "u1", **more})


def _texts(store: Store) -> list[str]:
    with store.read() as look:
        return [mention.text for mention in look.unanswered(brand_id="skylark", limit=99)]


def test_a_post_is_known_again_by_id_and_by_address(store: Store) -> None:
    first = _post(permalink="https://x.com/ann/status/1")
    assert _hear(store, Mentioned(post=first), Mentioned(post=first))[0] == Received(taken_in=1, ignored=1)
    same_place = first.model_copy(update={"external_id": "other"})
    assert _hear(store, Mentioned(post=same_place))[0] == Received(ignored=1)


def test_own_posts_and_machines_are_no_mentions(store: Store) -> None:
    received, taken = _hear(
        store, Mentioned(post=_post("1", ours=True)), Mentioned(post=_post("2", is_bot=True)), Deleted(external_id="9")
    )
    assert (received, taken) == (Received(own=1, ignored=2), ())


def test_attachments_are_described_and_never_guessed(store: Store) -> None:
    media = (Attachment(kind="image", description="my bag"), Attachment(kind="video"))
    _hear(store, Mentioned(post=_post(attachments=media)))
    assert _texts(store) == ["How big may my bag be?\n[image: my bag]\n[video: no description]"]


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "@skylark stop!",
        "Please stop replying",
        "unsubscribe",
        "opt-out",
        "no bots",
        "stop texting me",
        "Please stop sending me messages",
        "Stopp!",
        "Bitte keine automatischen Nachrichten mehr",
        "Abmelden bitte",
        "Arrêtez, s'il vous plaît",
        "désinscription",
        "BAJA",
        "No más mensajes, por favor",
    ],
)
def test_people_who_want_no_machine_are_remembered(store: Store, text: str) -> None:
    assert asks_to_stop(text)
    _hear(store, Mentioned(post=_post("1", text)), Mentioned(post=_post("2", author_id="u1")))
    with store.read() as look:
        reply = make_reply("t", "c").model_copy(update={"in_reply_to": "2"})
        assert (refused(look, reply, at=NOW) or "").startswith("opted_out: ")
        by_person = reply.model_copy(update={"automated": False})
        assert refused(look, by_person, at=NOW) is None


@pytest.mark.parametrize("changed", [{}, {"author_id": "", "handle": ""}])
def test_who_changes_their_words_to_a_stop_is_remembered(store: Store, changed: dict[str, str]) -> None:
    _hear(store, Mentioned(post=_post("1", author_id="u1")), Mentioned(post=_post("2", author_id="u1")))
    _hear(store, Edited(post=_post("1", "Stop.", author_id="u1", version="v2").model_copy(update=changed)))
    with store.read() as look:
        reply = make_reply("t", "c").model_copy(update={"in_reply_to": "2"})
        assert (refused(look, reply, at=NOW) or "").startswith("opted_out: ")


@pytest.mark.parametrize(
    "text",
    [
        "Keine Nachrichten mehr seit gestern, wo ist mein Koffer?",
        "Does the train stop in Cork?",
        "stop losing my bags and call me",
        "",
        "@ann",
    ],
)
def test_others_are_not(text: str) -> None:
    assert not asks_to_stop(text)


def test_a_turn_that_would_break_a_rule_asks_for_review_and_names_it(store: Store) -> None:
    _hear(store, Mentioned(post=_post(summoned=False)))
    with store.begin() as tx:
        (mention,) = tx.unanswered(brand_id="skylark", limit=1)
        turn = make_turn(mention)
        record = act(tx, turn, pack=PACK, at=NOW)
        assert act(tx, turn, pack=PACK, at=NOW) == record
        detail = tx.detail(record.conversation_id)
    assert record.turn.route.decision is Decision.REVIEW
    assert record.turn.route.reasons == (Reason.CHANNEL_RULE,)
    assert [finding.guardrail for finding in record.turn.findings] == ["channel.summoned"]
    assert detail.replies == ()


def test_an_answer_given_elsewhere_stops_the_one_that_waits(store: Store) -> None:
    _hear(store, Mentioned(post=_post()))
    with store.begin() as tx:
        (mention,) = tx.unanswered(brand_id="skylark", limit=1)
        record = act(tx, make_turn(mention), pack=PACK, at=NOW)
    _hear(store, OwnReplySeen(external_id="900", in_reply_to="1"))
    delivered = deliver_due(store, {}, brand_id="skylark", clock=SetClock())
    with store.read() as look:
        reply = look.reply(f"r-{record.id}")
    assert (delivered.held, reply.state) == (1, ReplyState.HELD)
    assert (reply.last_error or "").startswith("already_replied: ")


def test_an_edit_takes_the_draft_back_and_is_thought_about_anew(store: Store) -> None:
    _hear(store, Mentioned(post=_post()))
    with store.begin() as tx:
        (mention,) = tx.unanswered(brand_id="skylark", limit=1)
        record = act(tx, make_turn(mention), pack=PACK, at=NOW)
    edited = Edited(post=_post(text="Where is my dog?", version="v2"))
    assert _hear(store, edited, edited)[0] == Received(edited=1, ignored=1)
    with store.read() as look:
        reply, turn = look.reply(f"r-{record.id}"), look.turn(record.id).turn
    assert (reply.state, reply.text, turn.draft, turn.mention.text) == (ReplyState.WITHDRAWN, "", None, "")
    assert _texts(store) == ["Where is my dog?"]


def test_a_deletion_leaves_no_word_of_it_in_the_file(store: Store, tmp_path: Path) -> None:
    secret = "xylophone-in-my-suitcase"
    _hear(store, Mentioned(post=_post(text=secret, permalink="https://x.com/ann/1")))
    later = _post("2", "And?", thread=(ThreadMessage(role="customer", text=secret),))
    _hear(store, Mentioned(post=later), seconds=1)
    with store.begin() as tx:
        for mention in tx.unanswered(brand_id="skylark", limit=9):
            act(tx, make_turn(mention), pack=PACK, at=NOW)
    assert secret.encode() in _bytes(tmp_path)
    assert _hear(store, Deleted(external_id="1"), Deleted(external_id="1"))[0] == Received(deleted=1, ignored=1)
    store.close()
    assert secret.encode() not in _bytes(tmp_path)


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_what_was_deleted_may_not_come_back(store: Store) -> None:
    _hear(store, Mentioned(post=_post()), Deleted(external_id="1"))
    assert _hear(store, Mentioned(post=_post()))[0] == Received(ignored=1)
    assert _texts(store) == [""]


def test_what_its_network_deleted_is_answered_by_nobody(store: Store) -> None:
    _, (mention_id,) = _hear(store, Mentioned(post=_post()))
    with store.begin() as tx:
        record = act(tx, make_turn(tx.mention(mention_id), decision=Decision.HANDOFF), pack=PACK, at=NOW)
    _hear(store, Deleted(external_id="1"), seconds=1)
    with store.begin() as tx:
        seen = tx.conversation(record.conversation_id).version
        kind = Disposition.RESPONDED
        request = ReviewRequest(turn_id=record.id, seen_version=seen, disposition=kind, text="Hello!", agent="ann")
        with pytest.raises(NotAllowed, match="deleted this message"):
            review(tx, request, pack=PACK, passages=(), at=NOW + timedelta(minutes=5))


def test_a_post_that_cant_be_used_keeps_none_of_the_others_from_being_heard(store: Store) -> None:
    odd = [_post("a" * 600), _post("2", followers=-1)]
    received, _ = _hear(store, *(Mentioned(post=post) for post in odd), Mentioned(post=_post("3", "heard")))
    assert received == Received(taken_in=1, ignored=2)
    assert _texts(store) == ["heard"]


def test_nobody_changes_another_ones_words(store: Store) -> None:
    _hear(store, Mentioned(post=_post("1", "hers")))
    received, _ = _hear(store, Edited(post=_post("1", "not hers", author_id="u2", handle="eve", version="2")))
    assert received == Received(ignored=1)
    assert _texts(store) == ["hers"]


def test_a_post_told_of_after_its_deletion_is_left_alone(store: Store) -> None:
    """A call that failed is repeated, also behind a later one: what was deleted was taken in, and answered."""
    assert _hear(store, Deleted(external_id="1"))[0] == Received(ignored=1)
    assert _hear(store, Mentioned(post=_post()), seconds=60) == (Received(ignored=1), ())
    assert _hear(store, Edited(post=_post(text="Changed", version="2")), seconds=90) == (Received(ignored=1), ())
    assert not _texts(store)
