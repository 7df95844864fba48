"""A side thread's answer becomes a draft to review and a proposed article, once, and sends nothing."""

import pytest

from assistant.desk import experts
from assistant.desk.act import act
from assistant.desk.review import ReviewRequest, review
from assistant.domain.conversation import TurnRecord
from assistant.domain.expert import ExpertAsk
from assistant.domain.vocabulary import Decision, Disposition
from assistant.errors import Conflict, InputInvalid, NotFound
from assistant.ports import Store
from tests.desk_builders import NOW, make_mention, make_pack, make_turn
from tests.stores import new_store

PACK = make_pack()


def asked(store: Store) -> tuple[TurnRecord, ExpertAsk]:
    turn = make_turn(make_mention("1", handle="zoe"), Decision.HANDOFF)
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        record = act(tx, turn, pack=PACK, at=NOW)
        question = "May skis go with zoe@quill.example's bag?"
        key = record.conversation_id
        return record, experts.ask(tx, key, expert="Cargo", question=question, by="ann", pack=PACK, at=NOW)


def test_the_answer_is_a_draft_that_a_person_sends_and_a_proposal() -> None:
    store = new_store()
    record, side = asked(store)
    assert side.question == "May skis go with [email]'s bag?"
    with store.begin() as tx:
        done = experts.answer(tx, side.id, text="Skis travel as one bag.", pack=PACK, at=NOW)
        (proposal,) = tx.proposals(brand_id="skylark")
        assert (proposal.id, proposal.subject, proposal.text) == (done.proposal, "bag_size", "Skis travel as one bag.")
        assert tx.detail(record.conversation_id).replies == ()
        current = tx.current_turn(record.turn.mention_id)
        assert current is not None
        assert current.turn.draft is not None
        assert (current.id, current.turn.draft.drafter) == (done.draft_turn, "expert Cargo")
        assert current.turn.route.decision is Decision.REVIEW
        seen = tx.conversation(record.conversation_id).version
        request = ReviewRequest(turn_id=current.id, seen_version=seen, disposition=Disposition.ACCEPTED, agent="ann")
        sent = review(tx, request, pack=PACK, passages=(), at=NOW).reply
        assert sent is not None
        assert (sent.text, sent.approved_by) == ("Skis travel as one bag.", "ann")
        with pytest.raises(Conflict, match="already"):
            experts.answer(tx, side.id, text="Again.", pack=PACK, at=NOW)
        assert [each.event for each in tx.audit(subject=side.id)] == ["expert_asked", "expert_answered"]
        assert [each.id for each in tx.expert_asks(record.conversation_id)] == [side.id]


def test_where_somebody_answered_meanwhile_only_the_proposal_is_left() -> None:
    store = new_store()
    record, side = asked(store)
    with store.begin() as tx:
        seen = tx.conversation(record.conversation_id).version
        request = ReviewRequest(
            turn_id=record.id, seen_version=seen, disposition=Disposition.RESPONDED, text="Yes.", agent="bo"
        )
        review(tx, request, pack=PACK, passages=(), at=NOW)
        done = experts.answer(tx, side.id, text="Skis travel as one bag.", pack=PACK, at=NOW)
    assert (done.draft_turn, done.proposal is not None) == (None, True)


def test_strangers_and_empty_words_are_refused() -> None:
    store = new_store()
    record, side = asked(store)
    with store.begin() as tx:
        with pytest.raises(NotFound):
            experts.answer(tx, "nothing", text="Yes.", pack=PACK, at=NOW)
        with pytest.raises(InputInvalid, match="text"):
            experts.answer(tx, side.id, text=" ", pack=PACK, at=NOW)
        with pytest.raises(InputInvalid, match="question"):
            experts.ask(tx, record.conversation_id, expert="C", question=" ", by="ann", pack=PACK, at=NOW)
