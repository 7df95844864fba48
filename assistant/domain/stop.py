"""What a stop of all automation did: who stopped it, what left since, what was held, and when it had settled."""

from datetime import datetime

from assistant.domain.value import Value


class Stop(Value):
    """Counts are of automated replies since `at`. `left` were on their way already; `open_` wait to be held or to end;
    `settled_at` is when the last of them had left or was held, None where there was none."""

    at: datetime
    by: str
    left: int = 0
    held: int = 0
    open_: int = 0
    settled_at: datetime | None = None

    @property
    def effect_s(self) -> float:
        """Seconds from the click until nothing more moved."""
        return max(0.0, (self.settled_at - self.at).total_seconds()) if self.settled_at else 0.0
