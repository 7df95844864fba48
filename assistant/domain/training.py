"""A training of the brand's model that people follow while the service runs."""

from datetime import datetime

from assistant.domain.value import Value


class Training(Value):
    """One training, asked for by a person. `total` is how many `steps` it takes, 0 until that is known.

    `model` is what it made, where that waits for a person; empty where the examples make the model in use.
    """

    by: str
    started_at: datetime
    steps: int = 0
    total: int = 0
    ended_at: datetime | None = None
    problem: str = ""
    model: str = ""

    @property
    def is_running(self) -> bool:
        """Whether it goes on, as far as it said itself."""
        return self.ended_at is None
