"""The outbox keeps to what each network still takes, and nothing goes out before its time."""

from datetime import timedelta

from assistant.desk.outbox import Delivered, deliver_due
from assistant.domain.budget import Budget
from assistant.domain.conversation import Reply, ReplyState
from assistant.errors import ChannelBusy
from tests.desk.test_outbox import Network, put_due, stored
from tests.desk_builders import NOW, SetClock
from tests.stores import new_store


class Limited(Network):
    """Says after each post how many it still takes."""

    def __init__(self, takes: int) -> None:
        super().__init__()
        self.takes = takes
        self.calls = 0

    def send(self, reply: Reply) -> str:
        self.calls += 1
        if self.takes == 0:
            raise ChannelBusy("x", 60)
        self.takes -= 1
        return super().send(reply)

    def budget(self) -> Budget | None:
        return Budget(remaining=self.takes, resets_at=NOW + timedelta(seconds=60))


def test_a_used_up_budget_is_waited_for_by_every_process() -> None:
    store, network, clock = new_store(), Limited(2), SetClock()
    replies = [put_due(store, str(number)) for number in range(4)]
    assert deliver_due(store, {"x": network}, brand_id="skylark", clock=clock) == Delivered(sent=2)
    other = Limited(9)
    assert deliver_due(store, {"x": other}, brand_id="skylark", clock=clock) == Delivered()
    assert (network.calls, other.calls) == (2, 0)
    waiting, _ = stored(store, replies[3])
    assert (waiting.state, waiting.attempts) == (ReplyState.DUE, 0)
    assert waiting.not_before == NOW + timedelta(seconds=60)
    clock.forward(60)
    assert deliver_due(store, {"x": other}, brand_id="skylark", clock=clock) == Delivered(sent=2)


def test_a_refusal_for_now_pauses_the_channel_and_is_no_failed_attempt() -> None:
    store, network, clock = new_store(), Limited(0), SetClock()
    replies = [put_due(store, str(number)) for number in range(3)]
    assert deliver_due(store, {"x": network}, brand_id="skylark", clock=clock) == Delivered()
    assert network.calls == 1
    for reply in replies:
        now, _ = stored(store, reply)
        assert (now.state, now.attempts, now.not_before) == (ReplyState.DUE, 0, NOW + timedelta(seconds=60))
    clock.forward(60)
    network.takes = 9
    assert deliver_due(store, {"x": network}, brand_id="skylark", clock=clock) == Delivered(sent=3)


def test_a_refused_look_up_does_not_forget_that_there_may_be_a_post() -> None:
    store, network, clock = new_store(), Network(), SetClock()
    reply = put_due(store)
    network.plan = ["fails_after"]
    assert deliver_due(store, {"x": network}, brand_id="skylark", clock=clock) == Delivered(failed=1)
    clock.forward(10)

    class Busy(Network):
        def find(self, delivery_key: str) -> str | None:
            raise ChannelBusy("x", 5)

    assert deliver_due(store, {"x": Busy()}, brand_id="skylark", clock=clock) == Delivered()
    clock.forward(5)
    assert deliver_due(store, {"x": network}, brand_id="skylark", clock=clock) == Delivered(sent=1)
    assert network.posts == [reply.delivery_key]


def test_a_reply_waits_for_the_end_of_its_undo_window() -> None:
    store, network, clock = new_store(), Network(), SetClock()
    reply = put_due(store)
    with store.begin() as tx:
        tx.save_reply(reply.model_copy(update={"not_before": NOW + timedelta(seconds=10)}))
    assert deliver_due(store, {"x": network}, brand_id="skylark", clock=clock) == Delivered()
    clock.forward(10)
    assert deliver_due(store, {"x": network}, brand_id="skylark", clock=clock) == Delivered(sent=1)


def test_the_row_names_its_sender_while_it_is_on_its_way_and_no_longer() -> None:
    store, clock = new_store(), SetClock()
    reply = put_due(store)
    seen: list[str | None] = []

    class Watched(Network):
        def send(self, reply: Reply) -> str:
            seen.append(stored(store, reply)[0].claimed_by)
            return super().send(reply)

    assert deliver_due(store, {"x": Watched()}, brand_id="skylark", clock=clock, by="host-1") == Delivered(sent=1)
    assert (seen, stored(store, reply)[0].claimed_by) == (["host-1"], None)
