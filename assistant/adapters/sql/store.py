"""The store on a SQL database, SQLite in one file or Postgres, migrated to the current schema when opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import text

from assistant.adapters.sql.engine import open_engine, reading, writing
from assistant.adapters.sql.migrate import upgrade
from assistant.adapters.sql.model_keep import SqlModelKeep, forget_answers
from assistant.adapters.sql.reading import SqlReading
from assistant.adapters.sql.transaction import SqlTransaction


class SqlStore:
    """Satisfies `Store`.

    `url` as SQLAlchemy writes it: `sqlite:////var/lib/assistant/store.db`, `postgresql://user@host/database`.
    """

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)
        with writing(self._engine) as connection:
            upgrade(connection)

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
            if self._engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            forget_answers(connection, at=datetime.now(UTC))  # noqa: TID251  # how old words are, in real time
        if self._engine.dialect.name != "sqlite":
            return
        with self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._engine.dispose()
