"""One truth for who owns a conversation, presence instead of a calendar, and a clock for what the outbox holds."""

from datetime import timedelta

from assistant.desk import automation, identity, triage
from assistant.desk.act import act
from assistant.desk.assign import assign, ranked
from assistant.desk.outbox import deliver_due
from assistant.desk.sla import HELD_MINUTES, sweep
from assistant.desk.staleness import what_changed
from assistant.domain.agents import OnCall
from assistant.domain.brand import Pack
from assistant.domain.conversation import TurnRecord
from assistant.domain.escalation import EscalationKind
from assistant.domain.vocabulary import Decision, Visibility
from assistant.ports import Store
from tests.desk.test_assign import ANN, CY, NEED, RULES
from tests.desk.test_outbox import Network
from tests.desk_builders import NOW, SetClock, make_mention, make_pack, make_turn
from tests.stores import new_store


def pack() -> Pack:
    return make_pack().model_copy(update={"on_call": OnCall(agents=(ANN, CY)), "calendars": RULES})


def heard(
    store: Store, decision: Decision, number: str = "1", visibility: Visibility = Visibility.PUBLIC
) -> TurnRecord:
    turn = make_turn(make_mention(number, handle="zoe", visibility=visibility), decision)
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        return act(tx, turn, pack=pack(), at=NOW)


def test_the_consoles_owner_and_the_desks_are_one_whoever_gives_it() -> None:
    store = new_store()
    record = heard(store, Decision.REVIEW)
    key = record.conversation_id
    with store.begin() as tx:
        assign(tx, key, "ann", by="lead", why="", pack=pack(), at=NOW)
        assert tx.triage(key).assignee == "ann"
        assert what_changed(tx, record.id, world=None, at=NOW) == ("The conversation belongs to ann now.",)
        triage.assign(tx, key, to="cy", agent="lead", at=NOW)
        held = tx.assignment(key)
        assert held is not None
        assert (held.agent, held.intent, held.why) == ("cy", "bag_size", ("Given by lead.",))
        assert what_changed(tx, record.id, world=None, at=NOW) == ("The conversation belongs to cy now.",)
        triage.assign(tx, key, to="", agent="lead", at=NOW)
        assert (tx.assignment(key), what_changed(tx, record.id, world=None, at=NOW)) == (None, ())


def test_who_is_at_the_console_works_whatever_the_calendar_says_until_they_leave() -> None:
    store = new_store()
    key = heard(store, Decision.REVIEW).conversation_id
    with store.begin() as tx:
        assert [each.agent for each in ranked(tx, NEED, pack=pack(), at=NOW) if each.available] == ["ann"]
        triage.be_here(tx, key, agent="cy", typing=False, at=NOW)
        first = ranked(tx, NEED, pack=pack(), at=NOW)[0]
        assert (first.agent, "Is here now." in first.why) == ("cy", True)
        later = NOW + timedelta(seconds=triage.PRESENT_S + 1)
        assert [each.agent for each in ranked(tx, NEED, pack=pack(), at=later) if each.available] == ["ann"]


def test_somebody_is_told_of_an_answer_that_is_held() -> None:
    store, clock = new_store(), SetClock()
    key = heard(store, Decision.AUTO_REPLY).conversation_id
    with store.begin() as tx:
        automation.set_kill_switch(tx, "skylark", on=True, by="ann", at=NOW)
        assert tx.sla_clock(key) is None
    assert deliver_due(store, {"x": Network()}, brand_id="skylark", clock=clock).held == 1
    assert sweep(store, pack=pack(), clock=clock).warned == 1
    assert sweep(store, pack=pack(), clock=clock).warned == 0
    clock.forward(HELD_MINUTES * 60)
    assert sweep(store, pack=pack(), clock=clock).breached == 1
    with store.read() as look:
        told = [each.kind for each in look.escalations(brand_id="skylark", limit=9)]
        assert look.conversation(key).waits_for_person
    assert told == [EscalationKind.SLA_BREACHED, EscalationKind.SLA_AT_RISK]


def test_public_and_private_of_one_account_know_each_other() -> None:
    store = new_store()
    public = heard(store, Decision.REVIEW).conversation_id
    with store.read() as look:
        assert identity.other_side(look, look.conversation(public)) is None
    private = heard(store, Decision.REVIEW, "2", Visibility.PRIVATE).conversation_id
    with store.read() as look:
        there = identity.other_side(look, look.conversation(public))
        back = identity.other_side(look, look.conversation(private))
    assert there is not None
    assert back is not None
    assert (there.id, back.id) == (private, public)
