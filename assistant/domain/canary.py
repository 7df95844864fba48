"""Reviewer canaries: wrong drafts put before reviewers on purpose, to see who reads. Pure."""

import math
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import AliasChoices, Field

from assistant.domain.value import Value
from assistant.domain.vocabulary import Disposition

NEWEST = 60
"""Settled canaries of a queue that its rate is counted on: what reviewers do now, not what they did last year."""
LEAST = 5
"""Fewer settled ones cost nothing: one bad minute is no habit."""
CONFIRM_BELOW = 0.9
"""Catch rate that a queue is asked for; surely less (the upper bound) asks every accept to be confirmed."""
HOLD_BELOW = 0.6
"""Surely less than this, and accepted drafts wait before they leave. Both chosen, not measured."""
HOLD_S = 120.0
"""How long they wait: time to take one back."""
_Z = 1.959963984540054


class Canary(Value):
    """One wrong draft: `planted` says in words what is wrong with it, `wrong` are the false words in it.

    `turn_id` is the turn that was planted; nothing of its conversation may ever be sent. `caught` is None until
    somebody decided, and where another draft had taken its place by then.
    """

    turn_id: str
    brand_id: str
    conversation_id: str
    queue: str
    kind: str
    wrong: str
    planted: str
    planted_at: datetime
    caught: bool | None = None
    by: str = Field("", validation_alias=AliasChoices("by", "agent"))  # kept as `agent` until 2026-11
    settled_at: datetime | None = None

    def settled(
        self, disposition: Disposition, *, holds: bool, turn_id: str, wished: bool, agent: str, at: datetime
    ) -> "Canary":
        """What the reviewer did with it; a text that still `holds` what is false is a miss, however it was edited.

        `turn_id` is the draft they decided on. Where it isn't the planted one that was caught if a person `wished` for
        another, and tells nothing if not.
        """
        own = turn_id == self.turn_id
        accepted = own and disposition is Disposition.ACCEPTED
        sent = accepted or (disposition is not Disposition.IGNORED and holds)
        caught = not sent if own or sent or wished else None
        return self.model_copy(update={"caught": caught, "by": agent, "settled_at": at})


class Friction(StrEnum):
    """What accepting a draft costs in a queue."""

    NONE = "none"
    CONFIRM = "confirm"
    HOLD = "hold"


class CatchRate(Value):
    """How many planted errors a queue's reviewers caught, with Wilson's 95 % interval; `friction` follows from it."""

    queue: str
    caught: int
    n: int
    low: float
    high: float
    friction: Friction


def catch_rate(queue: str, canaries: Sequence[Canary]) -> CatchRate:
    """The rate over the newest settled canaries, given newest first; nothing settled asks for nothing."""
    told = [canary for canary in canaries if canary.caught is not None][:NEWEST]
    caught, n = sum(bool(canary.caught) for canary in told), len(told)
    low, high = _wilson(caught, n)
    return CatchRate(queue=queue, caught=caught, n=n, low=low, high=high, friction=_friction(n, high))


def _friction(n: int, high: float) -> Friction:
    if n < LEAST or high >= CONFIRM_BELOW:
        return Friction.NONE
    return Friction.HOLD if high < HOLD_BELOW else Friction.CONFIRM


def _wilson(good: int, n: int) -> tuple[float, float]:
    if n == 0:
        return 0.0, 1.0
    rate, spread = good / n, _Z * _Z / n
    middle = (rate + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(rate * (1 - rate) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
