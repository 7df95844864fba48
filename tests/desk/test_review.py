import json
import re
from collections.abc import Sequence
from datetime import timedelta

import pytest

from assistant.desk import automation
from assistant.desk.act import act
from assistant.desk.outbox import Delivered, deliver_due
from assistant.desk.review import Reviewed, ReviewRequest, review
from assistant.domain.conversation import Conversation, Reply, ReplyState, TurnRecord
from assistant.domain.knowledge import Passage
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ConversationState, Decision, Disposition, Severity
from assistant.errors import AlreadyHandled, ChannelUnavailable, InputInvalid, NotAllowed, NotFound, StaleVersion
from assistant.ports import Store
from tests.desk_builders import DISCLOSURE, NOW, SetClock, make_draft, make_mention, make_pack, make_turn

PACK = make_pack()
LATER = NOW + timedelta(minutes=5)
SENTENCE = "A cabin bag may measure 55 x 40 x 20 cm."
PASSAGES = (
    Passage(id="bag-size@1#0", article_id="bag-size", version=1, title="Cabin bags", text=f"{SENTENCE} It goes free."),
)


def waiting(store: Store, turn: Turn | None = None) -> TurnRecord:
    turn = turn or make_turn(decision=Decision.REVIEW)
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        return act(tx, turn, pack=PACK, at=NOW)


def look(store: Store, record: TurnRecord) -> tuple[Conversation, tuple[Reply, ...]]:
    with store.read() as reading:
        detail = reading.detail(record.conversation_id)
    return detail.conversation, detail.replies


def settle(
    store: Store,
    record: TurnRecord,
    disposition: Disposition,
    text: str | None = None,
    *,
    agent: str = "ann",
    seen: int | None = None,
    passages: Sequence[Passage] = PASSAGES,
) -> Reviewed:
    version = look(store, record)[0].version if seen is None else seen
    request = ReviewRequest(turn_id=record.id, seen_version=version, disposition=disposition, text=text, agent=agent)
    with store.begin() as tx:
        return review(tx, request, pack=PACK, passages=passages, at=LATER)


def test_an_accepted_draft_goes_out_as_it_is_with_its_disclosure(store: Store) -> None:
    record = waiting(store)
    reviewed = settle(store, record, Disposition.ACCEPTED)
    conversation, (reply,) = look(store, record)
    assert reviewed.reply == reply
    assert reply.text == f"{SENTENCE} {DISCLOSURE}"
    assert (reply.written_by, reply.approved_by, reply.automated) == ("extractive", "ann", False)
    assert (reply.state, reply.not_before) == (ReplyState.DUE, LATER)
    assert (conversation.state, conversation.due_at) == (ConversationState.PENDING, None)
    assert conversation == reviewed.conversation
    assert reviewed.record.disposition is Disposition.ACCEPTED


def test_an_edit_that_changes_nothing_counts_as_accepted(store: Store) -> None:
    reviewed = settle(store, waiting(store), Disposition.EDITED, f"  {SENTENCE}\n{DISCLOSURE} ")
    assert reviewed.record.disposition is Disposition.ACCEPTED


@pytest.mark.parametrize("text", [f"{SENTENCE} Bye! {DISCLOSURE}", f"{SENTENCE} Bye!"])
def test_a_light_edit_is_still_the_machines_and_keeps_its_disclosure(store: Store, text: str) -> None:
    reviewed = settle(store, waiting(store), Disposition.EDITED, text)
    assert reviewed.reply is not None
    assert reviewed.reply.text == f"{SENTENCE} Bye! {DISCLOSURE}"
    assert (reviewed.reply.written_by, reviewed.reply.approved_by) == ("extractive", "ann")
    assert reviewed.record.disposition is Disposition.EDITED


@pytest.mark.parametrize("disposition", [Disposition.EDITED, Disposition.RESPONDED])
def test_a_persons_text_carries_no_disclosure(store: Store, disposition: Disposition) -> None:
    text = f"Hello Tom, thank you for asking. I have looked into it for you. {DISCLOSURE}"
    reviewed = settle(store, waiting(store), disposition, text)
    assert reviewed.reply is not None
    assert reviewed.reply.text == "Hello Tom, thank you for asking. I have looked into it for you."
    assert (reviewed.reply.written_by, reviewed.reply.automated) == ("ann", False)
    assert reviewed.record.disposition is disposition


def test_a_person_answers_a_hand_off_that_has_no_draft(store: Store) -> None:
    reviewed = settle(store, waiting(store, make_turn(decision=Decision.HANDOFF)), Disposition.RESPONDED, "Hello Tom.")
    assert reviewed.reply is not None
    assert (reviewed.reply.text, reviewed.reply.written_by) == ("Hello Tom.", "ann")


def test_ignoring_resolves_and_sends_nothing(store: Store) -> None:
    record = waiting(store)
    reviewed = settle(store, record, Disposition.IGNORED)
    conversation, replies = look(store, record)
    assert (reviewed.reply, replies, conversation.state) == (None, (), ConversationState.RESOLVED)


@pytest.mark.parametrize(
    ("disposition", "text", "error", "said"),
    [
        (Disposition.ACCEPTED, None, NotAllowed, "no draft to accept"),
        (Disposition.EDITED, "Hello", NotAllowed, "no draft to edit"),
        (Disposition.RESPONDED, None, InputInvalid, "text: missing"),
        (Disposition.RESPONDED, "  ", InputInvalid, "text: missing"),
        (Disposition.RESPONDED, "a" * 20_001, InputInvalid, "text: longer than 20000"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    store: Store, disposition: Disposition, text: str | None, error: type[Exception], said: str
) -> None:
    record = waiting(store, make_turn(decision=Decision.HANDOFF))
    before = look(store, record)
    with pytest.raises(error, match=said):
        settle(store, record, disposition, text)
    assert look(store, record) == before


def test_an_edit_down_to_the_disclosure_is_no_reply(store: Store) -> None:
    with pytest.raises(InputInvalid, match="nothing but the disclosure"):
        settle(store, waiting(store), Disposition.EDITED, DISCLOSURE)


def test_someone_must_have_decided(store: Store) -> None:
    with pytest.raises(InputInvalid, match="agent: missing"):
        settle(store, waiting(store), Disposition.IGNORED, agent=" ")


def test_another_brands_turn_is_not_there(store: Store) -> None:
    record = waiting(store)
    other = PACK.model_copy(update={"brand": PACK.brand.model_copy(update={"id": "other"})})
    request = ReviewRequest(turn_id=record.id, seen_version=2, disposition=Disposition.IGNORED, agent="ann")
    with pytest.raises(NotFound), store.begin() as tx:
        review(tx, request, pack=other, passages=(), at=LATER)


@pytest.mark.parametrize("first", [Disposition.ACCEPTED, Disposition.IGNORED])
def test_the_second_agent_hears_who_was_first_and_when(store: Store, first: Disposition) -> None:
    record = waiting(store)
    settle(store, record, first, agent="ann")
    with pytest.raises(AlreadyHandled, match="already handled by ann at 2026-03-02 09:05:00 UTC") as handled:
        settle(store, record, Disposition.RESPONDED, "Hello.", agent="bob")
    assert (handled.value.handled_by, handled.value.handled_at) == ("ann", LATER)
    assert len(look(store, record)[1]) == (1 if first is Disposition.ACCEPTED else 0)


def test_what_the_assistant_already_answers_is_handled(store: Store) -> None:
    record = waiting(store, make_turn(decision=Decision.AUTO_REPLY))
    with pytest.raises(AlreadyHandled, match="by the assistant at 2026-03-02 09:00:00"):
        settle(store, record, Disposition.ACCEPTED)


def test_a_conversation_that_changed_since_it_was_seen_is_refused(store: Store) -> None:
    record = waiting(store, make_turn(make_mention("1", handle="ann"), Decision.REVIEW))
    seen = look(store, record)[0].version
    with store.begin() as tx:
        tx.take_in(make_mention("2", handle="ann", text="Forget it!"), at=NOW)
    with pytest.raises(StaleVersion, match="changed since you saw it"):
        settle(store, record, Disposition.ACCEPTED, seen=seen)


def test_a_turn_that_was_redrafted_since_is_refused(store: Store) -> None:
    old = waiting(store)
    waiting(store, make_turn(decision=Decision.REVIEW, ms=2.0))
    with pytest.raises(StaleVersion, match=r"turn .* changed since you saw it .version 1, now 2"):
        settle(store, old, Disposition.ACCEPTED)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Your card 4111 1111 1111 1111 was charged.", "The reply holds personal data (card)."),
        ("word " * 100, "The text is 499 characters long as x counts them; 280 are the most. Shorten it by 219."),
    ],
)
def test_personal_data_and_what_does_not_fit_are_refused_to_people_too(store: Store, text: str, said: str) -> None:
    record = waiting(store)
    before = look(store, record)
    with pytest.raises(NotAllowed, match=f"^this text can't go out. {re.escape(said)}$"):
        settle(store, record, Disposition.RESPONDED, text)
    assert look(store, record) == before


def test_other_findings_are_warnings(store: Store) -> None:
    record = waiting(store)
    reviewed = settle(store, record, Disposition.RESPONDED, "You will get 750 euros back within 3 days.")
    assert reviewed.reply is not None
    assert {warning.severity for warning in reviewed.warnings} >= {Severity.BLOCK}
    with store.read() as reading:
        facts = json.loads(reading.audit(subject=record.id)[-1].facts)
    assert facts["warnings"] == sorted({warning.guardrail for warning in reviewed.warnings})
    assert facts["disposition"] == "responded"


def test_a_later_message_keeps_the_conversation_open_and_an_answer_to_it_closes_both(store: Store) -> None:
    first = waiting(store, make_turn(make_mention("1", handle="ann"), Decision.REVIEW))
    second = waiting(store, make_turn(make_mention("2", handle="ann"), Decision.HANDOFF))
    waiting(store, make_turn(make_mention("3", handle="ann"), Decision.NO_REPLY))
    assert settle(store, first, Disposition.ACCEPTED).conversation.state is ConversationState.OPEN
    assert settle(store, second, Disposition.IGNORED).conversation.state is ConversationState.RESOLVED


def test_a_later_message_nobody_thought_about_keeps_the_conversation_open(store: Store) -> None:
    record = waiting(store, make_turn(make_mention("1", handle="ann"), Decision.REVIEW))
    with store.begin() as tx:
        tx.take_in(make_mention("2", handle="ann"), at=NOW)
    assert settle(store, record, Disposition.ACCEPTED).conversation.state is ConversationState.OPEN


class Network:
    """Accepts a post, and fails after it as long as `failing`."""

    name = "x"

    def __init__(self) -> None:
        self.posts: dict[str, str] = {}
        self.failing = False

    def send(self, reply: Reply) -> str:
        assert reply.delivery_key not in self.posts
        self.posts[reply.delivery_key] = reply.text
        if self.failing:
            raise ChannelUnavailable("timed out")
        return "id-1"

    def find(self, delivery_key: str) -> str | None:
        if self.failing:
            raise ChannelUnavailable("timed out")
        return "id-1" if delivery_key in self.posts else None


def test_a_held_reply_goes_out_once_a_person_takes_it_over(store: Store) -> None:
    network, clock = Network(), SetClock()
    record = waiting(store, make_turn(decision=Decision.AUTO_REPLY))
    with store.begin() as tx:
        automation.set_kill_switch(tx, "skylark", on=True, by="bob", at=NOW)
    assert deliver_due(store, {"x": network}, brand_id="skylark", clock=clock) == Delivered(held=1)
    assert look(store, record)[0].waits_for_person
    settle(store, record, Disposition.ACCEPTED)
    clock.now = LATER
    assert deliver_due(store, {"x": network}, brand_id="skylark", clock=clock) == Delivered(sent=1)
    conversation, (reply,) = look(store, record)
    assert (reply.state, reply.approved_by, conversation.state) == (ReplyState.SENT, "ann", ConversationState.RESOLVED)


def test_a_held_reply_that_was_ignored_stays_ignored(store: Store) -> None:
    record = waiting(store, make_turn(decision=Decision.AUTO_REPLY))
    with store.begin() as tx:
        automation.hold(tx, "skylark", scope="bag_size", reason="new rules", by="bob", at=NOW)
    assert deliver_due(store, {"x": Network()}, brand_id="skylark", clock=SetClock()) == Delivered(held=1)
    settle(store, record, Disposition.IGNORED, agent="ann")
    assert look(store, record)[0].state is ConversationState.RESOLVED
    with pytest.raises(AlreadyHandled, match="by ann"):
        settle(store, record, Disposition.ACCEPTED, agent="bob")


def test_a_reply_nobody_could_tell_about_is_looked_up_before_a_person_sends_it_again(store: Store) -> None:
    network, clock = Network(), SetClock()
    network.failing = True
    record = waiting(store)
    settle(store, record, Disposition.ACCEPTED)
    while look(store, record)[1][0].state is not ReplyState.UNKNOWN:
        clock.forward(1000)
        deliver_due(store, {"x": network}, brand_id="skylark", clock=clock)
    network.failing = False
    settle(store, record, Disposition.ACCEPTED, agent="bob")
    assert deliver_due(store, {"x": network}, brand_id="skylark", clock=clock) == Delivered(sent=1)
    assert len(network.posts) == 1
    assert look(store, record)[0].state is ConversationState.RESOLVED


def test_a_draft_without_disclosure_gets_none_by_an_edit(store: Store) -> None:
    turn = make_turn(decision=Decision.REVIEW, draft=make_draft(disclosed=False))
    reply = settle(store, waiting(store, turn), Disposition.EDITED, f"{SENTENCE} Bye!").reply
    assert reply is not None
    assert reply.text == f"{SENTENCE} Bye!"
