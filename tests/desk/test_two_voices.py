"""One voice at a time: who writes keeps the others out for a while; employees sign under the brand's account."""

from datetime import timedelta

import pytest

from assistant.desk import triage
from assistant.desk.act import act
from assistant.desk.outgoing import would_send
from assistant.desk.review import Reviewed, ReviewRequest, review
from assistant.domain.agents import DeskAgent, OnCall
from assistant.domain.conversation import TurnRecord
from assistant.domain.vocabulary import Decision, Disposition
from assistant.errors import ClaimedByAnother
from assistant.ports import Store
from tests.desk_builders import NOW, make_draft, make_mention, make_pack, make_turn

EMPLOYEES = OnCall(agents=(DeskAgent(id="ann", name="Ann", signs="@skylark_ann"), DeskAgent(id="bo", name="Bo")))
PACK = make_pack().model_copy(update={"on_call": EMPLOYEES})
OWN = "Take the lift behind gate 4."


def waiting(store: Store) -> TurnRecord:
    with store.begin() as tx:
        mention = make_mention(handle="zoe")
        tx.take_in(mention, at=NOW)
        return act(tx, make_turn(mention, Decision.REVIEW), pack=PACK, at=NOW)


def sends(
    store: Store, record: TurnRecord, text: str | None = OWN, *, agent: str = "bo", after_s: float = 0
) -> Reviewed:
    kind = Disposition.ACCEPTED if text is None else Disposition.RESPONDED
    with store.begin() as tx:
        seen = tx.conversation(record.conversation_id).version
        request = ReviewRequest(turn_id=record.id, seen_version=seen, disposition=kind, text=text, agent=agent)
        return review(tx, request, pack=PACK, passages=(), at=NOW + timedelta(seconds=after_s))


def types(store: Store, record: TurnRecord, agent: str) -> None:
    with store.begin() as tx:
        triage.be_here(tx, record.conversation_id, agent=agent, typing=True, at=NOW)


def test_who_types_keeps_others_from_sending_until_the_claim_ends(store: Store) -> None:
    record = waiting(store)
    types(store, record, "ann")
    with pytest.raises(ClaimedByAnother, match="ann is writing in this conversation until 09:00:30 UTC"):
        sends(store, record, after_s=29)
    assert sends(store, record, after_s=triage.CLAIM_S).reply is not None


def test_the_one_who_types_sends_and_a_claim_can_be_taken_over(store: Store) -> None:
    record = waiting(store)
    types(store, record, "ann")
    with store.begin() as tx:
        triage.take_over(tx, record.conversation_id, agent="bo", at=NOW)
    with pytest.raises(ClaimedByAnother, match="bo is writing"):
        sends(store, record, agent="ann")
    assert sends(store, record, agent="bo").reply is not None


def test_a_registered_employee_signs_their_own_words_once(store: Store) -> None:
    done = sends(store, waiting(store), agent="Ann")
    assert done.reply is not None
    assert done.reply.text == f"{OWN} via @skylark_ann"
    assert [each.guardrail for each in done.warnings if "@" in each.message] == []
    typed = f"{OWN} via @skylark_ann"
    assert would_send(typed, None, pack=PACK, channel="x", agent="ann") == typed


def test_nobody_else_signs_and_neither_does_the_machine(store: Store) -> None:
    done = sends(store, waiting(store), agent="bo")
    assert done.reply is not None
    assert done.reply.text == OWN
    draft = make_draft()
    assert would_send(draft.text, draft, pack=PACK, channel="x", agent="ann") == draft.text


def test_what_a_signature_adds_teaches_nothing(store: Store) -> None:
    sends(store, waiting(store), agent="ann")
    with store.read() as look:
        (edit,) = look.edits(brand_id="skylark")
    assert "via" not in edit.after
