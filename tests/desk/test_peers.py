"""Customers who help customers: invited with consent, checked, thanked or quietly corrected, else a person serves."""

from datetime import timedelta

import pytest

from assistant.desk import automation
from assistant.desk.act import act
from assistant.desk.advocates import let_go, take_up
from assistant.desk.identity import forget
from assistant.desk.review import ReviewRequest, review
from assistant.desk.served import serving
from assistant.domain.audit import first_break
from assistant.domain.conversation import ReplyState
from assistant.domain.peer import PeerEnd
from assistant.domain.person import Handle
from assistant.domain.strategy import Strategy, SupportTier
from assistant.domain.vocabulary import (
    ConversationState,
    Decision,
    Disposition,
    Reason,
    Sensitivity,
    Stance,
    Visibility,
)
from assistant.errors import InputInvalid, NotAllowed, NotFound
from tests.desk_builders import NOW, make_draft, make_turn
from tests.peer_builders import RIGHT, UNSURE, WRONG, Forum, message


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def test_who_knows_is_invited_and_the_question_waits_out_of_sight() -> None:
    forum = Forum()
    forum.agrees()
    asked = forum.asks()
    invite = forum.invite(asked)
    assert invite is not None
    assert (invite.expires_at, invite.why[0]) == (NOW + minutes(30), "Knows bag_size.")
    assert forum.talk(asked).state is ConversationState.SNOOZED
    forum.works()
    (said,) = forum.net.posts
    assert said.text.startswith("@bea, could you help out here?")
    assert (said.in_reply_to, said.automated) == ("q1", True)
    with forum.store.read() as look:
        clock = look.sla_clock(asked.conversation_id)
        by = serving(look, asked, pack=forum.pack)
    assert clock is not None
    assert clock.running_since == NOW
    assert (by.strategy, by.tier) == (Strategy.PEER, SupportTier.PEER)


def test_an_answer_that_holds_settles_the_question_and_is_thanked_once() -> None:
    forum = Forum()
    forum.agrees()
    asked = forum.asks()
    forum.works()
    answer = forum.answers(f"@ann {RIGHT}")
    assert answer.turn.route.decision is Decision.NO_REPLY
    assert answer.turn.route.reasons == (Reason.PEER_ANSWER,)
    assert (forum.works(), forum.works()) == (1, 0)
    assert forum.talk(asked).state is ConversationState.RESOLVED
    thanks = forum.net.posts[-1]
    assert thanks.text.startswith("Thank you for helping out!")
    assert thanks.in_reply_to == answer.turn.mention.external_id
    assert len(forum.net.posts) == 2
    invite = forum.invite(asked)
    assert invite is not None
    assert (invite.ended, invite.verdict) == (PeerEnd.CONFIRMED, PeerEnd.CONFIRMED)
    with forum.store.read() as look:
        (fix,) = look.follow_ups(asked.conversation_id)
        assert look.handoffs(asked.conversation_id) == []
        assert first_break(look.audit_after(-1, limit=1000)) is None
    assert fix.turn_id == asked.id
    assert forum.log() == ["advocate_agreed", "peer_invited", "peer_answered", "peer_ended"]


def test_a_wrong_answer_becomes_a_correcting_draft_for_a_person_and_shames_nobody() -> None:
    forum = Forum()
    forum.agrees()
    asked = forum.asks()
    forum.works()
    forum.answers(WRONG)
    forum.works()
    current = forum.newest(asked)
    assert current.turn.route.reasons == (Reason.PEER_REFUTED,)
    draft = current.turn.draft
    assert draft is not None
    assert draft.text.startswith("Thanks, everybody. To be on the safe side")
    assert RIGHT in draft.text
    assert "bea" not in draft.text.casefold()
    assert len(forum.net.posts) == 1
    talk = forum.talk(asked)
    assert (talk.state, talk.decision) == (ConversationState.OPEN, Decision.REVIEW)
    with forum.store.begin() as tx:
        by = serving(tx, current, pack=forum.pack)
        request = ReviewRequest(
            turn_id=current.id, seen_version=talk.version, disposition=Disposition.ACCEPTED, agent="al"
        )
        sent = review(tx, request, pack=forum.pack, passages=(), at=forum.clock())
    assert (by.strategy, by.promoted) == (Strategy.EMPLOYEE, ("No customer could.",))
    assert sent.reply is not None
    forum.works()
    assert [each.in_reply_to for each in forum.net.posts] == ["q1", "q1"]


def test_what_the_knowledge_base_cannot_tell_is_read_by_a_person() -> None:
    forum = Forum()
    forum.agrees()
    asked = forum.asks(Decision.HANDOFF, reasons=(Reason.NO_EVIDENCE,))
    with forum.store.read() as look:
        assert look.handoffs(asked.conversation_id) == []
    forum.works()
    forum.answers(UNSURE)
    forum.works()
    assert forum.newest(asked).turn.route.reasons == (Reason.PEER_UNSURE, Reason.NO_EVIDENCE)
    assert forum.talk(asked).state is ConversationState.OPEN
    with forum.store.read() as look:
        (handoff,) = look.handoffs(asked.conversation_id)
    assert "A customer answered this, and the knowledge base can't confirm it." in handoff.why
    assert len(forum.net.posts) == 1


def test_when_time_is_up_a_person_serves_under_the_promise_made_at_first() -> None:
    forum = Forum()
    forum.agrees()
    asked = forum.asks(Decision.HANDOFF, reasons=(Reason.NO_EVIDENCE,), due=40)
    invite, promised = forum.invite(asked), forum.talk(asked).due_at
    assert invite is not None
    assert invite.expires_at == NOW + minutes(20)
    assert forum.works(19) == 0
    assert forum.works(1) == 1
    talk = forum.talk(asked)
    assert (talk.state, talk.due_at) == (ConversationState.OPEN, promised)
    with forum.store.read() as look:
        (handoff,) = look.handoffs(asked.conversation_id)
    assert handoff.due_at == promised
    ended = forum.invite(asked)
    assert ended is not None
    assert ended.ended is PeerEnd.SILENT


def test_an_answer_after_time_was_up_is_thanked_and_people_go_on() -> None:
    forum = Forum()
    forum.agrees()
    asked = forum.asks()
    forum.works(31)
    late = forum.answers(RIGHT)
    assert late.turn.route.reasons == (Reason.PEER_ANSWER,)
    forum.works()
    assert forum.net.said("Thank you for helping out!") == 1
    assert forum.talk(asked).state is ConversationState.OPEN
    invite = forum.invite(asked)
    assert invite is not None
    assert (invite.ended, invite.verdict) == (PeerEnd.SILENT, PeerEnd.CONFIRMED)


@pytest.mark.parametrize(
    "told",
    [
        {"sensitivity": (Sensitivity.MEDICAL,)},
        {"reasons": (Reason.SENSITIVE,)},
        {"reasons": (Reason.NEEDS_ACCOUNT,)},
        {"reasons": (Reason.PERSONAL_DATA,)},
        {"stance": Stance.COMPLAINT},
        {"decision": Decision.AUTO_REPLY, "reasons": ()},
        {"decision": Decision.NO_REPLY, "reasons": (Reason.SPAM,)},
        {"mention": message("q1", handle="ann", visibility=Visibility.PRIVATE)},
        {"mention": message("q1", handle="")},
        {"mention": message("q1", handle="Bea")},
        {"mention": message("q1", handle="ann", channel="email")},
        {"due": 9},
    ],
    ids=str,
)
def test_nobody_is_asked_what_customers_must_not_answer(told: dict[str, object]) -> None:
    forum = Forum()
    forum.agrees()
    asked = forum.asks(**told)  # type: ignore[arg-type]
    assert forum.invite(asked) is None
    assert forum.talk(asked).state is not ConversationState.SNOOZED


def test_one_question_at_a_time_and_who_was_right_is_asked_first() -> None:
    forum = Forum()
    bea = forum.agrees()
    forum.clock.forward(1)
    cy = forum.agrees("cy")
    first = forum.asks(mention=message("q1", handle="ann"))
    second = forum.asks(mention=message("q2", handle="dan"))
    third = forum.asks(mention=message("q3", handle="eve"))
    chosen = [forum.invite(each) for each in (first, second, third)]
    assert [each.advocate if each else None for each in chosen] == [bea.id, cy.id, None]
    forum.works()
    forum.answers(RIGHT, handle="cy", under="q2")
    forum.works(31)
    again = forum.invite(forum.asks(mention=message("q4", handle="flo")))
    assert again is not None
    assert (again.advocate, again.why[-1]) == (cy.id, "1 of 1 invitations so far led to an answer that held.")


def test_a_further_message_of_the_customer_brings_people_at_once() -> None:
    forum = Forum()
    forum.agrees()
    asked = forum.asks()
    forum.asks(mention=message("q2", handle="ann", text="Anybody?"))
    assert forum.talk(asked).state is ConversationState.OPEN
    invite = forum.invite(asked)
    assert invite is not None
    assert invite.ended is PeerEnd.OVERTAKEN
    forum.works(60)
    assert forum.net.posts == []


def test_somebody_else_s_answer_and_one_under_another_message_are_no_answers() -> None:
    forum = Forum()
    forum.agrees()
    forum.asks()
    for answer in (forum.answers(handle="dan"), forum.answers(under="q7"), forum.answers(under="")):
        assert answer.turn.route.decision is Decision.REVIEW


def test_a_peer_in_trouble_is_never_silenced() -> None:
    forum = Forum()
    forum.agrees()
    asked = forum.asks()
    mention = message("a9", handle="bea", text="I fell and broke my arm.", in_reply_to="q1")
    hurt = forum.asks(Decision.HANDOFF, mention=mention, sensitivity=(Sensitivity.SAFETY_INJURY,))
    assert forum.newest(hurt).turn.route.decision is Decision.HANDOFF
    invite = forum.invite(asked)
    assert invite is not None
    assert invite.answer_id is None


def test_the_same_answer_twice_changes_nothing() -> None:
    forum = Forum()
    forum.agrees()
    forum.asks()
    first = forum.answers(RIGHT, number="a1")
    with forum.store.begin() as tx:
        thought = make_turn(first.turn.mention, Decision.REVIEW, draft=make_draft(RIGHT))
        again = act(tx, thought, pack=forum.pack, at=forum.clock())
    assert again == first
    forum.works()
    forum.works()
    assert forum.net.said("Thank you") == 1


def test_a_stopped_automation_invites_nobody_and_takes_back_what_did_not_leave() -> None:
    forum = Forum()
    forum.agrees()
    asked = forum.asks()
    with forum.store.begin() as tx:
        automation.set_kill_switch(tx, "skylark", on=True, by="lead", at=forum.clock())
    forum.works()
    assert forum.net.posts == []
    forum.works()
    invite = forum.invite(asked)
    assert invite is not None
    assert invite.ended is PeerEnd.NOT_SENT
    assert forum.talk(asked).state is ConversationState.OPEN
    assert forum.invite(forum.asks(mention=message("q2", handle="dan"))) is None


def test_nobody_is_taken_up_without_consent_or_for_what_the_pack_does_not_know() -> None:
    forum = Forum()
    with pytest.raises(NotAllowed):
        forum.agrees(consent=" ")
    with pytest.raises(InputInvalid, match="topics"):
        forum.agrees(topics=("gardening",))
    with pytest.raises(InputInvalid, match="languages"):
        forum.agrees(languages=("la",))
    with pytest.raises(NotFound), forum.store.begin() as tx:
        let_go(tx, "nobody", by="lead", brand_id="skylark", at=NOW)


def test_stop_lets_an_advocate_go_and_their_name_leaves_every_invitation() -> None:
    forum = Forum()
    forum.agrees()
    asked = forum.asks()
    forum.works()
    forum.answers("@skylark stop")
    forum.works()
    with forum.store.read() as look:
        assert look.advocates(brand_id="skylark") == []
        assert [each.text for each in look.detail(asked.conversation_id).replies] == [""]
    assert forum.talk(asked).state is ConversationState.OPEN
    assert forum.net.said("Thank you") == 0


def test_who_is_forgotten_is_no_advocate_any_more() -> None:
    forum = Forum()
    forum.agrees()
    asked = forum.asks()
    with forum.store.begin() as tx:
        forget(tx, Handle(channel="x", handle="bea"), by="lead", pack=forum.pack, at=forum.clock())
    forum.works()
    with forum.store.read() as look:
        (said,) = look.detail(asked.conversation_id).replies
        assert (look.advocates(brand_id="skylark"), said.text, said.state) == ([], "", ReplyState.WITHDRAWN)
    assert forum.talk(asked).state is ConversationState.OPEN


def test_the_same_account_again_replaces_what_was_noted() -> None:
    forum = Forum()
    forum.agrees()
    both = [Handle(channel="x", handle="BEA"), Handle(channel="email", handle="bea@example.org")]
    with forum.store.begin() as tx:
        again = take_up(
            tx, handles=both, topics=["baggage"], languages=["en"], consent="yes", by="lead", pack=forum.pack, at=NOW
        )
        assert [each.id for each in tx.advocates(brand_id="skylark")] == [again.id]
