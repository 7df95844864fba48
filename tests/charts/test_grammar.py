"""What conditions mean, and what is said of one that means nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.charts.facts import Facts
from assistant.charts.grammar import FACTS, Condition, Place, holds, in_words, read_condition
from tests.chart_builders import some_facts


def _read(data: object) -> Condition:
    mistakes: list[str] = []
    condition = read_condition(data, (), lambda place, said: mistakes.append(said))
    assert condition is not None, mistakes
    return condition


def _mistakes(data: object) -> list[tuple[Place, str]]:
    found: list[tuple[Place, str]] = []
    assert read_condition(data, (), lambda place, said: found.append((place, said))) is None
    return found


_ONE_FACT: list[tuple[object, dict[str, object], bool]] = [
    ({"stance": "troll"}, {"stance": "troll"}, True),
    ({"stance": "troll"}, {}, False),
    ({"stance": ["troll", "question"]}, {}, True),
    ({"sentiment": {"at_least": "neutral"}}, {"sentiment": "neutral"}, True),
    ({"sentiment": {"more_than": "neutral"}}, {"sentiment": "neutral"}, False),
    ({"sentiment": {"less_than": "neutral"}}, {"sentiment": "negative"}, True),
    ({"urgency": {"at_most": "medium"}}, {"urgency": "high"}, False),
    ({"reach": {"at_least": "low"}}, {"reach": "unknown"}, False),
    ({"followers": {"at_least": 100}}, {"followers": 100}, True),
    ({"followers": {"at_least": 100, "less_than": 200}}, {"followers": 200}, False),
    ({"followers": {"at_most": 100}}, {}, False),
    ({"not": {"followers": {"at_most": 100}}}, {}, True),
    ({"followers": "none"}, {}, True),
    ({"followers": "any"}, {"followers": 0}, True),
    ({"sensitivity": "any"}, {"sensitivity": "minors"}, True),
    ({"sensitivity": "none"}, {"sensitivity": "minors"}, False),
    ({"sensitivity": ["minors", "medical"]}, {"sensitivity": ("legal_threat", "medical")}, True),
    ({"sensitivity": "minors"}, {"sensitivity": "medical"}, False),
    ({"incidents": "fog"}, {"incidents": ("strike", "fog")}, True),
    ({"incidents": "none"}, {}, True),
    ({"intent": "pets"}, {"intent": "pets"}, True),
    ({"intent": "none"}, {"intent": None}, True),
    ({"topic": "special"}, {"intent": "pets"}, True),
    ({"topic": "none"}, {"intent": "unheard_of"}, True),
    ({"in_scope": "no"}, {"in_scope": False}, True),
    ({"respond": "yes"}, {"respond": False}, False),
    ({"respond": "yes"}, {"respond": False, "sensitivity": "minors"}, True),
    ({"language": "de"}, {"language": "de"}, True),
    ({"channel": ["email", "chat"]}, {"channel": "chat"}, True),
    ({"visibility": "private"}, {"visibility": "private"}, True),
    ({"known_customer": "true"}, {"known_customer": True}, True),
    ({"earlier_contact": "person"}, {"earlier_contact": "person"}, True),
    ({"earlier_contact": ["customer", "assistant"]}, {"earlier_contact": "person"}, False),
    ({"injection": "yes"}, {"injection": True}, True),
]


@pytest.mark.parametrize(("data", "given_facts", "expected"), _ONE_FACT, ids=str)
def test_one_fact(data: object, given_facts: dict[str, object], expected: bool) -> None:
    assert holds(_read(data), some_facts(**given_facts).held) is expected


def test_every_fact_of_the_grammar_is_a_field_of_facts_and_back() -> None:
    assert set(FACTS) == set(Facts.model_fields)
    assert {name for data, *_ in _ONE_FACT for name in (data if isinstance(data, dict) else ())} >= set(FACTS)


def test_entries_side_by_side_must_all_hold() -> None:
    condition = _read({"stance": "complaint", "urgency": "high"})
    assert holds(condition, some_facts(stance="complaint", urgency="high").held)
    assert not holds(condition, some_facts(stance="complaint").held)


def test_nesting() -> None:
    condition = _read(
        {
            "any": [
                {"all": [{"stance": "complaint"}, {"not": {"urgency": "low"}}]},
                {"not": {"any": [{"in_scope": "yes"}, {"respond": "yes"}]}},
            ]
        }
    )
    assert holds(condition, some_facts(stance="complaint", urgency="medium").held)
    assert not holds(condition, some_facts(stance="complaint").held)
    assert holds(condition, some_facts(in_scope=False, respond=False).held)


@given(stance=st.sampled_from(FACTS["stance"].words), urgency=st.sampled_from(FACTS["urgency"].words))
def test_not_any_is_all_not(stance: str, urgency: str) -> None:
    facts = some_facts(stance=stance, urgency=urgency)
    parts = [{"stance": "troll"}, {"urgency": {"at_least": "medium"}}]
    outside = _read({"not": {"any": parts}})
    inside = _read({"all": [{"not": part} for part in parts]})
    assert holds(outside, facts.held) is holds(inside, facts.held)


@pytest.mark.parametrize(
    ("data", "place", "said"),
    [
        ("troll", (), "a condition is a mapping"),
        ({}, (), "a condition is a mapping"),
        ({"mood": "bad"}, ("mood",), "no such fact; there are sentiment"),
        ({"stance": "trolling"}, ("stance",), "'trolling' is no word for stance; there are question"),
        ({"stance": ["troll", "trolling"]}, ("stance", 1), "'trolling' is no word for stance"),
        ({"stance": []}, ("stance",), "stance is compared with nothing"),
        ({"stance": {"at_least": "troll"}}, ("stance",), "stance is one word and can't be compared as more or less"),
        ({"stance": "any"}, ("stance",), "'any' is no word for stance"),
        ({"intent": ["pets", "none"]}, ("intent", 1), "'none' is no word for intent"),
        ({"respond": "maybe"}, ("respond",), "respond is yes or no, not 'maybe'"),
        ({"followers": 100}, ("followers",), "followers takes any, none or a comparison"),
        ({"followers": {"at_least": "many"}}, ("followers", "at_least"), "'many' is no whole number of 0 or more"),
        ({"followers": {"over": 5}}, ("followers", "over"), "no such comparison; there are at_least"),
        ({"followers": {}}, ("followers",), "followers is compared with nothing"),
        ({"urgency": {"at_least": "huge"}}, ("urgency", "at_least"), "'huge' is no word for urgency"),
        ({"any": {"stance": "troll"}}, ("any",), "`any` takes a list of conditions"),
        ({"all": []}, ("all",), "`all` takes a list of conditions"),
        ({"any": [{"stance": "troll"}, {"not": {"mood": "x"}}]}, ("any", 1, "not", "mood"), "no such fact"),
    ],
    ids=str,
)
def test_a_mistake_is_named_where_it_stands(data: object, place: Place, said: str) -> None:
    ((found_place, found_said),) = _mistakes(data)
    assert found_place == place
    assert found_said.startswith(said)


def test_all_mistakes_are_named_at_once() -> None:
    assert len(_mistakes({"stance": "trolling", "mood": "bad", "any": [{"respond": "maybe"}]})) == 3


def test_conditions_read_aloud() -> None:
    data = {
        "stance": ["troll", "spam"],
        "any": [{"sensitivity": "none"}, {"followers": {"more_than": 5}}],
        "not": {"urgency": {"at_least": "medium"}},
    }
    assert in_words(_read(data)) == (
        "stance is troll or spam and (no sensitivity or followers more than 5) and not urgency at least medium"
    )
