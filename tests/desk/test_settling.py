"""Settled by hand or taken back: the promise stands still and goes on, and hand-off and owner go with it."""

from datetime import timedelta

from assistant.desk import triage
from assistant.desk.assign import assign
from assistant.desk.review import ReviewRequest, review
from assistant.desk.sla import Swept, sweep
from assistant.desk.undo import undo, wait
from assistant.domain.conversation import TurnRecord
from assistant.domain.vocabulary import ConversationState, Disposition
from assistant.ports import Store
from tests.desk.test_sla import PACK, due, minutes, waiting
from tests.desk_builders import NOW, SetClock


def resolved(store: Store, record: TurnRecord, after: float) -> None:
    with store.begin() as tx:
        seen = tx.conversation(record.conversation_id).version
        at = NOW + minutes(after)
        triage.resolve(tx, record.conversation_id, seen=seen, agent="bo", pack=PACK, at=at)


def reopened(store: Store, record: TurnRecord, after: float) -> None:
    with store.begin() as tx:
        triage.reopen(tx, record.conversation_id, agent="bo", pack=PACK, at=NOW + minutes(after))


def swept(store: Store, after: float) -> Swept:
    return sweep(store, pack=PACK, clock=SetClock(NOW + minutes(after)))


def test_nobody_is_told_of_a_promise_that_was_settled_by_hand(store: Store) -> None:
    record = waiting(store, due=120)
    with store.begin() as tx:
        assign(tx, record.conversation_id, "bo", by="lead", why="", pack=PACK, at=NOW)
    resolved(store, record, 30)
    assert swept(store, 400) == Swept()
    with store.read() as look:
        (handoff,) = look.handoffs(record.conversation_id)
        owned = look.assignment(record.conversation_id)
    assert owned is not None
    assert (handoff.closed_at, owned.closed_at) == (NOW + minutes(30), NOW + minutes(30))


def test_what_is_opened_again_goes_on_with_what_was_left_and_the_same_hand_off(store: Store) -> None:
    record = waiting(store, due=120)
    resolved(store, record, 30)
    reopened(store, record, 60)
    assert due(store, record) == NOW + minutes(150)
    assert swept(store, 151).breached == 1
    with store.read() as look:
        (handoff,) = look.handoffs(record.conversation_id)
    assert (handoff.number, handoff.closed_at) == (1, None)


def test_a_reply_taken_back_leaves_the_promise_as_it_was(store: Store) -> None:
    record = waiting(store, due=120)
    at = NOW + minutes(30)
    with store.begin() as tx:
        seen = tx.conversation(record.conversation_id).version
        told = {"disposition": Disposition.RESPONDED, "text": "It is here.", "agent": "bo"}
        request = ReviewRequest(turn_id=record.id, seen_version=seen, **told)
        reply = review(tx, request, pack=PACK, passages=(), at=at).reply
        assert reply is not None
        wait(tx, reply, seconds=10)
    with store.begin() as tx:
        undo(tx, reply.id, agent="bo", pack=PACK, at=at + timedelta(seconds=5))
        talk = tx.conversation(record.conversation_id)
        (handoff,) = tx.handoffs(record.conversation_id)
    assert (talk.state, handoff.closed_at) == (ConversationState.OPEN, None)
    assert talk.due_at == NOW + timedelta(minutes=120)
    assert swept(store, 121).breached == 1
