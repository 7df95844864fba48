"""How much a network still takes from us, by its own word."""

from datetime import datetime

from assistant.domain.value import Value


class Budget(Value):
    """`remaining` calls until `resets_at`; nothing is posted before `paused_until`."""

    remaining: int | None = None
    resets_at: datetime | None = None
    paused_until: datetime | None = None

    def free_at(self, now: datetime) -> datetime | None:
        """When the next call may go out; None for at once."""
        if self.paused_until is not None and self.paused_until > now:
            return self.paused_until
        used_up = self.remaining is not None and self.remaining <= 0
        if used_up and self.resets_at is not None and self.resets_at > now:
            return self.resets_at
        return None

    def spent(self, now: datetime) -> "Budget":
        """After one more call; a budget whose time is over says nothing any more."""
        if self.resets_at is not None and self.resets_at <= now:
            return Budget()
        return self if self.remaining is None else self.model_copy(update={"remaining": max(0, self.remaining - 1)})
