"""The promise's clock: it runs by the calendar, stands still while the customer is due, and is never reset."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.desk.act import act
from assistant.desk.escalate import acknowledge
from assistant.desk.forecast import forecast
from assistant.desk.review import ReviewRequest, review
from assistant.desk.sla import Swept, sweep
from assistant.domain import sla
from assistant.domain.agents import LadderStep, OnCall
from assistant.domain.brand import Pack
from assistant.domain.calendars import Calendar, CalendarRules, Day, Shift
from assistant.domain.conversation import TurnRecord
from assistant.domain.escalation import EscalationKind
from assistant.domain.vocabulary import Decision, Disposition
from assistant.errors import AlreadyHandled, InputInvalid, NotFound
from assistant.ports import Store
from tests.desk_builders import NOW, SetClock, make_mention, make_pack, make_turn
from tests.stores import new_store

DAY = Calendar(name="day", time_zone="UTC", shifts=(Shift(days=tuple(Day), opens=time(8), closes=time(18)),))
LATE = Calendar(name="late", time_zone="UTC", shifts=(Shift(days=tuple(Day), opens=time(12), closes=time(20)),))
RULES = CalendarRules(calendars=(DAY, LATE), tracks={"care": "day", "baggage": "day", "late": "late"})
PACK = make_pack().model_copy(update={"calendars": RULES})


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def waiting(
    store: Store, number: str = "1", *, due: int = 120, at: datetime = NOW, queue: str = "baggage"
) -> TurnRecord:
    turn = make_turn(make_mention(number, handle="ann"), Decision.HANDOFF, queue=queue)
    route = turn.route.model_copy(update={"due_at": at + minutes(due)})
    turn = turn.model_copy(update={"route": route})
    with store.begin() as tx:
        tx.take_in(turn.mention, at=at)
        return act(tx, turn, pack=PACK, at=at)


def answered(store: Store, record: TurnRecord, at: datetime) -> None:
    with store.begin() as tx:
        seen = tx.conversation(record.conversation_id).version
        request = ReviewRequest(
            turn_id=record.id, seen_version=seen, disposition=Disposition.RESPONDED, text="It is here.", agent="bo"
        )
        review(tx, request, pack=PACK, passages=(), at=at)


def due(store: Store, record: TurnRecord) -> datetime | None:
    with store.read() as look:
        return look.conversation(record.conversation_id).due_at


def test_a_conversation_that_comes_back_goes_on_with_what_was_left() -> None:
    store = new_store()
    first = waiting(store)
    answered(store, first, NOW + minutes(90))
    assert due(store, first) is None
    back = waiting(store, "2", at=NOW + minutes(300))
    assert due(store, back) == NOW + minutes(330)


def test_after_a_week_it_is_a_new_matter() -> None:
    store = new_store()
    answered(store, waiting(store), NOW + minutes(90))
    later = NOW + timedelta(days=8)
    assert due(store, waiting(store, "2", at=later)) == later + minutes(120)


def test_a_second_message_never_pushes_the_promise_back_and_an_urgent_one_brings_it_forward() -> None:
    store = new_store()
    record = waiting(store)
    waiting(store, "2", due=600, at=NOW + minutes(10))
    assert due(store, record) == NOW + minutes(120)
    waiting(store, "3", due=30, at=NOW + minutes(20))
    assert due(store, record) == NOW + minutes(50)


clocks = st.builds(
    lambda target: sla.started(
        "c", "b", queue="care", due_at=NOW + minutes(target), escalate_to=None, rules=RULES, at=NOW
    ),
    st.integers(1, 500),
)
steps = st.lists(
    st.tuples(
        st.sampled_from(["hand", "pause", "resume"]), st.sampled_from(["care", "late", "other"]), st.integers(0, 900)
    ),
    max_size=8,
)


@given(clock=clocks, story=steps)
def test_no_hand_off_pause_or_return_gives_time_back(clock: sla.SlaClock, story: list[tuple[str, str, int]]) -> None:
    at = NOW
    for what, queue, wait in story:
        at += minutes(wait)
        before, promised = sla.used(clock, RULES, at), sla.due_at(clock, RULES)
        if what == "hand":
            clock = sla.handed(clock, RULES, queue, at)
            now = sla.due_at(clock, RULES)
            assert promised is None or (now is not None and now <= promised)
        elif what == "pause":
            clock = sla.paused(clock, RULES, at)
            assert sla.due_at(clock, RULES) is None
        else:
            clock = sla.resumed(clock, at)
        assert sla.used(clock, RULES, at) == pytest.approx(before, abs=1e-6)
    standing = sla.paused(clock, RULES, at)
    assert sla.used(standing, RULES, at + minutes(5000)) == sla.used(standing, RULES, at)


@given(clock=clocks)
def test_somebody_looks_before_it_breaks(clock: sla.SlaClock) -> None:
    look, breaks = sla.next_look_at(clock, RULES), sla.due_at(clock, RULES)
    assert look is not None
    assert breaks is not None
    assert NOW < look <= breaks
    assert sla.used(clock, RULES, look) == pytest.approx(0.75 * clock.target_minutes, abs=0.01)
    assert sla.next_look_at(clock.model_copy(update={"warned": True}), RULES) == breaks
    assert sla.next_look_at(clock.model_copy(update={"warned": True, "breached": True}), RULES) is None


def with_ladder() -> Pack:
    steps = (LadderStep(who="dana", acknowledge_minutes=5), LadderStep(who="eli", acknowledge_minutes=10))
    return PACK.model_copy(update={"on_call": OnCall(ladders={"baggage": steps})})


def test_the_sweep_tells_before_and_at_the_breach_each_once() -> None:
    store, clock = new_store(), SetClock()
    record = waiting(store)
    assert sweep(store, pack=PACK, clock=clock) == Swept()
    clock.forward(90 * 60)
    assert sweep(store, pack=PACK, clock=clock) == Swept(warned=1)
    assert sweep(store, pack=PACK, clock=clock) == Swept()
    clock.forward(30 * 60)
    assert sweep(store, pack=PACK, clock=clock) == Swept(breached=1)
    clock.forward(9000)
    assert sweep(store, pack=PACK, clock=clock) == Swept()
    with store.read() as look:
        told = look.escalations(brand_id="skylark", limit=9)
        events = [entry.event for entry in look.audit() if entry.subject.startswith(record.conversation_id)]
    assert [each.kind for each in told] == [EscalationKind.SLA_BREACHED, EscalationKind.SLA_AT_RISK]
    assert events == ["handed_off", "escalated_sla_at_risk", "escalated_sla_breached"]


def test_who_was_late_once_and_comes_back_is_told_of_again() -> None:
    store, clock = new_store(), SetClock()
    record = waiting(store)
    clock.forward(121 * 60)
    sweep(store, pack=PACK, clock=clock)
    answered(store, record, clock())
    clock.forward(24 * 3600)
    waiting(store, "2", at=clock())
    assert sweep(store, pack=PACK, clock=clock) == Swept()
    clock.forward(120 * 60)
    assert sweep(store, pack=PACK, clock=clock) == Swept(breached=1)
    assert sweep(store, pack=PACK, clock=clock) == Swept()


def test_nobody_else_is_called_to_what_was_answered_meanwhile() -> None:
    store, clock, pack = new_store(), SetClock(), with_ladder()
    record = waiting(store)
    clock.forward(90 * 60)
    assert sweep(store, pack=pack, clock=clock).warned == 1
    answered(store, record, clock())
    clock.forward(5 * 60)
    assert sweep(store, pack=pack, clock=clock) == Swept()
    with store.read() as look:
        (told,) = look.escalations(brand_id="skylark", limit=9)
        assert look.escalations(brand_id="skylark", limit=9, only_open=True) == []
        assert look.audit(subject=told.id)[-1].event == "escalation_over"
    assert [step.who for step in told.told] == ["dana"]


def test_an_answered_conversation_is_not_escalated() -> None:
    store, clock = new_store(), SetClock()
    answered(store, waiting(store), NOW + minutes(10))
    clock.forward(9000)
    assert sweep(store, pack=PACK, clock=clock) == Swept()


def test_the_ladder_goes_on_until_somebody_has_seen_it() -> None:
    store, clock, pack = new_store(), SetClock(), with_ladder()
    waiting(store)
    clock.forward(90 * 60)
    assert sweep(store, pack=pack, clock=clock).warned == 1
    clock.forward(5 * 60)
    assert sweep(store, pack=pack, clock=clock).passed_on == 1
    with store.read() as look:
        (told,) = look.escalations(brand_id="skylark", limit=9)
    assert [step.who for step in told.told] == ["dana", "eli"]
    with store.begin() as tx:
        with pytest.raises(InputInvalid):
            acknowledge(tx, told.id, brand_id="skylark", by=" ", at=clock())
        with pytest.raises(NotFound):
            acknowledge(tx, told.id, brand_id="other", by="eli", at=clock())
        seen = acknowledge(tx, told.id, brand_id="skylark", by="eli", at=clock())
        clock.forward(5)
        assert acknowledge(tx, told.id, brand_id="skylark", by="eli", at=clock()) == seen
        with pytest.raises(AlreadyHandled, match="eli"):
            acknowledge(tx, told.id, brand_id="skylark", by="dana", at=clock())
    clock.forward(11 * 60)
    assert sweep(store, pack=pack, clock=clock).passed_on == 0


@pytest.mark.parametrize("now", [("eli", "fay"), ("gus", "dana", "eli")])
def test_a_ladder_that_changes_meanwhile_skips_nobody(now: tuple[str, ...]) -> None:
    """Who left it counted as a step of the new one, whose first was never called."""
    store, clock, pack = new_store(), SetClock(), with_ladder()
    waiting(store)
    clock.forward(90 * 60)
    sweep(store, pack=pack, clock=clock)
    steps = tuple(LadderStep(who=who, acknowledge_minutes=5) for who in now)
    changed = pack.model_copy(update={"on_call": OnCall(ladders={"baggage": steps})})
    for _ in range(5):
        clock.forward(5 * 60)
        sweep(store, pack=changed, clock=clock)
    with store.read() as look:
        (told,) = look.escalations(brand_id="skylark", limit=9)
    assert [step.who for step in told.told] == ["dana", *(who for who in now if who != "dana")]


def test_a_ladder_nobody_answers_ends_and_says_so() -> None:
    store, clock, pack = new_store(), SetClock(), with_ladder()
    waiting(store)
    clock.forward(90 * 60)
    sweep(store, pack=pack, clock=clock)
    for wait in (5, 10):
        clock.forward(wait * 60)
        assert sweep(store, pack=pack, clock=clock).passed_on == 1
    with store.read() as look:
        (told,) = look.escalations(brand_id="skylark", limit=9)
    assert (told.exhausted, told.is_open) == (True, True)
    clock.forward(600)
    assert sweep(store, pack=pack, clock=clock).passed_on == 0


def test_a_forecast_says_when_the_first_promise_breaks() -> None:
    queue = [NOW + minutes(60 * hour) for hour in (1, 2, 3)]
    fine = forecast(queue, arrivals_per_hour=4, served_per_hour=6, promise_minutes=120, now=NOW)
    assert (fine.breaks_at, fine.clears_at) == (None, NOW + minutes(90))
    slow = forecast(queue, arrivals_per_hour=0, served_per_hour=0.9, promise_minutes=120, now=NOW)
    assert slow.breaks_at == NOW + minutes(60)
    swamped = forecast(queue, arrivals_per_hour=10, served_per_hour=6, promise_minutes=120, now=NOW)
    assert swamped.breaks_at == NOW + minutes(60 * (9 / 4 + 2))
    assert swamped.clears_at is None
    late = forecast([NOW - minutes(1)], arrivals_per_hour=0, served_per_hour=9, promise_minutes=60, now=NOW)
    assert (late.breaks_at, late.late_already) == (NOW, 1)
    idle = forecast([], arrivals_per_hour=0, served_per_hour=0, promise_minutes=60, now=NOW)
    assert (idle.breaks_at, idle.clears_at) == (None, NOW)


@given(
    waits=st.lists(st.integers(1, 600), max_size=20),
    arrivals=st.floats(0, 50),
    served=st.floats(0.1, 50),
    more=st.floats(0, 50),
)
def test_more_hands_never_break_a_promise_sooner(waits: list[int], arrivals: float, served: float, more: float) -> None:
    queue = [NOW + minutes(wait) for wait in waits]
    far = NOW + timedelta(days=4000)

    def breaks(rate: float) -> datetime:
        seen = forecast(queue, arrivals_per_hour=arrivals, served_per_hour=rate, promise_minutes=60, now=NOW)
        return seen.breaks_at or far

    assert breaks(served + more) >= breaks(served)
