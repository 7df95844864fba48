"""Promises and offers in the store."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from assistant.adapters.sql.commitment_tables import offer_spends, tasks
from assistant.adapters.sql.keyed import add_new
from assistant.domain.commitments import OfferSpend, Task, TaskState
from assistant.errors import NotFound


class CommitmentLooks:
    """Satisfies `CommitmentReading` on a connection."""

    _connection: Connection

    def task(self, task_id: str) -> Task:
        row = self._connection.execute(select(tasks).where(tasks.c.id == task_id)).one_or_none()
        if row is None:
            raise NotFound("task", task_id)
        return Task.model_validate({key: value for key, value in row._mapping.items() if key != "sequence"})

    def tasks(
        self,
        *,
        brand_id: str,
        conversation_id: str | None = None,
        state: TaskState | None = None,
        after: str | None = None,
        limit: int = 200,
    ) -> Sequence[Task]:
        query = select(tasks.c.id).where(tasks.c.brand_id == brand_id)
        if conversation_id is not None:
            query = query.where(tasks.c.conversation_id == conversation_id)
        if state is not None:
            query = query.where(tasks.c.state == state.value)
        if after is not None:
            due_at, sequence = self._place_of(after, brand_id=brand_id)
            later = and_(tasks.c.due_at == due_at, tasks.c.sequence > sequence)
            query = query.where(or_(tasks.c.due_at > due_at, later))
        ordered = query.order_by(tasks.c.due_at, tasks.c.sequence).limit(limit)
        return [self.task(task_id) for task_id in self._connection.scalars(ordered).all()]

    def _place_of(self, task_id: str, *, brand_id: str) -> tuple[datetime, int]:
        named = (tasks.c.id == task_id, tasks.c.brand_id == brand_id)
        row = self._connection.execute(select(tasks.c.due_at, tasks.c.sequence).where(*named)).one_or_none()
        if row is None:
            raise NotFound("task", task_id)
        return row.due_at, row.sequence

    def offer_spent(self, *, brand_id: str, offer_id: str) -> float:
        table = offer_spends.c
        query = select(func.coalesce(func.sum(table.amount), 0.0)).where(
            table.brand_id == brand_id, table.offer_id == offer_id
        )
        return float(self._connection.scalar(query) or 0.0)


class CommitmentWrites(CommitmentLooks):
    """Satisfies `CommitmentWriting` on a connection in a transaction."""

    def add_task(self, task: Task) -> None:
        self._connection.execute(insert(tasks), task.model_dump() | {"state": task.state.value})

    def save_task(self, task: Task) -> None:
        values = task.model_dump() | {"state": task.state.value}
        if self._connection.execute(update(tasks).where(tasks.c.id == task.id).values(**values)).rowcount == 0:
            raise NotFound("task", task.id)

    def add_offer_spend(self, spend: OfferSpend) -> bool:
        return add_new(self._connection, offer_spends, spend.model_dump())

    def drop_offer_spends(self, reply_id: str) -> None:
        self._connection.execute(delete(offer_spends).where(offer_spends.c.reply_id == reply_id))
