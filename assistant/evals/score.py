"""What a scorer is: a plain function of turn, assertion and context that says how well something holds, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from assistant.domain.brand import Pack
from assistant.domain.turn import Turn
from assistant.evals.case import Assertion, Case
from assistant.evals.judge import Opinion


@dataclass(frozen=True)
class Score:
    """`value` in [0, 1] and whether that passes; both None where it can't be told: neither a pass nor a zero."""

    value: float | None
    passed: bool | None
    reason: str


@dataclass(frozen=True)
class Context:
    """What a scorer may know besides the turn.

    `replies` are the texts that went out by themselves in this run's cluster, this turn's own included, without their
    disclosures; `others` are the turns of the other cases of the cluster. `routed` is False for a stored draft that
    nobody decided about. `opinions` are what judges said of this turn, by judge.
    """

    case: Case
    pack: Pack | None = None
    replies: tuple[str, ...] = ()
    others: tuple[Turn, ...] = ()
    routed: bool = True
    opinions: Mapping[str, Opinion] = field(default_factory=dict)


Scorer = Callable[[Turn, Assertion, Context], Score]
"""Never asked to be safe: what it raises becomes an unscored score."""


def passed(reason: str) -> Score:
    """It holds."""
    return Score(1.0, True, reason)


def failed(reason: str) -> Score:
    """It doesn't."""
    return Score(0.0, False, reason)


def unscored(reason: str) -> Score:
    """It can't be told."""
    return Score(None, None, reason)


def share(good: int, total: int, reason: str) -> Score:
    """All must hold; the value says how many do."""
    return Score(good / total if total else 1.0, good == total, reason)


def as_texts(value: JsonValue) -> tuple[str, ...]:
    """A value that may be one or a list, as texts."""
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)
