"""What is remembered of calls to a model, in the store: one budget, one circuit and one cache for all processes."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from assistant.adapters.model_keep import CircuitState, Spent
from assistant.adapters.sql.engine import reading, writing
from assistant.adapters.sql.locks import MODEL, lock
from assistant.adapters.sql.model_tables import model_answers, model_circuits, model_spendings

_ONE = "model"
"""The one circuit: every process of a store asks the same server."""


class SqlModelKeep:
    """A `ModelKeep` on a migrated database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def spend(self, wanted: Spent, *, at: datetime, since: datetime, check: Callable[[Spent], None]) -> str:
        spending_id, table = uuid4().hex, model_spendings.c
        with writing(self._engine) as connection:
            lock(connection, MODEL)
            connection.execute(delete(model_spendings).where(table.at <= since))
            sums = select(func.coalesce(func.sum(table.tokens), 0), func.coalesce(func.sum(table.usd), 0.0))
            tokens, usd = connection.execute(sums).one()
            check(Spent(tokens=tokens + wanted.tokens, usd=usd + wanted.usd))
            row = {"id": spending_id, "at": at, "tokens": wanted.tokens, "usd": wanted.usd}
            connection.execute(insert(model_spendings), row)
        return spending_id

    def respend(self, spending_id: str, exact: Spent) -> None:
        statement = update(model_spendings).where(model_spendings.c.id == spending_id)
        with writing(self._engine) as connection:
            connection.execute(statement.values(tokens=exact.tokens, usd=exact.usd))

    def circuit(self) -> CircuitState:
        with reading(self._engine) as connection:
            return _circuit(connection) or CircuitState()

    def change_circuit(self, change: Callable[[CircuitState], CircuitState]) -> None:
        with writing(self._engine) as connection:
            lock(connection, MODEL)
            known = _circuit(connection)
            body = change(known or CircuitState()).model_dump_json()
            if known is None:
                connection.execute(insert(model_circuits), {"id": _ONE, "body": body})
            else:
                connection.execute(update(model_circuits).where(model_circuits.c.id == _ONE).values(body=body))

    def answer(self, key: str, *, at: datetime) -> str | None:
        table = model_answers.c
        with reading(self._engine) as connection:
            found = connection.scalar(select(table.body).where(table.id == key, table.until > at))
        return str(found) if found is not None else None

    def keep_answer(self, key: str, body: str, *, at: datetime, until: datetime, most: int) -> None:
        table = model_answers.c
        with writing(self._engine) as connection:
            lock(connection, MODEL)
            connection.execute(delete(model_answers).where((table.until <= at) | (table.id == key)))
            connection.execute(insert(model_answers), {"id": key, "until": until, "body": body})
            newest = select(table.id).order_by(table.until.desc(), table.id).limit(most)
            connection.execute(delete(model_answers).where(table.id.not_in(newest.scalar_subquery())))


def forget_answers(connection: Connection, *, at: datetime) -> None:
    """What is past its time goes, also where no model is asked any more."""
    connection.execute(delete(model_answers).where(model_answers.c.until <= at))


def _circuit(connection: Connection) -> CircuitState | None:
    body = connection.scalar(select(model_circuits.c.body).where(model_circuits.c.id == _ONE))
    return CircuitState.model_validate_json(body) if body is not None else None
