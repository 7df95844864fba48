"""Bringing a store's schema up to date, from any working directory."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from assistant.errors import StoreUnavailable

FOLDER = Path(__file__).resolve().parent / "migrations"


_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7120001)")
"""Processes that start at once upgrade one after the other; on SQLite the write lock does the same."""


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run what is missing inside the connection's transaction: all of it is kept or none."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_AT_A_TIME)
    try:
        command.upgrade(_config(connection), revision)
    except CommandError as unknown:
        raise StoreUnavailable(
            f"the store {connection.engine.url.render_as_string()} was written by another version: {unknown} "
            "(run the version that wrote it, or give another database or ASSISTANT_DATA_DIR)"
        ) from unknown


def behind(connection: Connection) -> bool:
    """Whether anything is missing."""
    return MigrationContext.configure(connection).get_current_revision() != _newest()


@cache
def _newest() -> str | None:
    """Of the files beside this one, which are read once a process."""
    return ScriptDirectory(FOLDER).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
