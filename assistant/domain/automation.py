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
    """Written by desk/automation, enforced in route and again in the outbox at the moment of sending."""

    kill_switch: bool = False
    holds: tuple[Hold, ...] = ()

    def holds_back(self, *, intent: str | None, topic: str | None, slice_: str | None = None) -> bool:
        """Whether a hold covers this intent, its topic or its slice."""
        return any(hold.scope in {intent, topic, slice_} for hold in self.holds)
