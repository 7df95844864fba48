"""Compiled charts say what the slow, telling way says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.charts.compiled import triage
from assistant.charts.evaluate import evaluate
from assistant.charts.facts import Contact
from assistant.domain.vocabulary import Decision, Sensitivity, Sentiment, Stance, Urgency
from assistant.errors import PackInvalid
from tests.chart_builders import CHARTS, shipped, small, some_facts

anything = st.fixed_dictionaries(
    {
        "sentiment": st.sampled_from(Sentiment),
        "stance": st.sampled_from(Stance),
        "urgency": st.sampled_from(Urgency),
        "sensitivity": st.lists(st.sampled_from(Sensitivity), max_size=2).map(tuple),
        "intent": st.sampled_from(["seat_selection", "flight_delay", "jobs", "partnership_press", "staff_complaint"]),
        "in_scope": st.booleans(),
        "respond": st.booleans(),
        "channel": st.sampled_from(["x", "email"]),
        "visibility": st.sampled_from(["public", "private"]),
        "reach": st.sampled_from(["unknown", "low", "medium", "high"]),
        "followers": st.none() | st.integers(0, 10**6),
        "incidents": st.sampled_from([(), ("fog",)]),
        "earlier_contact": st.sampled_from([contact.value for contact in Contact]),
        "injection": st.booleans(),
    }
)
SHIPPED = [path.stem for path in CHARTS]
READY = {name: triage([shipped(name)]) for name in SHIPPED}


@pytest.mark.parametrize("name", SHIPPED)
@given(given=anything)
def test_both_ways_lead_to_the_same_leaf(name: str, given: dict[str, object]) -> None:
    facts = some_facts(**given)
    (advice,) = READY[name].advise(facts)
    told = evaluate(shipped(name), facts)
    assert advice.model_dump(exclude={"why"}) == told.model_dump(include=set(type(advice).model_fields) - {"why"})
    assert advice.why in told.reasons


def test_charts_run_side_by_side_in_the_order_given() -> None:
    both = triage([shipped("asce"), shipped("larkspur")])
    assert [advice.chart for advice in both.advise(some_facts())] == ["asce", "larkspur"]
    assert both.fingerprint != triage([shipped("larkspur"), shipped("asce")]).fingerprint != ""


def test_a_chart_that_leads_nowhere_says_where() -> None:
    gap = small(("    otherwise: {label: anything else, to: answer}\n", ""))
    with pytest.raises(PackInvalid, match=r"small\.yaml:1: nodes\.stance: no branch fits"):
        triage([gap]).advise(some_facts())


def test_silence_is_never_advised_where_something_fired() -> None:
    chart = small(("when: {sensitivity: any}, to: person", "when: {injection: yes}, to: person"))
    facts = some_facts(stance="troll", sensitivity=("medical",))
    (advice,) = triage([chart]).advise(facts)
    assert (advice.decision, advice.sensitive) == (Decision.HANDOFF, True)
