"""The one state of automation: is it on, what is on hold, and how far has each slice climbed?"""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from assistant.domain.value import Value

LEAVE_ALONE = timedelta(hours=6)
"""How long what somebody released isn't held again for a rush or a mood: people have looked, and know better."""


class Hold(Value):
    """Automation paused for one topic, intent, channel or slice (`scope`), by whom, why and since when.

    A name that two of these share holds both.
    """

    scope: str
    reason: str
    by: str
    since: datetime


class Step(StrEnum):
    """How much of a slice's certified traffic is sent by itself; in `SHADOW` it is drafted and people send."""

    SHADOW = "shadow"
    ONE = "1%"
    FIVE = "5%"
    QUARTER = "25%"
    ALL = "100%"

    @property
    def share(self) -> float:
        """In [0, 1]."""
        return {"shadow": 0.0, "1%": 0.01, "5%": 0.05, "25%": 0.25, "100%": 1.0}[self.value]

    @property
    def place(self) -> int:
        """0 for shadow; each step up is one more."""
        return tuple(Step).index(self)


class Ramp(Value):
    """Where one slice stands and since when. `watch_from`: the monitor forgets what lies before it (a roll-back)."""

    slice: str
    step: Step
    since: datetime
    by: str
    why: str = ""
    watch_from: datetime | None = None


class AutomationState(Value):
    """Written by desk/automation, enforced in route and again in the outbox at the moment of sending.

    `quarantined` names articles that changed too recently to be answered from; it is worked out when the state is read.
    A slice without a ramp stands where the pack lets it start.
    """

    kill_switch: bool = False
    holds: tuple[Hold, ...] = ()
    ramps: tuple[Ramp, ...] = ()
    quarantined: frozenset[str] = frozenset()

    def stops(self, *scopes: str | None) -> bool:
        """Whether nothing of this may go out by itself now: the kill switch, or a hold."""
        return self.kill_switch or self.holds_back(*scopes)

    def holds_back(self, *scopes: str | None) -> bool:
        """Whether a hold covers one of these: an intent, its topic, its slice, its channel."""
        return any(hold.scope in scopes for hold in self.holds)

    def ramp(self, slice_: str) -> Ramp | None:
        """The slice's ramp, where anybody set one."""
        return next((ramp for ramp in self.ramps if ramp.slice == slice_), None)

    def step(self, slice_: str, *, start: Step = Step.ALL) -> Step:
        """The step of a slice; `start` is where slices without a ramp stand."""
        ramp = self.ramp(slice_)
        return ramp.step if ramp else start

    def lets_out(self, slice_: str, mention_id: str, *, start: Step = Step.ALL) -> bool:
        """Whether the mention lies in the share that is sent: always the same answer, and a higher step keeps it."""
        return coin("ramp", slice_, mention_id) < self.step(slice_, start=start).share


def coin(purpose: str, slice_: str, mention_id: str) -> float:
    """A number in [0, 1) that nobody chooses and everybody can work out again."""
    digest = sha256("\0".join((purpose, slice_, mention_id)).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8]) / 2**64
