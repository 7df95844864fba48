"""The one state of automation: is it on, and what is on hold?"""

from datetime import datetime

from assistant.domain.value import Value


class Hold(Value):
    """Automation paused for one topic, intent or slice (`scope`), by whom, why and since when."""

    scope: str
    reason: str
    by: str
    since: datetime


class AutomationState(Value):
    """Written by desk/automation, enforced in route and again in the outbox at the moment of sending.

    `quarantined` names articles that changed too recently to be answered from; it is worked out when the state is read.
    """

    kill_switch: bool = False
    holds: tuple[Hold, ...] = ()
    quarantined: frozenset[str] = frozenset()

    def holds_back(self, *, intent: str | None, topic: str | None, slice_: str | None = None) -> bool:
        """Whether a hold covers this intent, its topic or its slice."""
        return any(hold.scope in {intent, topic, slice_} for hold in self.holds)
