"""promptfoo's own assertion types, with promptfoo's meaning, on the text of the draft.

A draft that isn't there is an empty text, as an empty output is to promptfoo: it contains nothing. `not-` before a type
turns its verdict round.
"""

import csv
import json
from collections.abc import Callable, Mapping

import regex
from pydantic import JsonValue

from assistant.domain.turn import Turn
from assistant.evals.case import Assertion
from assistant.evals.score import Context, Score, Scorer, failed, passed, unscored

REGEX_TIMEOUT_S = 0.5
"""Longer and the pattern, not the reply, is the problem."""

_FLAGS = regex.compile(r"\(\?[a-zA-Z]+[):-]")

TextCheck = Callable[[str, JsonValue], tuple[bool, str]]
"""The verdict, and what was wanted in words."""


def text_of(turn: Turn) -> str:
    """The draft's text, disclosure included; empty where nothing was drafted."""
    return turn.draft.text if turn.draft else ""


def listed(value: JsonValue) -> list[str]:
    """A list as it is; a text cut at commas, quotes respected, as promptfoo does."""
    if isinstance(value, list):
        return [str(item) for item in value]
    (row,) = csv.reader([str(value)], skipinitialspace=True)
    return [item.strip() for item in row]


def _contains(text: str, value: JsonValue) -> tuple[bool, str]:
    return str(value) in text, f"contain {value!r}"


def _icontains(text: str, value: JsonValue) -> tuple[bool, str]:
    return str(value).lower() in text.lower(), f"contain {value!r} in any case"


def _contains_any(text: str, value: JsonValue) -> tuple[bool, str]:
    return any(item in text for item in listed(value)), f"contain one of {listed(value)}"


def _icontains_any(text: str, value: JsonValue) -> tuple[bool, str]:
    return any(item.lower() in text.lower() for item in listed(value)), f"contain one of {listed(value)} in any case"


def _contains_all(text: str, value: JsonValue) -> tuple[bool, str]:
    missing = [item for item in listed(value) if item not in text]
    return not missing, f"contain all of {listed(value)}, missing {missing}"


def _icontains_all(text: str, value: JsonValue) -> tuple[bool, str]:
    missing = [item for item in listed(value) if item.lower() not in text.lower()]
    return not missing, f"contain all of {listed(value)} in any case, missing {missing}"


def _regex(text: str, value: JsonValue) -> tuple[bool, str]:
    return regex.search(str(value), text, timeout=REGEX_TIMEOUT_S) is not None, f"match {value!r}"


def _starts_with(text: str, value: JsonValue) -> tuple[bool, str]:
    return text.startswith(str(value)), f"start with {value!r}"


def _equals(text: str, value: JsonValue) -> tuple[bool, str]:
    if isinstance(value, (dict, list)):
        return _parsed(text) == (True, value), f"equal {json.dumps(value, ensure_ascii=False)}"
    return text == str(value), f"equal {value!r}"


def _is_json(text: str, value: JsonValue) -> tuple[bool, str]:
    return _parsed(text)[0], "be JSON"


def _parsed(text: str) -> tuple[bool, JsonValue]:
    try:
        return True, json.loads(text)
    except ValueError:
        return False, None


def _latency(turn: Turn, assertion: Assertion, inverse: bool) -> Score:
    """Milliseconds over all stages; `threshold` is inclusive."""
    if not turn.ms:
        return unscored("the turn carries no times")
    return _within(sum(turn.ms.values()), assertion, inverse, unit="ms")


def _cost(turn: Turn, assertion: Assertion, inverse: bool) -> Score:
    """Nothing is paid for a local drafter; a model's tokens have no price here."""
    if any(turn.tokens.values()):
        return unscored("the price of the model's tokens is not known")
    return _within(0.0, assertion, inverse, unit="USD")


def _within(measured: float, assertion: Assertion, inverse: bool, *, unit: str) -> Score:
    if assertion.threshold is None:
        return unscored("there is no threshold to compare with")
    holds = (measured <= assertion.threshold) is not inverse
    reason = f"{measured:.6g} {unit}, threshold {assertion.threshold:g} {unit}"
    return passed(reason) if holds else failed(reason)


_CHECKS: Mapping[str, TextCheck] = {
    "contains": _contains,
    "icontains": _icontains,
    "contains-any": _contains_any,
    "icontains-any": _icontains_any,
    "contains-all": _contains_all,
    "icontains-all": _icontains_all,
    "regex": _regex,
    "equals": _equals,
    "starts-with": _starts_with,
    "is-json": _is_json,
}
_MEASURES: Mapping[str, Callable[[Turn, Assertion, bool], Score]] = {"latency": _latency, "cost": _cost}


def _of_text(check: TextCheck, inverse: bool) -> Scorer:
    def scorer(turn: Turn, assertion: Assertion, context: Context) -> Score:
        holds, wanted = check(text_of(turn), assertion.value)
        about = "the draft" if turn.draft else "the draft (there is none)"
        if holds is not inverse:
            return passed(f"{about} does{' not' if inverse else ''} {wanted}")
        return failed(f"{about} should{' not' if inverse else ''} {wanted}")

    return scorer


def _of_measure(measure: Callable[[Turn, Assertion, bool], Score], inverse: bool) -> Scorer:
    def scorer(turn: Turn, assertion: Assertion, context: Context) -> Score:
        return measure(turn, assertion, inverse)

    return scorer


TEXT_SCORERS: Mapping[str, Scorer] = {
    **{prefix + name: _of_text(check, bool(prefix)) for name, check in _CHECKS.items() for prefix in ("", "not-")},
    **{prefix + name: _of_measure(check, bool(prefix)) for name, check in _MEASURES.items() for prefix in ("", "not-")},
}


def problem_with_text(assertion: Assertion) -> str | None:
    """What is wrong with an assertion of one of these types, as promptfoo would complain when running it."""
    base, value = assertion.type.removeprefix("not-"), assertion.value
    if base in _MEASURES:
        return None if assertion.threshold is not None else "a threshold is needed"
    if base == "is-json":
        return None if value is None else "no schema can be checked here; leave the value out"
    if base == "equals":
        return None if value is not None else "a value is needed"
    if base in {"contains", "icontains"}:
        return None if _is_word(value) else "value: a text or a number is needed"
    if base == "regex":
        return _problem_with_pattern(value)
    if base == "starts-with":
        return None if value not in (None, "") else "value: a text is needed"
    return None if value and (isinstance(value, (str, list))) else "value: a list is needed"


def _is_word(value: JsonValue) -> bool:
    return isinstance(value, (str, int, float)) and value != "" and not isinstance(value, bool)


def _problem_with_pattern(value: JsonValue) -> str | None:
    if not isinstance(value, str) or not value:
        return "value: a pattern is needed"
    if _FLAGS.search(value):
        return "value: promptfoo's patterns take no inline flags such as (?i); write [Aa]"
    try:
        regex.compile(value)
    except regex.error as error:
        return f"value: not a pattern: {error}"
    return None
