"""Work that a person asked for and that people follow while the service runs."""

from datetime import datetime

from assistant.domain.value import Value


class Followed(Value):
    """Who asked for it and when, and how it ended: `problem` says why it came to nothing."""

    by: str
    started_at: datetime
    ended_at: datetime | None = None
    problem: str = ""

    @property
    def is_running(self) -> bool:
        """Whether it goes on, as far as it said itself."""
        return self.ended_at is None
