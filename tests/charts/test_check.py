"""`check` finds planted mistakes by file and line, and its proof agrees with trying everything."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.charts.check import check
from assistant.charts.grammar import Condition, holds, read_condition
from assistant.charts.satisfy import Space, Words
from tests.chart_builders import CHARTS, shipped, small, some_facts, the_words

_OVERLAP = (
    "      - {label: bait, when: {stance: [troll, spam]}, to: silence}\n",
    "      - {label: bait, when: {stance: [troll, spam]}, to: silence}\n"
    "      - {label: urgent, when: {urgency: high}, to: answer}\n",
)


@pytest.mark.parametrize("name", [path.stem for path in CHARTS])
def test_shipped_charts_are_sound(name: str) -> None:
    assert check(shipped(name), the_words()) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            [("when: {stance: [troll, spam]}", "when: {sensitivity: minors, stance: [troll, spam]}")],
            [
                "small.yaml:18: nodes.stance: no mention can take the branch to 'silence'",
                "small.yaml:28: leaves.silence: no mention can reach this leaf",
            ],
        ),
        (
            [("to: silence", "to: person")],
            ["small.yaml:28: leaves.silence: no mention can reach this leaf"],
        ),
        (
            [("label: no, to: stance", "label: no, to: answer")],
            [
                "small.yaml:15: nodes.stance: no mention can reach this question",
                "small.yaml:28: leaves.silence: no mention can reach this leaf",
            ],
        ),
        (
            [_OVERLAP],
            [
                "small.yaml:19: nodes.stance.urgent: overlaps 'bait' of line 18 "
                "(sensitivity none, stance troll, urgency high); give both a priority"
            ],
        ),
        (
            [("    why: It is bait.\n    owner: care\n", "    why: It is bait.\n")],
            ["small.yaml:28: leaves.silence: nobody owns this leaf; name one of the chart's teams as owner"],
        ),
        (
            [("    why: It is bait.\n    owner: care\n", "    why: It is bait.\n    owner: nobody\n")],
            ["small.yaml:28: leaves.silence: team 'nobody' is not among the chart's teams: care"],
        ),
        (
            [("outcome: NO_REPLY", "outcome: watch\n    decision: REVIEW\n    sla_minutes: 5")],
            ["small.yaml:1: leaves: no leaf says when not to respond; add one with outcome NO_REPLY"],
        ),
        (
            [("    otherwise: {label: anything else, to: answer}\n", ""), _OVERLAP],
            [
                "small.yaml:15: nodes.stance: no branch for sensitivity none, stance question, urgency low; "
                "add `otherwise`",
                "small.yaml:19: nodes.stance.urgent: overlaps 'bait' of line 18 "
                "(sensitivity none, stance troll, urgency high); give both a priority",
            ],
        ),
        (
            [("when: {sensitivity: any}", "when: {sensitivity: minors}")],
            [
                "small.yaml:28: leaves.silence: silence where a sensitivity fired "
                "(sensitivity protest_sarcasm, stance troll); ask for sensitivity first"
            ],
        ),
        (
            [("    sla_minutes: 10\n", "")],
            ["small.yaml:21: leaves.person: an answer is due but sla_minutes says not when"],
        ),
        (
            [("when: {stance: [troll, spam]}", "when: {stance: [troll, spam], topic: bags}")],
            [
                "small.yaml:18: nodes.stance: no mention can take the branch to 'silence'",
                "small.yaml:18: when.topic: the pack has no topic 'bags'",
                "small.yaml:28: leaves.silence: no mention can reach this leaf",
            ],
        ),
        (
            [("when: {stance: [troll, spam]}", "when: {stance: [troll, spam], not: {intent: petz}}")],
            ["small.yaml:18: when.intent: the pack has no intent 'petz'"],
        ),
        (
            [("when: {stance: [troll, spam]}", "when: {stance: [troll, spam], intent: pets, topic: baggage}")],
            [
                "small.yaml:18: nodes.stance: no mention can take the branch to 'silence'",
                "small.yaml:28: leaves.silence: no mention can reach this leaf",
            ],
        ),
        (
            [("teams: {care: Customer care}", "teams: {care: Customer care}\nchecks: {tone: Kind.}")],
            [
                "small.yaml:22: leaves.person: a reply leaf carries every check of the chart; missing: tone",
                "small.yaml:34: leaves.answer: a reply leaf carries every check of the chart; missing: tone",
            ],
        ),
        (
            [("    sla_minutes: 10\n", "    sla_minutes: 10\n    checks: [tune]\n    rule: calm\n")],
            [
                "small.yaml:21: leaves.person: no check 'tune' in the chart",
                "small.yaml:21: leaves.person: no posting rule 'calm' in the chart",
            ],
        ),
        (
            [
                ("teams: {care: Customer care}", "teams: {care: Customer care}\nfields: {note: What to know.}"),
                ("    next_step: Call.\n", "    next_step: Call.\n    fields: {note: 'On {chanel}', noted: x}\n"),
                ("    next_step: Watch.\n", "    next_step: Watch.\n    fields: {note: '{channel}'}\n"),
            ],
            [
                "small.yaml:22: leaves.person: field 'note' asks for {chanel}, which is no fact",
                "small.yaml:22: leaves.person: no field 'noted' in the chart",
                "small.yaml:36: leaves.answer: fields not filled in: note",
            ],
        ),
        (
            [("owner: care\nreviewed", "owner: boss\nreviewed")],
            ["small.yaml:1: owner: 'boss' is not among the chart's teams"],
        ),
    ],
)
def test_a_planted_mistake_is_found(changes: list[tuple[str, str]], expected: list[str]) -> None:
    assert [str(problem) for problem in check(small(*changes), the_words())] == expected


def test_an_overlap_with_priorities_is_no_mistake() -> None:
    old, new = _OVERLAP
    ranked = new.replace("label: bait,", "label: bait, priority: 2,").replace("urgent,", "urgent, priority: 1,")
    assert check(small((old, ranked)), the_words()) == ()
    same = new.replace("label: bait,", "label: bait, priority: 1,").replace("urgent,", "urgent, priority: 1,")
    assert len(check(small((old, same)), the_words())) == 1


def test_branches_that_differ_only_in_the_other_value_are_told_apart() -> None:
    """Complete over everything, not over what the chart or the pack happens to name."""
    changes = [
        ("when: {stance: [troll, spam]}", "when: {channel: [x, bluesky]}"),
        ("    otherwise: {label: anything else, to: answer}\n", ""),
    ]
    problem, unreached = check(small(*changes), Words(intents={}, channels=("x", "bluesky"), languages=("en",)))
    assert problem.what.startswith("no branch for sensitivity none, channel (another)")
    assert unreached.field == "leaves.answer"


_WORDS = Words(intents={"pets": "special", "jobs": "contact"}, channels=("x", "email"), languages=("en",))

_STANCES = ("troll", "praise", "question")
_FOLLOWERS = (None, 0, 9, 10, 11)
_INTENTS = ("pets", "jobs", None)
_SENSITIVE = ((), "minors", "medical", ("minors", "medical"))

_tests = st.one_of(
    st.lists(st.sampled_from(_STANCES), min_size=1, max_size=2).map(lambda words: {"stance": words}),
    st.sampled_from(["at_least", "at_most", "more_than", "less_than"]).map(lambda op: {"followers": {op: 10}}),
    st.sampled_from(["any", "none"]).map(lambda word: {"followers": word}),
    st.sampled_from(["pets", "jobs", "none"]).map(lambda word: {"intent": word}),
    st.sampled_from(["special", "contact", "none", "any"]).map(lambda word: {"topic": word}),
    st.sampled_from(["minors", "medical", "any", "none"]).map(lambda word: {"sensitivity": word}),
    st.sampled_from(["yes", "no"]).map(lambda word: {"respond": word}),
)
_conditions = st.recursive(
    _tests,
    lambda inner: st.one_of(
        inner.map(lambda part: {"not": part}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
    ),
    max_leaves=6,
)


def _read(data: object) -> Condition:
    condition = read_condition(data, (), lambda place, said: pytest.fail(f"{place}: {said}"))
    assert condition is not None
    return condition


_EVERYTHING = [
    some_facts(stance=stance, followers=followers, intent=intent, sensitivity=fired, respond=respond)
    for stance, followers, intent, fired, respond in itertools.product(
        (*_STANCES, "spam"), _FOLLOWERS, _INTENTS, (*_SENSITIVE, "bereavement"), (True, False)
    )
]


@settings(deadline=None, max_examples=100)
@given(data=st.lists(_conditions, min_size=1, max_size=3))
def test_satisfiability_agrees_with_trying_everything(data: list[object]) -> None:
    conditions = [_read(item) for item in data]
    tried = any(all(holds(condition, facts.held) for condition in conditions) for facts in _EVERYTHING)
    assert (Space(_WORDS, conditions).example(conditions) is not None) is tried
