import json
from datetime import timedelta

import pytest

from assistant.desk.act import act
from assistant.desk.assign import assign
from assistant.desk.review import ReviewRequest, review
from assistant.domain.conversation import Conversation, Reply, ReplyState, TurnRecord
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ConversationState, Decision, Disposition
from assistant.errors import NotFound
from assistant.ports import Store
from tests.desk_builders import NOW, make_mention, make_pack, make_turn

PACK = make_pack()
DUE = NOW + timedelta(minutes=120)


def act_on(store: Store, turn: Turn, mention: Mention | None = None) -> TurnRecord:
    with store.begin() as tx:
        tx.take_in(mention or turn.mention, at=NOW)
        return act(tx, turn, pack=PACK, at=NOW)


def look(store: Store, record: TurnRecord) -> tuple[Conversation, tuple[Reply, ...]]:
    with store.read() as reading:
        detail = reading.detail(record.conversation_id)
    return detail.conversation, detail.replies


@pytest.mark.parametrize(
    ("decision", "state", "due_at", "replies"),
    [
        (Decision.AUTO_REPLY, ConversationState.PENDING, DUE, 1),
        (Decision.REVIEW, ConversationState.OPEN, DUE, 0),
        (Decision.HANDOFF, ConversationState.OPEN, DUE, 0),
        (Decision.NO_REPLY, ConversationState.RESOLVED, None, 0),
    ],
)
def test_a_decision_places_the_conversation(
    store: Store, decision: Decision, state: ConversationState, due_at: object, replies: int
) -> None:
    record = act_on(store, make_turn(decision=decision))
    conversation, queued = look(store, record)
    assert (conversation.state, conversation.decision, conversation.due_at) == (state, decision, due_at)
    assert conversation.queue == "baggage"
    assert len(queued) == replies


def test_an_automatic_reply_goes_to_the_outbox_with_all_it_needs(store: Store) -> None:
    turn = make_turn()
    record = act_on(store, turn)
    _, (reply,) = look(store, record)
    assert turn.draft is not None
    assert (reply.text, reply.written_by, reply.approved_by) == (turn.draft.text, "extractive", None)
    assert (reply.automated, reply.state, reply.not_before, reply.in_reply_to) == (True, ReplyState.DUE, NOW, "1")
    assert (reply.intent, reply.topic) == ("bag_size", "baggage")
    assert reply.delivery_key == f"skylark:{record.conversation_id}:{record.id}"


def test_acting_twice_on_one_turn_adds_nothing(store: Store) -> None:
    first, second = make_turn(), make_turn(decision=Decision.REVIEW, ms=2.0)
    records = [act_on(store, turn) for turn in (first, first, second, first, second)]
    assert [record.number for record in records] == [1, 1, 2, 1, 2]
    with store.read() as reading:
        detail = reading.detail(records[0].conversation_id)
        assert len(reading.audit()) == len(detail.turns) == 2
        assert len(detail.replies) == 1


def test_a_second_turn_never_answers_a_mention_that_has_a_reply(store: Store) -> None:
    act_on(store, make_turn())
    record = act_on(store, make_turn(ms=2.0))
    conversation, replies = look(store, record)
    assert record.number == 2
    assert len(replies) == 1
    assert conversation.state is ConversationState.OPEN


def test_the_machine_yields_where_a_person_is_waited_for(store: Store) -> None:
    act_on(store, make_turn(make_mention("1", handle="ann"), Decision.HANDOFF, queue="safety"))
    record = act_on(store, make_turn(make_mention("2", handle="ann"), Decision.AUTO_REPLY))
    conversation, replies = look(store, record)
    assert replies == ()
    assert (conversation.state, conversation.decision) == (ConversationState.OPEN, Decision.HANDOFF)
    assert conversation.queue == "safety"


def test_the_machine_yields_where_a_persons_answer_is_on_its_way(store: Store) -> None:
    """Else it would speak first, and what they wrote be held for the message that came meanwhile."""
    first = act_on(store, make_turn(make_mention("1", handle="ann"), Decision.REVIEW))
    with store.begin() as tx:
        seen = tx.conversation(first.conversation_id).version
        accepted = ReviewRequest(turn_id=first.id, seen_version=seen, disposition=Disposition.ACCEPTED, agent="bo")
        review(tx, accepted, pack=PACK, passages=(), at=NOW)
    conversation, replies = look(store, act_on(store, make_turn(make_mention("2", handle="ann"))))
    assert [reply.approved_by for reply in replies] == ["bo"]
    assert conversation.waits_for_person


def test_the_machine_yields_where_a_person_was_given_the_conversation(store: Store) -> None:
    first = act_on(store, make_turn(make_mention("1", handle="ann"), Decision.NO_REPLY))
    with store.begin() as tx:
        assign(tx, first.conversation_id, "bo", by="bo", why="", pack=PACK, at=NOW)
    conversation, replies = look(store, act_on(store, make_turn(make_mention("2", handle="ann"))))
    assert replies == ()
    assert conversation.waits_for_person


def test_a_thank_you_does_not_close_what_waits_for_a_person(store: Store) -> None:
    act_on(store, make_turn(make_mention("1", handle="ann"), Decision.REVIEW))
    record = act_on(store, make_turn(make_mention("2", handle="ann"), Decision.NO_REPLY))
    conversation, _ = look(store, record)
    assert (conversation.state, conversation.decision) == (ConversationState.OPEN, Decision.REVIEW)
    assert conversation.due_at == DUE


def test_a_stricter_turn_takes_a_waiting_conversation_over_and_the_sooner_time_stays(store: Store) -> None:
    act_on(store, make_turn(make_mention("1", handle="ann"), Decision.REVIEW, due_in_minutes=10))
    handoff = make_turn(make_mention("2", handle="ann"), Decision.HANDOFF, queue="legal", due_in_minutes=60)
    conversation, _ = look(store, act_on(store, handoff))
    assert (conversation.decision, conversation.queue) == (Decision.HANDOFF, "legal")
    assert conversation.due_at == NOW + timedelta(minutes=10)
    review = make_turn(make_mention("3", handle="ann"), Decision.REVIEW, due_in_minutes=5)
    conversation, _ = look(store, act_on(store, review))
    assert (conversation.decision, conversation.queue) == (Decision.HANDOFF, "legal")
    assert conversation.due_at == NOW + timedelta(minutes=5)


def test_an_automatic_reply_without_text_goes_to_a_person(store: Store) -> None:
    conversation, replies = look(store, act_on(store, make_turn(with_draft=False)))
    assert (conversation.state, conversation.decision, replies) == (ConversationState.OPEN, Decision.HANDOFF, ())


def test_a_turn_of_a_mention_nobody_took_in_is_refused(store: Store) -> None:
    with pytest.raises(NotFound), store.begin() as tx:
        act(tx, make_turn(), pack=PACK, at=NOW)


def test_the_audit_log_says_what_was_decided_without_customer_text(store: Store) -> None:
    turn = make_turn(make_mention(text="My phone is 0123"), Decision.NO_REPLY)
    record = act_on(store, turn)
    with store.read() as reading:
        (entry,) = reading.audit(subject=record.id)
    facts = json.loads(entry.facts)
    assert (entry.event, entry.actor, entry.at) == ("turn_decided", "assistant", NOW)
    assert (facts["decision"], facts["reasons"], facts["reply_enqueued"]) == ("NO_REPLY", ["spam"], False)
    assert "0123" not in entry.facts
