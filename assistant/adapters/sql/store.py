"""The store on a SQL database, SQLite in one file or Postgres, migrated to the current schema when opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import text

from assistant.adapters.sql.engine import open_engine, reading, writing
from assistant.adapters.sql.migrate import behind, upgrade
from assistant.adapters.sql.model_keep import SqlModelKeep, forget_answers
from assistant.adapters.sql.patience import wait_on
from assistant.adapters.sql.purge import overwrite_freed
from assistant.adapters.sql.reading import SqlReading
from assistant.adapters.sql.transaction import SqlTransaction


class SqlStore:
    """Satisfies `Store`.

    `url` as SQLAlchemy writes it: `sqlite:////var/lib/assistant/store.db`, `postgresql://user@host/database`.
    A server may take `patience_s` seconds over one statement, a change of the schema apart; None as long as it likes.
    """

    def __init__(self, url: str, *, patience_s: float | None = None) -> None:
        self._engine = open_engine(url, patience_s=patience_s)
        with writing(self._engine) as connection:
            if behind(connection):
                wait_on(connection.connection.driver_connection)
                upgrade(connection)
        self._engine.dispose()  # the connection that waits as long as it takes

    @contextmanager
    def begin(self) -> Iterator[SqlTransaction]:
        with writing(self._engine) as connection:
            transaction = SqlTransaction(connection)
            yield transaction
            transaction.flush()

    @contextmanager
    def read(self) -> Iterator[SqlReading]:
        with reading(self._engine) as connection:
            yield SqlReading(connection)

    def check(self) -> None:
        with writing(self._engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = version_num"))

    def model_keep(self) -> SqlModelKeep:
        """Where all processes of this store remember what they ask of a model."""
        return SqlModelKeep(self._engine)

    def scrub(self) -> None:
        with writing(self._engine) as connection:
            overwrite_freed(connection)
            forget_answers(connection, at=datetime.now(UTC))  # noqa: TID251  # how old words are, in real time
        if self._engine.dialect.name != "sqlite":
            return
        with self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._engine.dispose()
