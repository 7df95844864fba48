"""Work goes to who knows most about it, works now, speaks the language and has room; the reasons are said."""

from collections.abc import Mapping
from datetime import time, timedelta

import pytest

from assistant.desk import assign as assigning
from assistant.desk.act import act
from assistant.desk.assign import assign, need_of, ranked
from assistant.desk.follow_up import begin_fix
from assistant.desk.review import ReviewRequest, review
from assistant.domain.agent import Agent, Role
from assistant.domain.agents import DeskAgent, LadderStep, OnCall
from assistant.domain.assignment import Assignment, Candidate, Need, candidates
from assistant.domain.brand import Pack
from assistant.domain.calendars import Calendar, CalendarRules, Day, Shift
from assistant.domain.conversation import TurnRecord
from assistant.domain.escalation import EscalationKind
from assistant.domain.triage import QueueQuery, View
from assistant.domain.vocabulary import Decision, Disposition
from assistant.errors import InputInvalid, NotFound
from assistant.ports import Store
from assistant.workflows.watch import Watch
from tests.desk_builders import NOW, make_mention, make_pack, make_turn
from tests.stores import new_store

NIGHT = Calendar(name="night", time_zone="UTC", shifts=(Shift(days=tuple(Day), opens=time(20), closes=time(4)),))
RULES = CalendarRules(calendars=(NIGHT,))
NEED = Need(queue="baggage", topic="baggage", intent="bag_size", language="en")
ANN = DeskAgent(id="ann", name="Ann", skills=("baggage",), languages=("en",), capacity=2)
BO = DeskAgent(id="bo", name="Bo", skills=("bag_size",), languages=("en", "de"), capacity=2)
CY = DeskAgent(id="cy", name="Cy", calendar="night", skills=("bag_size", "baggage"))


def past(agent: str, number: int, *, minutes: int | None = 10, intent: str = "bag_size") -> Assignment:
    return Assignment(
        conversation_id=f"c{agent}{number}",
        brand_id="skylark",
        agent=agent,
        why=(),
        by="assistant",
        at=NOW - timedelta(hours=number + 1),
        topic="baggage",
        intent=intent,
        closed_at=None if minutes is None else NOW - timedelta(hours=number + 1) + timedelta(minutes=minutes),
    )


def order(
    *agents: DeskAgent,
    need: Need = NEED,
    known: tuple[Assignment, ...] = (),
    holds: Mapping[str, int] | None = None,
    turns: bool = False,
) -> list[Candidate]:
    desk = OnCall(agents=agents, round_robin=turns)
    return list(candidates(desk, need, past=known, holds=holds or {}, calendars=RULES, at=NOW))


def test_the_closest_skill_goes_first_and_who_is_off_goes_last_with_the_reason() -> None:
    first, second, third = order(ANN, BO, CY)
    assert [first.agent, second.agent, third.agent] == ["ann", "bo", "cy"]
    assert first.why == ("Knows baggage (topic).", "Knows baggage (queue).", "Has room: 0 of 2.")
    assert (third.available, third.why[0]) == (False, "Doesn't work now.")
    assert (second.available, second.why[0]) == (True, "Knows bag size (intent).")


def test_what_somebody_settled_well_and_fast_counts() -> None:
    known = tuple(past("bo", number) for number in range(5))
    first, _ = order(ANN, BO, known=known)
    assert first.agent == "bo"
    assert "Settled 5 like it lately." in first.why
    assert "Usually settles them within 10 minutes." in first.why
    by_name = tuple(each.model_copy(update={"agent": "Bo"}) for each in known)
    assert order(ANN, BO, known=by_name) == order(ANN, BO, known=known)


def test_a_full_desk_and_a_foreign_language_make_unavailable() -> None:
    for full in ({"bo": 2}, {"Bo": 1, "bo": 1}):  # the console knows people by name
        assert [each.agent for each in order(ANN, BO, holds=full) if each.available] == ["ann"]
    german = order(ANN, BO, need=NEED.model_copy(update={"language": "de"}))
    assert [each.agent for each in german if each.available] == ["bo"]
    assert "Doesn't speak de." in german[1].why


def test_round_robin_takes_who_waited_longest() -> None:
    known = (past("ann", 1), past("bo", 5))
    assert [each.agent for each in order(ANN, BO, known=known, turns=True)] == ["bo", "ann"]
    by_name = (past("Ann", 1), past("Bo", 5))
    assert [each.agent for each in order(ANN, BO, known=by_name, turns=True)] == ["bo", "ann"]


def pack(*, assign_it: bool = True) -> Pack:
    ladders = {"baggage": (LadderStep(who="duty manager", acknowledge_minutes=5),)}
    desk = OnCall(agents=(ANN, BO), assign=assign_it, ladders=ladders)
    return make_pack().model_copy(update={"on_call": desk, "calendars": RULES})


def waiting(store: Store, number: str = "1", handle: str = "zoe", *, assign_it: bool = True) -> TurnRecord:
    turn = make_turn(make_mention(number, handle=handle), Decision.HANDOFF)
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        return act(tx, turn, pack=pack(assign_it=assign_it), at=NOW)


def owner(store: Store, record: TurnRecord) -> Assignment | None:
    with store.read() as look:
        return look.assignment(record.conversation_id)


def test_what_waits_for_a_person_is_given_once_and_waits_where_nobody_has_room() -> None:
    store = new_store()
    given = [owner(store, waiting(store, str(number), f"h{number}")) for number in range(5)]
    assert [each.agent if each else None for each in given] == ["ann", "bo", "ann", "bo", None]
    again = owner(store, waiting(store, "9", "h0"))
    assert again == given[0]
    with store.read() as look:
        assert given[0] is not None
        entries = look.audit(subject=given[0].conversation_id)
    assert [entry.event for entry in entries] == ["assigned"]


def test_what_somebody_has_held_for_long_counts_however_much_was_given_since(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assigning, "LOOKED_BACK", 1)
    store = new_store()
    given = [owner(store, waiting(store, str(number), f"h{number}")) for number in range(5)]
    assert sorted(each.agent for each in given if each) == ["ann", "ann", "bo", "bo"]


def test_who_signs_in_by_name_finds_what_they_were_given() -> None:
    store = new_store()
    with store.begin() as tx:
        tx.save_agent(Agent(name="Ann", role=Role.AGENT), digest="", at=NOW)
    given = [owner(store, waiting(store, str(number), f"h{number}")) for number in range(5)]
    assert [each.agent if each else None for each in given] == ["Ann", "bo", "Ann", "bo", None]
    mine = QueueQuery(brand_id="skylark", view=View.MINE, agent="Ann", now=NOW)
    with store.read() as look:
        assert look.counts(mine, [View.MINE], most=9) == {View.MINE: 2}
    shown = Watch(store, pack, lambda: NOW).look().people
    assert [(each.name, each.holds, each.capacity) for each in shown] == [("Ann", 2, 2), ("bo", 2, 2)]


def test_an_answer_that_did_not_last_is_no_experience() -> None:
    store = new_store()
    record = waiting(store)
    with store.begin() as tx:
        seen = tx.conversation(record.conversation_id).version
        kind = Disposition.RESPONDED
        request = ReviewRequest(turn_id=record.id, seen_version=seen, disposition=kind, text="Yes.", agent="ann")
        review(tx, request, pack=pack(), passages=(), at=NOW + timedelta(minutes=4))
        begin_fix(tx, record.conversation_id, record.id, brand_id="skylark", at=NOW)
        need = need_of(tx.conversation(record.conversation_id), record.turn)
        assert "Settled 1 like it lately." in ranked(tx, need, pack=pack(), at=NOW)[0].why
        (fix,) = tx.follow_ups(record.conversation_id)
        tx.save_follow_up(fix.model_copy(update={"reopened_at": NOW + timedelta(hours=1)}), look_at=None)
        why = [said for each in ranked(tx, need, pack=pack(), at=NOW) for said in each.why]
    assert not any("like it lately" in said for said in why)


def test_nothing_is_given_where_the_brand_does_not_want_it() -> None:
    store = new_store()
    assert owner(store, waiting(store, assign_it=False)) is None


def test_who_settles_it_is_remembered() -> None:
    store = new_store()
    record = waiting(store)
    with store.begin() as tx:
        seen = tx.conversation(record.conversation_id).version
        request = ReviewRequest(
            turn_id=record.id, seen_version=seen, disposition=Disposition.RESPONDED, text="Yes.", agent="ann"
        )
        review(tx, request, pack=pack(), passages=(), at=NOW + timedelta(minutes=4))
        need = need_of(tx.conversation(record.conversation_id), record.turn)
        best = ranked(tx, need, pack=pack(), at=NOW)[0]
    settled = owner(store, record)
    assert settled is not None
    assert settled.closed_at == NOW + timedelta(minutes=4)
    assert "Settled 1 like it lately." in best.why


def test_a_hand_off_to_a_queue_with_a_ladder_calls_out_its_first_person_once() -> None:
    store = new_store()
    waiting(store)
    waiting(store, "2")
    with store.read() as look:
        (told,) = look.escalations(brand_id="skylark", limit=9)
    assert (told.kind, told.told[0].who) == (EscalationKind.ON_CALL, "duty manager")
    assert told.told[0].acknowledge_by == NOW + timedelta(minutes=5)


def test_giving_by_hand_needs_names_the_brand_knows() -> None:
    store = new_store()
    record = waiting(store)
    with store.begin() as tx:
        given = assign(tx, record.conversation_id, "bo", by="lead", why="", pack=pack(), at=NOW)
        assert (given.agent, given.why, given.by) == ("bo", ("Given by lead.",), "lead")
        with pytest.raises(NotFound, match="nobody"):
            assign(tx, record.conversation_id, "nobody", by="lead", why="", pack=pack(), at=NOW)
        with pytest.raises(InputInvalid):
            assign(tx, record.conversation_id, "bo", by=" ", why="", pack=pack(), at=NOW)
