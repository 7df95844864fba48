"""The outbox: what is due goes out once, whatever the channel does and whenever the process dies."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from assistant.adapters.channels.file_drop import FileDrop
from assistant.adapters.sql.store import SqlStore
from assistant.desk import automation
from assistant.desk.act import act
from assistant.desk.outbox import FIRST_WAIT_S, LEASE_S, MAX_ATTEMPTS, Delivered, deliver_due
from assistant.desk.restored import note_restored
from assistant.domain.conversation import Conversation, Reply, ReplyState
from assistant.domain.vocabulary import ConversationState, Decision
from assistant.errors import ChannelMute, ChannelUnavailable
from assistant.ports import Store
from tests.desk_builders import NOW, SetClock, make_mention, make_pack, make_turn
from tests.stores import new_store

PACK = make_pack()
IN_FLIGHT = {ReplyState.DUE, ReplyState.FAILED, ReplyState.SENDING}


class Killed(BaseException):
    """The process dies here."""


class Network:
    """A channel that posts as often as it is told to and misbehaves as it is told to, once for each word in `plan`."""

    name = "x"

    def __init__(self) -> None:
        self.posts: list[str] = []
        self.plan: list[str] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def send(self, reply: Reply) -> str:
        mishap = self.plan.pop(0) if self.plan else "none"
        if mishap == "other_worker":
            self.meanwhile()
        if mishap == "killed_before":
            raise Killed
        if mishap == "fails_before":
            raise ChannelUnavailable("connection refused")
        self.posts.append(reply.delivery_key)
        if mishap == "killed_after":
            raise Killed
        if mishap == "fails_after":
            raise ChannelUnavailable("timed out after accepting")
        return f"id-{reply.delivery_key}"

    def find(self, delivery_key: str) -> str | None:
        if self.plan and self.plan[0] == "cannot_find":
            self.plan.pop(0)
            raise ChannelUnavailable("the search is down")
        return f"id-{delivery_key}" if delivery_key in self.posts else None


class Mute(Network):
    """A network that can't look up what was posted."""

    def find(self, delivery_key: str) -> str | None:
        raise ChannelMute("look into the chat")


MISHAPS = ["none", "killed_before", "killed_after", "fails_before", "fails_after", "cannot_find", "other_worker"]


def put_due(store: Store, external_id: str = "1") -> Reply:
    turn = make_turn(make_mention(external_id))
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        record = act(tx, turn, pack=PACK, at=NOW)
        return tx.reply(f"r-{record.id}")


def stored(store: Store, reply: Reply) -> tuple[Reply, Conversation]:
    with store.read() as look:
        return look.reply(reply.id), look.conversation(reply.conversation_id)


def deliver(store: Store, network: Network, clock: SetClock) -> Delivered:
    return deliver_due(store, {"x": network}, brand_id="skylark", clock=clock)


class OutboxMachine(RuleBasedStateMachine):
    """Replies come, the clock goes on, the channel fails before or after posting, the process dies anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.store, self.network, self.clock = new_store(), Network(), SetClock()
        self.network.meanwhile = lambda: deliver(self.store, self.network, self.clock)
        self.replies: list[Reply] = []
        self.posts_at_switch = 0

    @rule()
    def a_reply_comes(self) -> None:
        self.replies.append(put_due(self.store, str(len(self.replies))))

    @rule(plan=st.lists(st.sampled_from(MISHAPS), max_size=4))
    def a_worker_delivers(self, plan: list[str]) -> None:
        self.network.plan = plan
        with suppress(Killed):
            deliver(self.store, self.network, self.clock)

    @rule(seconds=st.sampled_from([1, LEASE_S, 60, 600]))
    def time_passes(self, seconds: int) -> None:
        self.clock.forward(seconds)

    @rule(on=st.booleans())
    def the_kill_switch_is_turned(self, on: bool) -> None:
        self.posts_at_switch = len(self.network.posts)
        with self.store.begin() as tx:
            automation.set_kill_switch(tx, "skylark", on=on, by="ann", at=self.clock())

    @rule(on=st.booleans())
    def a_topic_is_held_or_released(self, on: bool) -> None:
        with self.store.begin() as tx:
            if on:
                automation.hold(tx, "skylark", scope="baggage", reason="strike", by="ann", at=self.clock())
            else:
                automation.release(tx, "skylark", scope="baggage", by="ann", at=self.clock())

    @precondition(lambda self: self.replies)
    @invariant()
    def nothing_is_posted_twice(self) -> None:
        assert len(self.network.posts) == len(set(self.network.posts))

    @invariant()
    def what_is_marked_sent_was_posted(self) -> None:
        for reply in self.replies:
            now, _ = stored(self.store, reply)
            if now.state is ReplyState.SENT:
                assert now.sent_id == f"id-{reply.delivery_key}"
                assert reply.delivery_key in self.network.posts

    @invariant()
    def nothing_goes_out_while_the_kill_switch_is_on(self) -> None:
        with self.store.read() as look:
            if look.automation("skylark").kill_switch:
                assert len(self.network.posts) == self.posts_at_switch

    def teardown(self) -> None:
        """Once everything works again, every reply went out, or a person has it."""
        self.network.plan = []
        for _ in range(MAX_ATTEMPTS + 1):
            self.clock.forward(1000)
            deliver(self.store, self.network, self.clock)
        for reply in self.replies:
            now, conversation = stored(self.store, reply)
            assert now.state not in IN_FLIGHT
            expected = ConversationState.RESOLVED if now.state is ReplyState.SENT else ConversationState.OPEN
            assert conversation.state is expected
        self.nothing_is_posted_twice()


TestOutbox = OutboxMachine.TestCase
TestOutbox.settings = settings(
    max_examples=80, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_a_reply_is_sent_and_its_conversation_resolved() -> None:
    store, network = new_store(), Network()
    reply = put_due(store)
    assert deliver(store, network, SetClock()) == Delivered(sent=1)
    sent, conversation = stored(store, reply)
    assert (sent.state, sent.sent_id, sent.attempts) == (ReplyState.SENT, f"id-{reply.delivery_key}", 1)
    assert (conversation.state, conversation.due_at) == (ConversationState.RESOLVED, None)
    assert deliver(store, network, SetClock()) == Delivered()
    with store.read() as look:
        assert [entry.event for entry in look.audit(subject=reply.id)] == ["reply_sent"]


def test_a_customer_who_wrote_again_meanwhile_gets_no_answer_to_the_first_line_alone() -> None:
    store = new_store()
    turn = make_turn(make_mention("1", handle="ann"))
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        record = act(tx, turn, pack=PACK, at=NOW)
        tx.take_in(make_mention("2", handle="ann"), at=NOW)
    assert deliver(store, Network(), SetClock()) == Delivered(held=1)
    with store.read() as look:
        assert look.conversation(record.conversation_id).state is ConversationState.OPEN
        assert look.reply(f"r-{record.id}").last_error == "stale: A newer message came in this conversation."


def test_failures_wait_twice_as_long_each_time_and_end_with_a_person() -> None:
    store, network, clock = new_store(), Network(), SetClock()
    reply = put_due(store)
    waits = []
    for _ in range(MAX_ATTEMPTS - 1):
        network.plan = ["fails_before"]
        assert deliver(store, network, clock) == Delivered(failed=1)
        failed, _ = stored(store, reply)
        waits.append((failed.not_before - clock.now).total_seconds())
        assert deliver(store, network, clock) == Delivered()
        clock.now = failed.not_before
    assert waits == [FIRST_WAIT_S * 2**n for n in range(MAX_ATTEMPTS - 1)]
    network.plan = ["fails_before"]
    assert deliver(store, network, clock) == Delivered(unknown=1)
    given_up, conversation = stored(store, reply)
    assert (given_up.state, given_up.last_error) == (ReplyState.UNKNOWN, "connection refused")
    assert (conversation.state, conversation.decision) == (ConversationState.OPEN, Decision.REVIEW)


def test_a_sender_that_dies_every_time_is_not_tried_for_ever() -> None:
    store, network, clock = new_store(), Network(), SetClock()
    reply = put_due(store)
    for _ in range(MAX_ATTEMPTS):
        network.plan = ["killed_before"]
        with pytest.raises(Killed):
            deliver(store, network, clock)
        clock.forward(LEASE_S)
    assert deliver(store, network, clock) == Delivered(unknown=1)
    assert stored(store, reply)[0].attempts == MAX_ATTEMPTS


def test_a_channel_nobody_connected_is_a_failure_that_says_so() -> None:
    store = new_store()
    reply = put_due(store)
    assert deliver_due(store, {}, brand_id="skylark", clock=SetClock()) == Delivered(failed=1)
    assert "no channel 'x' is connected" in (stored(store, reply)[0].last_error or "")


class Slow(Network):
    """Its call outlasts the lease, and fails in the end."""

    def send(self, reply: Reply) -> str:
        self.meanwhile()
        raise ChannelUnavailable("timed out")


def test_a_slow_sender_does_not_undo_what_its_successor_did() -> None:
    store, slow, network, clock = new_store(), Slow(), Network(), SetClock()
    reply = put_due(store)

    def successor() -> None:
        clock.forward(LEASE_S + 1)
        assert deliver(store, network, clock) == Delivered(sent=1)

    slow.meanwhile = successor
    assert deliver(store, slow, clock) == Delivered()
    assert stored(store, reply)[0].state is ReplyState.SENT
    assert network.posts == [reply.delivery_key]


def test_a_slow_sender_does_not_take_the_row_back_from_its_successor() -> None:
    store, slow, network, clock = new_store(), Slow(), Network(), SetClock()
    reply = put_due(store)

    def successor() -> None:
        clock.forward(LEASE_S + 1)
        network.plan = ["killed_before"]
        with pytest.raises(Killed):
            deliver(store, network, clock)

    slow.meanwhile = successor
    assert deliver(store, slow, clock) == Delivered()
    now, _ = stored(store, reply)
    assert (now.state, now.attempts) == (ReplyState.SENDING, 2)


def test_a_slow_sender_does_not_revive_what_was_held_meanwhile() -> None:
    store, slow, clock = new_store(), Slow(), SetClock()
    reply = put_due(store)

    def held() -> None:
        clock.forward(LEASE_S + 1)
        with store.begin() as tx:
            automation.set_kill_switch(tx, "skylark", on=True, by="ann", at=clock())
        assert deliver(store, Network(), clock) == Delivered(held=1)

    slow.meanwhile = held
    assert deliver(store, slow, clock) == Delivered()
    assert stored(store, reply)[0].state is ReplyState.HELD


def test_only_the_named_brands_replies_go_out() -> None:
    store, network = new_store(), Network()
    put_due(store)
    assert deliver_due(store, {"x": network}, brand_id="other", clock=SetClock()) == Delivered()


def test_a_killed_process_delivers_once_after_a_restart(tmp_path: Path) -> None:
    url, folder, clock = f"sqlite:///{tmp_path}/store.db", tmp_path / "drop", SetClock()

    class DiesAfterPosting(FileDrop):
        def send(self, reply: Reply) -> str:
            super().send(reply)
            raise Killed

    store = SqlStore(url)
    reply = put_due(store)
    with pytest.raises(Killed):
        deliver_due(store, {"x": DiesAfterPosting("x", folder)}, brand_id="skylark", clock=clock)
    store.close()
    clock.now += timedelta(seconds=LEASE_S)
    store = SqlStore(url)
    assert deliver_due(store, {"x": FileDrop("x", folder)}, brand_id="skylark", clock=clock) == Delivered(sent=1)
    assert stored(store, reply)[0].state is ReplyState.SENT
    store.close()
    assert len((folder / "x.jsonl").read_text().splitlines()) == 1


def test_after_a_backup_was_restored_nothing_that_went_out_since_is_posted_again() -> None:
    store, network = new_store(), Network()
    before, meant, later = put_due(store, "1"), put_due(store, "2"), make_turn(make_mention("3"))
    network.posts.append(before.delivery_key)  # after the backup, by the store that is lost
    with store.begin() as tx:
        note_restored(tx, brand_id="skylark", by="ops", at=NOW)
        mention = later.mention.model_copy(update={"created_at": NOW + timedelta(seconds=1)})
        tx.take_in(mention, at=NOW)
        after = act(tx, later.model_copy(update={"mention": mention}), pack=PACK, at=NOW)
    network.plan = ["none", "none"]
    assert deliver_due(store, {"x": network}, brand_id="skylark", clock=SetClock()).sent == 3
    assert sorted(network.posts) == sorted(
        [before.delivery_key, meant.delivery_key, f"skylark:{after.conversation_id}:{after.id}"]
    )


def test_where_the_network_cannot_tell_what_went_out_before_the_restore_a_person_decides() -> None:
    store, network = new_store(), Mute()
    reply, clock = put_due(store), SetClock()
    with store.begin() as tx:
        note_restored(tx, brand_id="skylark", by="ops", at=NOW)
    for _ in range(MAX_ATTEMPTS):
        deliver_due(store, {"x": network}, brand_id="skylark", clock=clock)
        clock.forward(FIRST_WAIT_S * 2**MAX_ATTEMPTS)
    with store.read() as look:
        assert look.reply(reply.id).state is ReplyState.UNKNOWN
    assert network.posts == []
