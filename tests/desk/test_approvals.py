"""Nothing leaves legal on one person's word: the ladder is asked, its time runs, and who approved what is kept."""

from datetime import timedelta

import pytest

from assistant.desk.act import act
from assistant.desk.approvals import ask_approval, decide
from assistant.desk.review import ReviewRequest, review
from assistant.desk.sla import sweep
from assistant.desk.story import story
from assistant.domain.agents import LadderStep, OnCall
from assistant.domain.approval import Approval
from assistant.domain.conversation import Reply, TurnRecord
from assistant.domain.escalation import EscalationKind
from assistant.domain.vocabulary import ConversationState, Decision, Disposition
from assistant.errors import AlreadyHandled, ApprovalMissing, InputInvalid, NotAllowed, NotFound
from assistant.ports import Store
from tests.desk_builders import NOW, SetClock, make_mention, make_pack, make_turn

LADDER = (LadderStep(who="press officer", acknowledge_minutes=15), LadderStep(who="counsel", acknowledge_minutes=30))
PACK = make_pack().model_copy(update={"on_call": OnCall(ladders={"legal": LADDER}, approvals=("legal",))})
TEXT = "We'd rather talk about this with you in person."


def waiting(store: Store, queue: str = "legal", number: str = "1") -> TurnRecord:
    mention = make_mention(number, handle=f"zoe{number}")
    with store.begin() as tx:
        tx.take_in(mention, at=NOW)
        return act(tx, make_turn(mention, Decision.HANDOFF, queue=queue), pack=PACK, at=NOW)


def sends(store: Store, record: TurnRecord, text: str = TEXT, *, agent: str = "ann") -> Reply | None:
    with store.begin() as tx:
        seen = tx.conversation(record.conversation_id).version
        kind = Disposition.RESPONDED
        request = ReviewRequest(turn_id=record.id, seen_version=seen, disposition=kind, text=text, agent=agent)
        return review(tx, request, pack=PACK, passages=(), at=NOW).reply


def asked(store: Store, record: TurnRecord, *, by: str = "ann") -> Approval:
    with store.begin() as tx:
        return ask_approval(tx, record.id, text=TEXT, by=by, pack=PACK, at=NOW)


def decided(store: Store, approval: Approval, *, approve: bool = True, by: str = "counsel") -> Approval:
    with store.begin() as tx:
        return decide(tx, approval.id, approve=approve, by=by, why="Fine.", brand_id="skylark", at=NOW)


def test_an_answer_from_legal_waits_for_a_second_person_and_goes_out_word_for_word(store: Store) -> None:
    record = waiting(store)
    with pytest.raises(ApprovalMissing, match="answers from legal need a second person's approval"):
        sends(store, record)
    decided(store, asked(store, record))
    with pytest.raises(ApprovalMissing):
        sends(store, record, TEXT.replace("rather", "sooner"))
    assert sends(store, record) is not None


def test_two_people_stand_behind_it(store: Store) -> None:
    record = waiting(store)
    approval = asked(store, record)
    with pytest.raises(NotAllowed, match="somebody else has to give it"):
        decided(store, approval, by="ann")
    said = decided(store, approval)
    assert decided(store, approval) == said
    with pytest.raises(ApprovalMissing):
        sends(store, record, agent="counsel")
    with pytest.raises(AlreadyHandled, match="counsel"):
        decided(store, approval, by="chief")


def test_a_refusal_is_kept_and_holds(store: Store) -> None:
    record = waiting(store)
    said = decided(store, asked(store, record), approve=False)
    assert (said.approved, said.decided_by, said.why) == (False, "counsel", "Fine.")
    with pytest.raises(ApprovalMissing):
        sends(store, record)


def test_who_is_asked_has_their_minutes_then_the_next_one(store: Store) -> None:
    approval = asked(store, waiting(store))
    sweep(store, pack=PACK, clock=SetClock(NOW + timedelta(minutes=15)))
    with store.read() as look:
        told = [each.who for each in look.escalation(approval.escalation).told]
    assert told == ["press officer", "counsel"]
    decided(store, approval)
    with store.read() as look:
        assert look.escalation(approval.escalation).acknowledged_by == "counsel"


def test_the_log_says_who_asked_who_approved_and_on_which_words(store: Store) -> None:
    record = waiting(store)
    decided(store, asked(store, record))
    sends(store, record)
    with store.read() as look:
        told = [(each.actor, each.event) for each in story(look, record.conversation_id, brand_id="skylark")]
    for step in (("ann", "approval_asked"), ("counsel", "approval_given"), ("ann", "turn_reviewed")):
        assert step in told


def test_asking_twice_is_asking_once_and_other_queues_need_nobody(store: Store) -> None:
    record = waiting(store)
    assert asked(store, record) == asked(store, record, by="bo")
    other = waiting(store, "care", "2")
    assert sends(store, other) is not None
    with pytest.raises(InputInvalid, match="need no approval"):
        asked(store, other)
    with pytest.raises(NotFound), store.begin() as tx:
        decide(tx, "ok-none", approve=True, by="ann", why="", brand_id="skylark", at=NOW)


def test_asking_again_after_the_call_ended_by_itself_calls_people_anew(store: Store) -> None:
    """Resolved by mistake and opened again the call was over; who asked again had nobody called."""
    record, clock = waiting(store), SetClock()
    first = asked(store, record)
    for state in (ConversationState.RESOLVED, ConversationState.OPEN):
        with store.begin() as tx:
            talk = tx.conversation(record.conversation_id)
            tx.save_conversation(talk.model_copy(update={"state": state}), seen_version=talk.version)
        clock.forward(20 * 60)
        sweep(store, pack=PACK, clock=clock)
    with store.begin() as tx:
        again = ask_approval(tx, record.id, text=TEXT, by="ann", pack=PACK, at=clock())
        calls = tx.escalations(brand_id="skylark", limit=9, only_open=True)
        (called,) = [each for each in calls if each.kind is EscalationKind.APPROVAL]
    assert (again.id, again.escalation) == (first.id, called.id)
    decided(store, again)
    assert sends(store, record) is not None


def test_ignoring_needs_no_approval(store: Store) -> None:
    record = waiting(store)
    with store.begin() as tx:
        seen = tx.conversation(record.conversation_id).version
        request = ReviewRequest(turn_id=record.id, seen_version=seen, disposition=Disposition.IGNORED, agent="ann")
        assert review(tx, request, pack=PACK, passages=(), at=NOW).reply is None
