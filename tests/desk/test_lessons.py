"""Edits are kept word by word; what they teach is proposed to a person and applied by nobody."""

from datetime import timedelta

import pytest

from assistant.desk import lessons
from assistant.desk.act import act
from assistant.desk.review import ReviewRequest, review
from assistant.desk.undo import undo, wait
from assistant.domain.vocabulary import Decision, Disposition
from assistant.domain.wording import Proposal, ProposalKind, ProposalState, WordChange
from assistant.errors import Conflict
from assistant.ports import Store
from tests.desk_builders import DISCLOSURE, NOW, make_draft, make_mention, make_pack, make_turn
from tests.stores import new_store

PACK = make_pack()
SAID = "Unfortunately as per policy a cabin bag may measure 55 x 40 x 20 cm and weigh 10 kg, whatever fare you booked."
BETTER = "Your cabin bag can be up to 55 x 40 x 20 cm."


def settled(store: Store, number: int, text: str, *, drafted: bool = True, reason: str = "too stiff") -> None:
    decision = Decision.REVIEW if drafted else Decision.HANDOFF
    turn = make_turn(
        make_mention(str(number), handle=f"h{number}"), decision, draft=make_draft(SAID) if drafted else None
    )
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        record = act(tx, turn, pack=PACK, at=NOW)
        request = ReviewRequest(
            turn_id=record.id,
            seen_version=tx.conversation(record.conversation_id).version,
            disposition=Disposition.EDITED if drafted else Disposition.RESPONDED,
            text=text,
            agent="ann",
            reason=reason,
        )
        review(tx, request, pack=PACK, passages=(), at=NOW + timedelta(minutes=1))


def drawn(store: Store) -> dict[ProposalKind, Proposal]:
    with store.begin() as tx:
        return {each.kind: each for each in lessons.propose(tx, pack=PACK, at=NOW + timedelta(hours=1))}


def test_the_same_words_sent_again_at_the_same_moment_are_one_edit() -> None:
    store, turn = new_store(), make_turn(make_mention("1"), Decision.HANDOFF)
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        record = act(tx, turn, pack=PACK, at=NOW)
        for _ in range(2):
            assert lessons.keep_edit(tx, record, BETTER, pack=PACK, agent="ann", reason="", at=NOW) is not None
        assert [edit.after for edit in tx.edits(brand_id="skylark")] == [BETTER]


def test_an_edit_that_was_taken_back_teaches_nothing() -> None:
    """It went on counting for proposals, and became a case that forbade what was sent after it."""
    store = new_store()
    settled(store, 1, BETTER)
    with store.begin() as tx:
        (talk,) = tx.conversations(brand_id="skylark")
        (reply,) = tx.detail(talk.id).replies
        assert len(tx.edits(brand_id="skylark")) == 1
        wait(tx, reply, seconds=600)
        undo(tx, reply.id, agent="ann", pack=PACK, at=NOW + timedelta(minutes=2))
        assert tx.edits(brand_id="skylark") == []


def test_words_are_compared_in_order() -> None:
    assert lessons.changes_of("a b c d", "a x c d e") == (
        WordChange(removed="b", added="x"),
        WordChange(removed="", added="e"),
    )
    assert lessons.changes_of("same", "same") == ()


def test_an_edit_is_kept_with_its_changes_and_reason_and_without_personal_data(store: Store) -> None:
    settled(
        store,
        1,
        SAID.replace("Unfortunately as per policy a", "A") + f" {DISCLOSURE}",
        reason="mail a@b.example said so",
    )
    with store.read() as look:
        (edit,) = look.edits(brand_id="skylark")
        assert look.edits(brand_id="skylark", turn_id=edit.turn_id) == [edit]
        assert look.edits(brand_id="skylark", turn_id="another") == []
    assert (edit.by, edit.reason, edit.intent) == ("ann", "mail [email] said so", "bag_size")
    assert edit.changes == (WordChange(removed="Unfortunately as per policy a", added="A"),)


def test_an_accepted_draft_teaches_nothing(store: Store) -> None:
    settled(store, 1, f"{SAID} {DISCLOSURE}")
    with store.read() as look:
        assert look.edits(brand_id="skylark") == []


def test_what_is_taken_out_again_and_again_is_proposed_as_a_banned_phrase(store: Store) -> None:
    changed = SAID.replace("Unfortunately as per policy a", "A")
    for number in range(2):
        settled(store, number, changed)
    assert drawn(store).get(ProposalKind.BANNED_PHRASE) is None
    settled(store, 2, changed)
    proposal = drawn(store)[ProposalKind.BANNED_PHRASE]
    assert proposal.subject == "unfortunately as per policy a"
    assert len(proposal.edits) == 3


def test_the_same_answer_sent_again_and_again_is_a_better_reply(store: Store) -> None:
    for number in range(3):
        settled(store, number, BETTER)
    proposal = drawn(store)[ProposalKind.BETTER_REPLY]
    assert (proposal.subject, proposal.text) == ("bag-size", BETTER)


def test_what_nobody_had_prepared_is_a_missing_article(store: Store) -> None:
    for number in range(3):
        settled(store, number, f"Answer number {'x' * number} by hand.", drafted=False)
    proposal = drawn(store)[ProposalKind.MISSING_ARTICLE]
    assert proposal.subject == "bag_size"


@pytest.mark.parametrize("accept", [True, False])
def test_a_person_decides_once_and_the_pack_stays_as_it_is(store: Store, accept: bool) -> None:
    for number in range(3):
        settled(store, number, BETTER)
    proposal, before = drawn(store)[ProposalKind.BETTER_REPLY], PACK.model_dump_json()
    with store.begin() as tx:
        decided = lessons.decide(tx, proposal.id, pack=PACK, accept=accept, agent="bo", at=NOW)
        assert decided.state is (ProposalState.ACCEPTED if accept else ProposalState.REJECTED)
        with pytest.raises(Conflict, match="by bo already"):
            lessons.decide(tx, proposal.id, pack=PACK, accept=True, agent="cy", at=NOW)
    assert ProposalKind.BETTER_REPLY not in drawn(store)
    assert PACK.model_dump_json() == before
    with store.read() as look:
        assert look.proposals(brand_id="skylark", state=ProposalState.OPEN) != [proposal]
        assert f"proposal_{decided.state.value}" in [entry.event for entry in look.audit(subject=proposal.id)]


def test_a_text_written_anew_bans_no_word_of_the_old_one(store: Store) -> None:
    for number in range(3):
        settled(store, number, "You can look up every measure for a cabin bag on our site.")
    assert ProposalKind.BANNED_PHRASE not in drawn(store)


def test_small_words_and_figures_are_not_proposed_for_a_ban(store: Store) -> None:
    for number in range(3):
        settled(store, number, SAID.replace("a cabin", "your cabin").replace("10 kg", "8 kg") + f" {DISCLOSURE}")
    assert ProposalKind.BANNED_PHRASE not in drawn(store)


def test_the_disclosure_a_colleagues_own_words_go_without_is_no_phrase_to_ban(store: Store) -> None:
    for number in range(3):
        settled(store, number, f"{SAID.split(' and weigh')[0]} - take a tape along, that is number {number} today.")
    with store.read() as look:
        (edit, *_) = look.edits(brand_id="skylark")
    assert DISCLOSURE not in edit.before
    assert all(DISCLOSURE not in change.removed for change in edit.changes)
    found = drawn(store).get(ProposalKind.BANNED_PHRASE)
    assert found is None or "automated" not in found.subject
