"""A reply of several posts: each goes out once and in order, whatever happens between two of them."""

from contextlib import suppress
from datetime import timedelta

import pytest

from assistant.desk import automation
from assistant.desk.act import act
from assistant.desk.outbox import LEASE_S, deliver_due
from assistant.desk.review import ReviewRequest, review
from assistant.domain.brand import ChannelPolicy, Pack
from assistant.domain.conversation import Reply, ReplyState, TurnRecord
from assistant.domain.vocabulary import Decision, Disposition
from assistant.errors import ChannelRefuses, ChannelUnavailable, NotAllowed
from assistant.ports import Store
from tests.desk_builders import DISCLOSURE, NOW, SetClock, make_draft, make_mention, make_pack, make_turn

LONG = " ".join(
    f"{place} takes bags of up to {size} cm, and whoever brings a bigger one hands it in at the desk before security."
    for place, size in (("Dublin", 55), ("Lisbon", 56), ("Faro", 57), ("Berlin", 58), ("Rome", 59), ("Nice", 60))
)


class Killed(BaseException):
    """The process dies here."""


class Network:
    """Posts, and what each answers; misbehaves once for each word in `plan`."""

    name = "bluesky"

    def __init__(self, *plan: str) -> None:
        self.posts: dict[str, tuple[str, str | None]] = {}
        self.plan = list(plan)

    def send(self, reply: Reply) -> str:
        mishap = self.plan.pop(0) if self.plan else "none"
        if mishap == "killed_before":
            raise Killed
        if mishap == "refused":
            raise ChannelRefuses("no such post")
        if mishap == "fails":
            raise ChannelUnavailable("connection refused")
        assert reply.delivery_key not in self.posts
        self.posts[reply.delivery_key] = (reply.text, reply.follows)
        if mishap == "killed_after":
            raise Killed
        return f"id-{reply.delivery_key}"

    def find(self, delivery_key: str) -> str | None:
        return f"id-{delivery_key}" if delivery_key in self.posts else None


def _pack(most: int = 4) -> Pack:
    return make_pack().model_copy(update={"channels": (ChannelPolicy(name="bluesky", max_parts=most),)})


def _due(store: Store, text: str = f"{LONG} {DISCLOSURE}") -> Reply:
    turn = make_turn(make_mention(channel="bluesky"), draft=make_draft(text))
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        record = act(tx, turn, pack=_pack(), at=NOW)
        return tx.reply(f"r-{record.id}")


def _deliver(store: Store, network: Network, clock: SetClock) -> None:
    with suppress(Killed):
        deliver_due(store, {"bluesky": network}, brand_id="skylark", clock=clock)


def _stored(store: Store, reply: Reply) -> Reply:
    with store.read() as look:
        return look.reply(reply.id)


def _is_chain(network: Network, reply: Reply) -> bool:
    texts = tuple(text for text, _ in network.posts.values())
    answered = [follows for _, follows in network.posts.values()]
    return texts == reply.parts and answered == [None, *(f"id-{key}" for key in list(network.posts)[:-1])]


def test_a_long_reply_goes_out_as_a_chain_with_the_disclosure_in_the_first(store: Store) -> None:
    reply, network = _due(store), Network()
    assert len(reply.parts) == 3
    _deliver(store, network, SetClock())
    sent = _stored(store, reply)
    assert (sent.state, sent.sent_id, len(sent.sent_parts)) == (ReplyState.SENT, f"id-{reply.delivery_key}", 3)
    assert _is_chain(network, sent)
    assert [DISCLOSURE in text for text, _ in network.posts.values()] == [True, False, False]
    assert [post.sent_id for post in sent.posts] == list(sent.sent_parts)
    with store.read() as look:
        told = [entry.event for entry in look.audit(subject=reply.id)]
    assert told[-3:] == ["reply_part_sent", "reply_part_sent", "reply_sent"]


@pytest.mark.parametrize("mishap", ["killed_before", "killed_after", "fails"])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_each_part_goes_out_once_whatever_happens_between_two(store: Store, mishap: str, at: int) -> None:
    reply, network, clock = _due(store), Network(*["none"] * at, mishap), SetClock()
    for _ in range(3):
        _deliver(store, network, clock)
        clock.forward(LEASE_S + 5)
    sent = _stored(store, reply)
    assert sent.state is ReplyState.SENT
    assert _is_chain(network, sent)


def test_a_part_that_is_refused_leaves_the_rest_to_a_person(store: Store) -> None:
    reply, network, clock = _due(store), Network("none", "refused"), SetClock()
    _deliver(store, network, clock)
    held = _stored(store, reply)
    assert (held.state, len(held.sent_parts), len(network.posts)) == (ReplyState.HELD, 1, 1)
    with store.read() as look:
        assert look.conversation(reply.conversation_id).decision is Decision.REVIEW


def test_a_kill_switch_stops_between_two_parts(store: Store) -> None:
    reply, network, clock = _due(store), Network("none", "killed_before"), SetClock()
    _deliver(store, network, clock)
    with store.begin() as tx:
        automation.set_kill_switch(tx, "skylark", on=True, by="ann", at=NOW)
    clock.forward(LEASE_S + 1)
    _deliver(store, network, clock)
    assert (_stored(store, reply).state, len(network.posts)) == (ReplyState.HELD, 1)


def test_a_message_deleted_meanwhile_gets_no_further_parts(store: Store) -> None:
    reply, clock = _due(store), SetClock()

    class Deleted(Network):
        def send(self, reply: Reply) -> str:
            with store.begin() as tx:
                tx.purge("skylark-bluesky-1")
            return super().send(reply)

    network = Deleted()
    _deliver(store, network, clock)
    clock.forward(60)
    _deliver(store, network, clock)
    gone = _stored(store, reply)
    assert (gone.state, gone.text, gone.parts, len(network.posts)) == (ReplyState.WITHDRAWN, "", (), 1)


def _half_out(store: Store) -> TurnRecord:
    reply = _due(store)
    _deliver(store, Network("none", "refused"), SetClock())
    with store.read() as look:
        return look.turn(reply.turn_id)


def _settle(store: Store, record: TurnRecord, disposition: Disposition, text: str | None = None) -> Reply:
    with store.begin() as tx:
        seen = tx.conversation(record.conversation_id).version
        request = ReviewRequest(turn_id=record.id, seen_version=seen, disposition=disposition, text=text, agent="ann")
        reply = review(tx, request, pack=_pack(), passages=(), at=NOW + timedelta(minutes=1)).reply
    assert reply is not None
    return reply


def test_a_person_lets_the_rest_go(store: Store) -> None:
    reply = _settle(store, _half_out(store), Disposition.ACCEPTED)
    network = Network()
    _deliver(store, network, SetClock(NOW + timedelta(hours=1)))
    assert _stored(store, reply).state is ReplyState.SENT
    assert [text for text, _ in network.posts.values()] == list(reply.parts[1:])


def test_a_person_ends_it_in_their_own_words_and_says_nothing_twice(store: Store) -> None:
    record = _half_out(store)
    with pytest.raises(NotAllowed, match="1 of 3 posts of this answer are out"):
        _settle(store, record, Disposition.RESPONDED, f"{LONG} And that's that.")
    reply = _settle(store, record, Disposition.RESPONDED, "And in Nice you can leave it at the desk.")
    network = Network()
    _deliver(store, network, SetClock(NOW + timedelta(hours=1)))
    ((text, follows),) = network.posts.values()
    assert (text, follows) == ("And in Nice you can leave it at the desk.", reply.sent_parts[0])


def test_a_brand_that_allows_one_post_gets_one(store: Store) -> None:
    turn = make_turn(make_mention(channel="bluesky"), draft=make_draft(f"{LONG} {DISCLOSURE}"))
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        record = act(tx, turn, pack=_pack(most=1), at=NOW)
        assert tx.reply(f"r-{record.id}").parts == ()


def test_x_takes_several_posts_from_people_only() -> None:
    pack = make_pack().model_copy(update={"channels": (ChannelPolicy(name="x", max_parts=5),)})
    assert (pack.most_parts("x", automated=True), pack.most_parts("x", automated=False)) == (1, 5)
