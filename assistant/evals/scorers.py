"""Every scorer by the name of its assertion type, and the one place that runs them."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision, Sensitivity
from assistant.evals.case import Assertion
from assistant.evals.score import Context, Score, Scorer, as_texts, unscored
from assistant.evals.scorers_care import CARE_SCORERS
from assistant.evals.scorers_gate import GATE_SCORERS, GUARDRAILS
from assistant.evals.scorers_text import TEXT_SCORERS, problem_with_text

SCORERS: Mapping[str, Scorer] = {**TEXT_SCORERS, **CARE_SCORERS, **GATE_SCORERS}

NEEDS_GATE = frozenset(GATE_SCORERS) | {"care:empathy-first"}
"""Types that look at claims or findings, so that a stored text must pass the gate first."""


def score(turn: Turn, assertions: Sequence[Assertion], context: Context) -> tuple[Score, ...]:
    """One score per assertion, in order. A scorer that raises gives an unscored score with what it raised."""
    return tuple(_score(turn, assertion, context) for assertion in assertions)


def _score(turn: Turn, assertion: Assertion, context: Context) -> Score:
    try:
        return SCORERS[assertion.type](turn, assertion, context)
    except Exception as error:  # one broken scorer must not end a run of a thousand cases
        return unscored(f"the scorer failed: {type(error).__name__}: {error}")


def problem_with(assertion: Assertion) -> str | None:
    """What makes an assertion impossible to score; None where nothing does."""
    kind, value = assertion.type, assertion.value
    if kind in TEXT_SCORERS:
        return problem_with_text(assertion)
    if kind not in SCORERS:
        return f"type: no assertion type {kind!r}; there are {', '.join(sorted(SCORERS))}"
    if kind == "care:route":
        return _outside(value, [decision.value for decision in Decision], "a decision")
    if kind == "care:escalates":
        return _outside(value, [category.value for category in Sensitivity], "a sensitivity category")
    if kind == "care:judge":
        return None if isinstance(value, str) and value else "value: the name of a judge is needed"
    if kind == "care:injection-flag":
        return None if value in (None, True, False) else "value: true or false is needed"
    if kind == "care:thread-dup-limit":
        return None if isinstance(value, int) and value >= 0 else "value: a number of replies is needed"
    if kind == "care:not-contains-any":
        return (
            None if isinstance(value, list) and value and all(as_texts(value)) else "value: a list of words is needed"
        )
    return _problem_with_source(kind, value)


def _problem_with_source(kind: str, value: JsonValue) -> str | None:
    takes_article = kind in GATE_SCORERS and kind not in GUARDRAILS
    if value is None or (takes_article and _is_texts(value)):
        return None
    return "value: an article id or nothing is needed" if takes_article else "value: takes none"


def _is_texts(value: JsonValue) -> bool:
    items = value if isinstance(value, list) else [value]
    return bool(items) and all(isinstance(item, str) and item for item in items)


def _outside(value: JsonValue, known: Sequence[str], what: str) -> str | None:
    if not _is_texts(value):
        return f"value: {what} or a list of them is needed"
    unknown = [item for item in as_texts(value) if item not in known]
    return f"value: {', '.join(unknown)} is not {what}; there are {', '.join(known)}" if unknown else None
