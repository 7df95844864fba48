"""A chart can only raise scrutiny, its owner and minutes count, and silence is safe with it."""

from datetime import timedelta
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from assistant.charts.compiled import Triage, triage
from assistant.domain.automation import AutomationState
from assistant.domain.brand import QueuePolicy
from assistant.domain.certificate import Permits
from assistant.domain.understanding import FiredSensitivity, Situation
from assistant.domain.vocabulary import SCRUTINY, Decision, Reason, Sensitivity, Stance
from assistant.pipeline import route as stage
from assistant.pipeline.route import Facts
from tests import pipeline_builders as build
from tests.chart_builders import shipped, small
from tests.pipeline.test_route import all_facts, states

route = partial(stage.route, permits=Permits(rehearsal=True), versions={})
ON = AutomationState()
CHARTS = [
    small(),
    small(("decision: AUTO_REPLY", "decision: REVIEW")),
    small(("to: answer}", "to: person}"), ("label: anything else", "label: all")),
    small(("stance: [troll, spam]", "stance: [question, praise]")),
    shipped("larkspur"),
    shipped("asce"),
    shipped("air_force"),
]
some_charts = st.lists(st.sampled_from(CHARTS), max_size=3).map(triage)


def facts(**meaning: object) -> Facts:
    return Facts(
        mention=build.mention(),
        understanding=build.understanding(**meaning),
        answerable=0.8,
        draft=build.draft(),
    )


def decide(given_facts: Facts, charts: Triage, **policy: object) -> object:
    return route(given_facts, pack=build.pack(**policy), automation=ON, now=build.NOW, triage=charts)  # type: ignore[arg-type]


@given(given_facts=all_facts, state=states, charts=some_charts, more=st.sampled_from(CHARTS))
def test_adding_a_chart_never_lowers_the_scrutiny(
    given_facts: Facts, state: AutomationState, charts: Triage, more: object
) -> None:
    pack = build.pack()
    added = Triage(charts=(*charts.charts, *triage([more]).charts))  # type: ignore[list-item]
    before = route(given_facts, pack=pack, automation=state, now=build.NOW, triage=charts)
    after = route(given_facts, pack=pack, automation=state, now=build.NOW, triage=added)
    if after.decision is Decision.NO_REPLY:
        assert before.decision in {Decision.AUTO_REPLY, Decision.NO_REPLY}
        assert not given_facts.understanding.sensitivity
    elif before.decision is not Decision.NO_REPLY:
        assert SCRUTINY[after.decision] >= SCRUTINY[before.decision]
    if before.due_at and after.due_at and before.queue == after.queue:
        assert after.due_at <= before.due_at


@given(given_facts=all_facts, state=states, charts=some_charts)
def test_a_chart_that_decides_is_named_and_its_way_shown(
    given_facts: Facts, state: AutomationState, charts: Triage
) -> None:
    alone = route(given_facts, pack=build.pack(), automation=state, now=build.NOW)
    chosen = route(given_facts, pack=build.pack(), automation=state, now=build.NOW, triage=charts)
    if chosen.decision is not alone.decision:
        assert Reason.CHART in chosen.reasons
        assert chosen.chart_path
    assert (chosen.decision is Decision.AUTO_REPLY) == (not chosen.reasons)
    assert len(chosen.advice) == len(charts.charts)


def test_a_chart_sends_a_clean_question_to_review_with_its_minutes_and_tags() -> None:
    asks = small(("decision: AUTO_REPLY", "decision: REVIEW\n    tags: [slow_down]"))
    chosen = route(facts(), pack=build.pack(), automation=ON, now=build.NOW, triage=triage([asks]))
    assert (chosen.decision, chosen.reasons) == (Decision.REVIEW, (Reason.CHART,))
    assert chosen.due_at == build.NOW + timedelta(minutes=60)
    assert chosen.chart_path == ("small", "sensitive", "stance", "answer")
    assert chosen.tags == ("slow_down",)


def test_the_earlier_of_queue_and_chart_counts() -> None:
    late = small(("sla_minutes: 60", "sla_minutes: 6000"))
    chosen = route(facts(), pack=build.pack(), automation=ON, now=build.NOW, triage=triage([late]))
    assert chosen.due_at == build.NOW + timedelta(minutes=720)


def test_the_owner_of_a_chart_that_wants_a_person_is_the_queue_but_a_sensitivity_s_queue_goes_first() -> None:
    pack = build.pack()
    minutes = pack.queues.queues[0].due_minutes
    queues = tuple(QueuePolicy(name=name, due_minutes=minutes) for name in ("care", "crew", "doctors"))
    rules = pack.queues.model_copy(update={"queues": queues, "by_sensitivity": {Sensitivity.MEDICAL: "doctors"}})
    pack = pack.model_copy(update={"queues": rules})
    chart = triage(
        [
            small(
                ("teams: {care: Customer care}", "teams: {care: Care, crew: Crew}"),
                ("owner: care\n    sla_minutes: 10", "owner: crew\n    sla_minutes: 10"),
            )
        ]
    )
    asked = facts(sensitivity=(FiredSensitivity(category=Sensitivity.HUMAN_REQUEST, score=0.9),))
    ill = facts(sensitivity=(FiredSensitivity(category=Sensitivity.MEDICAL, score=0.9),))
    queues_of = [route(each, pack=pack, automation=ON, now=build.NOW, triage=chart).queue for each in (asked, ill)]
    assert queues_of == ["crew", "doctors"]
    calm = route(facts(), pack=pack, automation=ON, now=build.NOW, triage=chart)
    assert calm.queue == "care"


def test_a_chart_s_silence_replaces_an_automatic_reply_only() -> None:
    quiet = triage([small(("stance: [troll, spam]", "stance: [question]"))])
    silenced = route(facts(), pack=build.pack(), automation=ON, now=build.NOW, triage=quiet)
    assert (silenced.decision, silenced.reasons, silenced.due_at) == (Decision.NO_REPLY, (Reason.CHART,), None)
    unsure = route(facts(intent_confidence=0.2), pack=build.pack(), automation=ON, now=build.NOW, triage=quiet)
    assert unsure.decision is Decision.REVIEW


def test_no_chart_silences_what_may_be_a_call_for_help() -> None:
    quiet = triage([small(("stance: [troll, spam]", "stance: [question]"))])
    maybe = facts(sensitivity=(FiredSensitivity(category=Sensitivity.SELF_HARM, score=0.8, certain=False),))
    chosen = route(maybe, pack=build.pack(), automation=ON, now=build.NOW, triage=quiet)
    assert chosen.decision is Decision.REVIEW
    assert Reason.MAYBE_SENSITIVE in chosen.reasons


def test_a_chart_that_wants_a_person_breaks_a_silence() -> None:
    chart = triage([small(("stance: [troll, spam]", "stance: spam"), ("decision: AUTO_REPLY", "decision: REVIEW"))])
    troll = facts(stance=Stance.TROLL, respond=False, intent_confidence=0.1, in_scope=False)
    troll = troll._replace(draft=None, mention=build.mention("lol"))
    alone = route(troll, pack=build.pack(), automation=ON, now=build.NOW)
    chosen = route(troll, pack=build.pack(), automation=ON, now=build.NOW, triage=chart)
    assert alone.decision is Decision.NO_REPLY
    assert chosen.decision is Decision.HANDOFF
    assert Reason.CHART in chosen.reasons
    assert Reason.TROLL not in chosen.reasons


def test_an_open_incident_reaches_the_chart() -> None:
    chart = triage([shipped("larkspur")])
    pack = build.pack()
    calm = route(facts(), pack=pack, automation=ON, now=build.NOW, triage=chart)
    during = facts(situation=Situation(topic="baggage", incidents=("belt-down",)))
    chosen = route(during, pack=pack, automation=ON, now=build.NOW, triage=chart)
    assert calm.decision is Decision.AUTO_REPLY
    assert (chosen.decision, chosen.advice[0].outcome) == (Decision.REVIEW, "incident_wording")
