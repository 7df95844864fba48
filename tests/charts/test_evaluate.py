"""Charts over every mention there can be: they always end, never in silence where it is forbidden, never milder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.charts.chart import NO_REPLY
from assistant.charts.evaluate import ChartOutcome, evaluate, raise_scrutiny
from assistant.charts.facts import Contact, Facts, facts_of, facts_of_turn
from assistant.domain.mention import ThreadMessage
from assistant.domain.routing import Route
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import SCRUTINY, Decision, Sensitivity, Sentiment, Stance, Urgency, Visibility
from assistant.errors import PackInvalid
from tests.chart_builders import CHARTS, a_mention, an_understanding, shipped, small, some_facts, the_pack

_INTENTS = {intent.id: intent.topic for intent in the_pack().intents}


@st.composite
def _facts(draw: st.DrawFn) -> Facts:
    intent = draw(st.none() | st.sampled_from(sorted(_INTENTS)))
    fired = draw(st.frozensets(st.sampled_from(Sensitivity), max_size=2) | st.just(frozenset()))
    return Facts(
        sentiment=draw(st.sampled_from(Sentiment)),
        stance=draw(st.sampled_from(Stance)),
        urgency=draw(st.sampled_from(Urgency)),
        sensitivity=fired,
        intent=intent,
        topic=_INTENTS[intent] if intent else None,
        in_scope=draw(st.booleans()),
        respond=draw(st.booleans()) or bool(fired),
        language=draw(st.sampled_from(["en", "de", "und", "fi"])),
        channel=draw(st.sampled_from(["x", "email", "carrier_pigeon"])),
        visibility=draw(st.sampled_from(Visibility)),
        reach=draw(st.sampled_from(["unknown", "low", "medium", "high"])),
        followers=draw(st.none() | st.integers(0, 10**9)),
        incidents=draw(st.frozensets(st.text(min_size=1), max_size=2)),
        known_customer=draw(st.booleans()),
        earlier_contact=draw(st.sampled_from(Contact)),
        injection=draw(st.booleans()),
    )


@pytest.mark.parametrize("name", [path.stem for path in CHARTS])
@given(facts=_facts(), decided=st.sampled_from(Decision))
def test_scrutiny_never_falls(name: str, facts: Facts, decided: Decision) -> None:
    outcome = evaluate(shipped(name), facts)

    final = raise_scrutiny(decided, outcome)

    if facts.sensitivity:
        assert Decision.NO_REPLY not in {outcome.decision, final}
        assert outcome.outcome != NO_REPLY
    assert (outcome.outcome == NO_REPLY) is (outcome.decision is Decision.NO_REPLY)
    assert shipped(name).leaf(outcome.path[-1]) is not None
    assert outcome.owner in shipped(name).teams
    assert raise_scrutiny(final, outcome) is final
    _is_no_milder(decided, outcome, final)


def _is_no_milder(decided: Decision, outcome: ChartOutcome, final: Decision) -> None:
    if final is Decision.NO_REPLY:
        assert decided in {Decision.NO_REPLY, Decision.AUTO_REPLY}
        assert Decision.NO_REPLY in {decided, outcome.decision}
    elif decided is Decision.NO_REPLY:
        assert final is not Decision.AUTO_REPLY
    else:
        assert SCRUTINY[final] >= SCRUTINY[decided]


_AUTO, _REVIEW, _HANDOFF, _SILENT = Decision.AUTO_REPLY, Decision.REVIEW, Decision.HANDOFF, Decision.NO_REPLY


@pytest.mark.parametrize(
    ("decided", "wanted", "sensitive", "final"),
    [
        (_AUTO, _AUTO, False, _AUTO),
        (_AUTO, _REVIEW, False, _REVIEW),
        (_REVIEW, _AUTO, False, _REVIEW),
        (_HANDOFF, _REVIEW, False, _HANDOFF),
        (_AUTO, _SILENT, False, _SILENT),
        (_REVIEW, _SILENT, False, _REVIEW),
        (_HANDOFF, _SILENT, False, _HANDOFF),
        (_SILENT, _AUTO, False, _SILENT),
        (_SILENT, _REVIEW, False, _REVIEW),
        (_SILENT, _HANDOFF, False, _HANDOFF),
        (_SILENT, _SILENT, False, _SILENT),
        (_SILENT, _SILENT, True, _HANDOFF),
        (_SILENT, _AUTO, True, _HANDOFF),
        (_AUTO, _SILENT, True, _HANDOFF),
        (_AUTO, _REVIEW, True, _REVIEW),
    ],
)
def test_the_stricter_wins(decided: Decision, wanted: Decision, sensitive: bool, final: Decision) -> None:
    outcome = evaluate(small(), some_facts()).model_copy(update={"decision": wanted, "sensitive": sensitive})
    assert raise_scrutiny(decided, outcome) is final


def test_an_unsound_chart_gets_no_silence_either() -> None:
    chart = small(("when: {sensitivity: any}", "when: {urgency: high}"))

    outcome = evaluate(chart, some_facts(stance="troll", sensitivity="self_harm"))

    assert (outcome.decision, outcome.outcome) == (Decision.HANDOFF, "hand_to_person")
    assert outcome.path == ("small", "sensitive", "stance", "silence")
    assert outcome.reasons[-1] == "No silence where this fired: self_harm."


def test_a_leaf_without_owner_falls_to_the_chart() -> None:
    chart = small(("    why: It is bait.\n    owner: care\n", "    why: It is bait.\n"))
    assert evaluate(chart, some_facts(stance="troll")).owner == "care"


def test_a_gap_is_named_with_what_fell_into_it() -> None:
    chart = small(("    otherwise: {label: anything else, to: answer}\n", ""))
    with pytest.raises(PackInvalid, match=r"small.yaml:15: nodes.stance: no branch fits stance question"):
        evaluate(chart, some_facts())


def test_reasons_tell_the_way() -> None:
    outcome = evaluate(small(), some_facts(stance="spam"))
    assert outcome.reasons == (
        "Is it sensitive? No (sensitivity none).",
        "What does it bring? Bait (stance spam).",
        "It is bait.",
    )
    assert outcome.trace[1].seen == {"stance": "spam"}


def test_priority_decides_between_branches_that_both_fit() -> None:
    facts = some_facts(sensitivity=("bot_question", "minors"))
    assert evaluate(shipped("larkspur"), facts).path[-1] == "protect_people"


def test_facts_of_a_mention() -> None:
    thread = (ThreadMessage(role="brand", text="Hi"), ThreadMessage(role="assistant", text="Hi"))
    mention = a_mention({"channel": "email", "visibility": "private", "followers": 7}).model_copy(
        update={"thread": thread}
    )
    understanding = an_understanding({"intent": "pets", "respond": False, "sensitivity": ("minors",)})

    facts = facts_of(mention, understanding, the_pack(), known_customer=True)

    assert (facts.intent, facts.topic) == ("pets", "special")
    assert (facts.channel, facts.visibility, facts.followers) == ("email", Visibility.PRIVATE, 7)
    assert facts.earlier_contact is Contact.PERSON
    assert facts.known_customer
    assert facts.respond, "whatever fired a sensitivity wants an answer"


def test_facts_of_a_turn_that_was_never_understood() -> None:
    route = Route(decision=Decision.HANDOFF, reasons=(), queue="care", due_at=None, slice="larkspur/x/none")
    turn = Turn(mention_id="m1", mention=a_mention({}), understanding=None, route=route)
    assert facts_of_turn(turn, the_pack()) is None
    understood = turn.model_copy(update={"understanding": an_understanding({"stance": "praise"})})
    assert facts_of_turn(understood, the_pack()) == some_facts(stance="praise")
