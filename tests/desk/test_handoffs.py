"""A hand-off fires once, carries what the next person needs, and tells the customer honestly when somebody is there."""

from datetime import date, datetime, time, timedelta

import pytest

from assistant.desk import automation
from assistant.desk.act import act
from assistant.desk.handoffs import promised_in
from assistant.desk.review import ReviewRequest, review
from assistant.desk.staleness import message_deleted
from assistant.domain.agents import LadderStep, OnCall
from assistant.domain.brand import Disclosure, Pack
from assistant.domain.calendars import Calendar, CalendarRules, Day, Holiday, Shift
from assistant.domain.conversation import ReplyState, TurnRecord
from assistant.domain.handoff import Handoff
from assistant.domain.routing import Advice
from assistant.domain.vocabulary import Decision, Disposition, Reason, Sensitivity
from assistant.ports import Store
from tests.desk_builders import NOW, make_mention, make_pack, make_turn, make_understanding
from tests.stores import new_store

CLOSED = Calendar(
    name="day", time_zone="Europe/Dublin", shifts=(Shift(days=(Day.TUE,), opens=time(8), closes=time(18)),)
)
BASE = make_pack()
VOICE = BASE.brand.voice.model_copy(
    update={"holding_closed": ("Our team is back on {opens} and will read this then.",)}
)
PACK = BASE.model_copy(
    update={
        "brand": BASE.brand.model_copy(update={"voice": VOICE}),
        "calendars": CalendarRules(calendars=(CLOSED,), tracks={"baggage": "day"}),
    }
)
ADVICE = Advice(
    chart="own",
    path=("own", "first", "leaf"),
    outcome="person_at_once",
    decision=Decision.HANDOFF,
    owner="baggage",
    next_step="Take over and say your name.",
    why="Whoever asks for a person gets one.",
)


def handed(
    store: Store,
    number: str = "1",
    *,
    at: datetime = NOW,
    sensitivity: tuple[Sensitivity, ...] = (Sensitivity.HUMAN_REQUEST,),
    reasons: tuple[Reason, ...] = (Reason.ASKS_HUMAN,),
    queue: str = "baggage",
    pack: Pack = PACK,
    language: str = "en",
) -> TurnRecord:
    turn = make_turn(make_mention(number, handle="ann"), Decision.HANDOFF, queue=queue)
    route = turn.route.model_copy(update={"reasons": reasons, "advice": (ADVICE,), "chart_path": ADVICE.path})
    read = make_understanding(sensitivity=sensitivity).model_copy(update={"language": language})
    turn = turn.model_copy(update={"route": route, "understanding": read})
    with store.begin() as tx:
        tx.take_in(turn.mention, at=at)
        return act(tx, turn, pack=pack, at=at)


def answered(store: Store, record: TurnRecord, *, at: datetime = NOW, text: str = "Hello, I am Bo.") -> None:
    with store.begin() as tx:
        seen = tx.conversation(record.conversation_id).version
        request = ReviewRequest(
            turn_id=record.id, seen_version=seen, disposition=Disposition.RESPONDED, text=text, agent="bo"
        )
        review(tx, request, pack=PACK, passages=(), at=at)


def written(store: Store, record: TurnRecord) -> list[Handoff]:
    with store.read() as look:
        return list(look.handoffs(record.conversation_id))


def test_it_fires_once_and_carries_everything() -> None:
    store = new_store()
    record = handed(store)
    handed(store, "2")
    handed(store, "3")
    (handoff,) = written(store, record)
    assert handoff.summary.startswith("ann on x (public): bag size, neutral, medium urgency, in en.")
    assert handoff.why == ("The author asks for a person.", "Whoever asks for a person gets one.")
    assert handoff.next_step == "Take over and say your name."
    assert (handoff.queue, handoff.number, handoff.closed_at) == ("baggage", 1, None)
    with store.read() as look:
        assert [entry.event for entry in look.audit(subject=handoff.id)] == ["handed_off"]


def test_nobody_there_means_an_honest_word_and_the_agent_can_still_answer() -> None:
    store = new_store()
    record = handed(store)
    with store.read() as look:
        (said,) = look.detail(record.conversation_id).replies
        assert look.conversation(record.conversation_id).waits_for_person
    assert said.text.startswith("Our team is back on Tuesday at 08:00 and will read this then.")
    assert "automated" in said.text
    assert (said.state, said.automated, said.is_answer) == (ReplyState.DUE, True, False)
    answered(store, record)
    with store.read() as look:
        states = {reply.id: reply.state for reply in look.detail(record.conversation_id).replies}
    assert states[said.id] is ReplyState.WITHDRAWN
    assert states[f"r-{record.id}"] is ReplyState.DUE


def test_what_never_went_out_was_not_promised() -> None:
    store = new_store()
    record = handed(store)
    answered(store, record, text="We will call you back tomorrow.")
    with store.begin() as tx:
        detail = tx.detail(record.conversation_id)
        assert promised_in(detail) == ("We will call you back tomorrow.",)
        for reply in detail.replies:
            tx.save_reply(reply.model_copy(update={"state": ReplyState.HELD}))
        assert promised_in(tx.detail(record.conversation_id)) == ()


def test_an_injury_told_of_later_reaches_its_own_queue_and_who_is_on_call_there() -> None:
    store = new_store()
    steps = {name: (LadderStep(who=f"{name} lead", acknowledge_minutes=5),) for name in ("safety", "legal")}
    pack = PACK.model_copy(update={"on_call": OnCall(ladders=steps)})
    first = handed(store, pack=pack)
    hurt, threat = (Sensitivity.SAFETY_INJURY,), (Sensitivity.LEGAL_THREAT,)
    for number, sensitivity, queue in (("2", threat, "legal"), ("3", hurt, "safety"), ("4", threat, "legal")):
        at = NOW + timedelta(minutes=int(number))
        handed(store, number, at=at, sensitivity=sensitivity, reasons=(Reason.SENSITIVE,), queue=queue, pack=pack)
    handed(store, "5", sensitivity=hurt, reasons=(Reason.SENSITIVE,), queue="safety", pack=pack)
    with store.read() as look:
        talk = look.conversation(first.conversation_id)
        (handoff,) = look.handoffs(talk.id)
        called = [each.told[0].who for each in look.escalations(brand_id="skylark", limit=9)]
    assert (talk.queue, handoff.queue, handoff.turn_id) == ("safety", "safety", "skylark-x-3-1")
    assert called == ["safety lead", "legal lead"]


def test_a_desk_that_opens_in_weeks_says_the_date() -> None:
    store = new_store()
    off = tuple(Holiday(date=date(2026, 3, day), name="works closed") for day in (3, 10))
    rules = CalendarRules(calendars=(CLOSED.model_copy(update={"holidays": off}),), tracks={"baggage": "day"})
    record = handed(store, pack=PACK.model_copy(update={"calendars": rules}))
    with store.read() as look:
        (said,) = look.detail(record.conversation_id).replies
    assert said.text.startswith("Our team is back on Tuesday 17 March at 08:00 and will read this then.")


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "Wir sind am Dienstag um 08:00 Uhr wieder da."), ("en", None)],
)
def test_the_desk_opens_in_the_language_of_the_brand(language: str, said: str | None) -> None:
    """A German brand said "am Tuesday at 08:00"; who writes in its second language read a mixture."""
    voice = VOICE.model_copy(update={"holding_closed": ("Wir sind am {opens} wieder da.",)})
    german = Disclosure(short="– KI-Assistent", long="Das ist eine automatische Antwort.")
    told = {"voice": voice, "answers_in": ("de", "en"), "disclosure": {**PACK.brand.disclosure, "de": german}}
    brand = PACK.brand.model_copy(update=told)
    store = new_store()
    record = handed(store, pack=PACK.model_copy(update={"brand": brand}), language=language)
    with store.read() as look:
        replies = look.detail(record.conversation_id).replies
    assert [reply.text.removesuffix(f" {german.short}") for reply in replies] == ([said] if said else [])


@pytest.mark.parametrize(
    "facts",
    [
        {"at": NOW + timedelta(days=1)},
        {"queue": "care"},
        {"sensitivity": (Sensitivity.BEREAVEMENT,)},
        {"sensitivity": (Sensitivity.HUMAN_REQUEST, Sensitivity.SELF_HARM)},
        {"reasons": (Reason.STAGE_FAILED,)},
        {"reasons": (Reason.SENSITIVE,)},
    ],
)
def test_no_machine_s_word_where_somebody_is_there_or_it_would_hurt(facts: dict[str, object]) -> None:
    store = new_store()
    record = handed(store, **facts)  # type: ignore[arg-type]
    (handoff,) = written(store, record)
    assert handoff.expectation is None
    with store.read() as look:
        assert look.detail(record.conversation_id).replies == ()


def test_the_kill_switch_silences_holding_words() -> None:
    store = new_store()
    with store.begin() as tx:
        automation.set_kill_switch(tx, "skylark", on=True, by="ann", at=NOW)
    (handoff,) = written(store, handed(store))
    assert handoff.expectation is None


@pytest.mark.parametrize("scope", ["baggage", "bag_size", "x"])
def test_nobody_is_noted_as_told_while_a_hold_keeps_the_words_back(scope: str) -> None:
    store = new_store()
    with store.begin() as tx:
        automation.hold(tx, "skylark", scope=scope, reason="storm", by="ann", at=NOW)
    record = handed(store)
    assert written(store, record)[0].expectation is None
    with store.read() as look:
        assert look.detail(record.conversation_id).replies == ()


def test_a_conversation_that_comes_back_is_handed_over_once_more_without_the_words_again() -> None:
    store = new_store()
    first = handed(store)
    answered(store, first, at=NOW + timedelta(minutes=5), text="We will call you tomorrow.")
    again = handed(store, "2", at=NOW + timedelta(minutes=9))
    handed(store, "3", at=NOW + timedelta(minutes=10))
    done, open_now = written(store, again)
    assert (done.closed_at, open_now.closed_at) == (NOW + timedelta(minutes=5), None)
    assert (open_now.number, open_now.expectation) == (2, None)
    assert open_now.promised == ("We will call you tomorrow.",)


def test_nothing_is_said_about_a_message_that_was_taken_back() -> None:
    store = new_store()
    record = handed(store)
    with store.begin() as tx:
        message_deleted(tx, record.turn.mention_id, brand_id="skylark", at=NOW)
        (said,) = tx.detail(record.conversation_id).replies
    assert said.state is ReplyState.WITHDRAWN


def test_holding_words_are_not_read_twice_within_the_hour() -> None:
    store = new_store()
    two = ("Our team is back on {opens} and will read this then.", "Our team will read this on {opens}.")
    voice = VOICE.model_copy(update={"holding_closed": two})
    policy = BASE.automation.model_copy(update={"same_words_minutes": 60})
    pack = PACK.model_copy(update={"brand": PACK.brand.model_copy(update={"voice": voice}), "automation": policy})
    told = []
    for name in ("ann", "bob", "cyd"):
        turn = make_turn(make_mention(name, handle=name), Decision.HANDOFF, queue="baggage")
        route = turn.route.model_copy(update={"reasons": (Reason.ASKS_HUMAN,)})
        turn = turn.model_copy(
            update={"route": route, "understanding": make_understanding(sensitivity=(Sensitivity.HUMAN_REQUEST,))}
        )
        with store.begin() as tx:
            tx.take_in(turn.mention, at=NOW)
            record = act(tx, turn, pack=pack, at=NOW)
        told += [handoff.expectation for handoff in written(store, record)]
    assert [bool(each) for each in told] == [True, True, False]
    assert told[0] != told[1]
