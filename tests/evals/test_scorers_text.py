"""promptfoo's assertion types mean here what they mean there."""

import pytest

from assistant.evals.case import Assertion
from assistant.evals.scorers import problem_with
from tests.eval_builders import draft, judged, turn

SAYS = turn(draft("Refunds take 5 days. Call us."))


@pytest.mark.parametrize(
    ("kind", "value", "holds"),
    [
        ("contains", "Refunds take", True),
        ("contains", "refunds take", False),
        ("contains", 5, True),
        ("icontains", "REFUNDS", True),
        ("contains-any", ["no", "Call us"], True),
        ("contains-any", 'never, "Call us"', True),
        ("contains-all", ["Refunds", "Call"], True),
        ("contains-all", "Refunds, phone", False),
        ("icontains-all", ["refunds", "call"], True),
        ("icontains-any", ["CALL", "x"], True),
        ("regex", r"\b\d+ days", True),
        ("regex", r"^Call", False),
        ("regex", r"(?<n>\d) days", True),
        ("starts-with", "Refunds", True),
        ("starts-with", "refunds", False),
        ("equals", "Refunds take 5 days. Call us. – AI assistant", True),
        ("equals", {"a": 1}, False),
        ("is-json", None, False),
    ],
)
def test_text_types(kind: str, value: object, holds: bool) -> None:
    assert judged(kind, SAYS, value).passed is holds
    assert judged(f"not-{kind}", SAYS, value).passed is not holds


def test_json_outputs() -> None:
    assert judged("is-json", turn(draft('{"a": [1]}').model_copy(update={"text": '{"a": [1]}'}))).passed
    assert judged("equals", turn(draft("x").model_copy(update={"text": '{"a": [1]}'})), {"a": [1]}).passed


def test_an_absent_draft_is_an_empty_text() -> None:
    nothing = turn(None)
    assert judged("contains", nothing, "x").passed is False
    assert judged("not-contains", nothing, "x").passed is True
    assert "there is none" in judged("contains", nothing, "x").reason


def test_latency_counts_all_stages_inclusively() -> None:
    assert judged("latency", SAYS, threshold=5.0).passed
    assert judged("latency", SAYS, threshold=4.9).passed is False
    assert judged("not-latency", SAYS, threshold=4.9).passed
    assert judged("latency", SAYS.model_copy(update={"ms": {}}), threshold=5.0).passed is None


def test_local_answers_cost_nothing() -> None:
    assert judged("cost", SAYS, threshold=0.0).passed
    assert judged("cost", turn(tokens={"in": 5}), threshold=1.0).passed is None


def test_a_slow_pattern_is_unscored_and_ends_nothing() -> None:
    given = judged("regex", turn(draft("a" * 200 + "b")), r"(a|a)*(a|a)*c")
    assert given.passed in {None, False}


@pytest.mark.parametrize(
    ("assertion", "words"),
    [
        ({"type": "contain", "value": "x"}, "no assertion type"),
        ({"type": "contains"}, "a text or a number"),
        ({"type": "contains-any", "value": []}, "a list is needed"),
        ({"type": "regex", "value": "("}, "not a pattern"),
        ({"type": "regex"}, "a pattern is needed"),
        ({"type": "regex", "value": "(?i)refund"}, "inline flags"),
        ({"type": "latency"}, "threshold"),
        ({"type": "is-json", "value": {"type": "object"}}, "schema"),
        ({"type": "equals"}, "a value is needed"),
        ({"type": "starts-with", "value": ""}, "a text is needed"),
        ({"type": "care:route", "value": "AUTO"}, "is not a decision"),
        ({"type": "care:route"}, "a decision or a list"),
        ({"type": "care:escalates", "value": ["legal"]}, "not a sensitivity category"),
        ({"type": "care:injection-flag", "value": "yes"}, "true or false"),
        ({"type": "care:thread-dup-limit"}, "a number"),
        ({"type": "care:not-contains-any", "value": "glad"}, "a list of words"),
        ({"type": "care:cites", "value": 3}, "an article id"),
        ({"type": "care:voice", "value": "warm"}, "takes none"),
    ],
)
def test_impossible_assertions_are_named(assertion: dict[str, object], words: str) -> None:
    assert words in (problem_with(Assertion.model_validate(assertion)) or "")
