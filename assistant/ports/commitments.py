"""What the store keeps of promises and offers."""

from collections.abc import Sequence
from typing import Protocol

from assistant.domain.commitments import OfferSpend, Task, TaskState


class CommitmentReading(Protocol):
    """Looks at tasks and spending."""

    def task(self, task_id: str) -> Task:
        """Raises `NotFound`."""
        ...

    def tasks(
        self,
        *,
        brand_id: str,
        conversation_id: str | None = None,
        state: TaskState | None = None,
        after: str | None = None,
        limit: int = 200,
    ) -> Sequence[Task]:
        """Tasks by due time, of one conversation or all, in one state or any; those behind the task `after`.

        Raises `NotFound` where that one isn't the brand's.
        """
        ...

    def offer_spent(self, *, brand_id: str, offer_id: str) -> float:
        """All that was spent on an offer, in its currency."""
        ...


class CommitmentWriting(CommitmentReading, Protocol):
    """Writes them in the transaction of the reply they belong to."""

    def add_task(self, task: Task) -> None:
        """Keep a new task."""
        ...

    def save_task(self, task: Task) -> None:
        """Replace the task of this id. Raises `NotFound`."""
        ...

    def add_offer_spend(self, spend: OfferSpend) -> bool:
        """Keep what was spent; False where this reply spent this offer before."""
        ...

    def drop_offer_spends(self, reply_id: str) -> None:
        """This reply didn't go out: what it would have spent is left."""
        ...
