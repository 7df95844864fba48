"""Opening the database: pragmas, who waits for whom, and what to tell the operator when it fails."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import ConnectionPoolEntry

from assistant.adapters.sql.patience import CONNECT_TIMEOUT_S, connecting
from assistant.adapters.sql.turns import Turns
from assistant.errors import InputInvalid, StoreUnavailable

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for another one before it gives up."""

_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",  # first: switching the journal may have to wait, too
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)

_REMEDIES = (
    ("unable to open", "check that the folder exists, is writable, and holds no folder of that name"),
    ("readonly", "make the file and its folder writable for this user, or set ASSISTANT_DATA_DIR to another folder"),
    ("disk is full", "free space on that disk, which is noticed without a restart; nothing was half written"),
    ("disk i/o", "check that disk for space, quota and errors, then start again; nothing was half written"),
    ("malformed", "the file is damaged: move it away and restore a backup, or start with an empty folder"),
    ("not a database", "another program's file is in this place: move it away or set ASSISTANT_DATA_DIR"),
    ("writing for long", "the disk is slow or the machine has too much to do: see what else runs, then try again"),
    ("locked", "another process has been writing for long: stop it or wait, then try again"),
    ("no such table", "the file was changed by something else: restore a backup, or start with an empty folder"),
    ("no such column", "the file was changed by something else: restore a backup, or start with an empty folder"),
    ("shutting down", "the database server is being stopped: start it again"),
    ("starting up", "the database server is coming up: wait"),
    ("not yet accepting", "the database server is coming up: wait"),
    ("closed the connection", "the database server stopped, or something between cut it off: see its log"),
    ("failed to resolve host", "correct the host in ASSISTANT_DATABASE_URL, or see whether names can be looked up"),
    ("connection refused", "start the database server, or correct ASSISTANT_DATABASE_URL"),
    ("no such file or directory", "start the database server, or correct ASSISTANT_DATABASE_URL"),
    ("does not exist", "create the database and its role, or correct ASSISTANT_DATABASE_URL"),
    ("no password supplied", "write the password into ASSISTANT_DATABASE_URL"),
    ("authentication failed", "correct the user or the password in ASSISTANT_DATABASE_URL"),
    ("said nothing", "see whether the database server and the network to it work; work goes on by itself once they do"),
    ("timeout expired", "see whether the database server and the network to it work; work goes on once they do"),
    ("statement timeout", "see what else the database does, or raise ASSISTANT_DATABASE_TIMEOUT_S"),
    ("queuepool limit", "the database is slow or away: see what it does, work goes on by itself once it answers"),
    ("too many clients", "raise max_connections of the server, or run fewer processes"),
    ("no space left", "free space on the server's disk; nothing was half written"),
)

_WRITTEN_SO = (
    "the store's address can't be used: write it as postgresql://user:password@host/database, and in a "
    "password %40 for @, %3A for :, %2F for / and %25 for %"
)

POOL_SIZE = 8
"""Connections one process has to a server, no more in a burst: who finds none free waits for one. A worker's engine has
as many and its presence one: five workers and a web process stay below Postgres' 100."""


def open_engine(url: str, *, patience_s: float | None = None) -> Engine:
    """An engine on `url`; for SQLite the file's folder is made. Raises `StoreUnavailable`.

    A server may take `patience_s` seconds over one statement; None as long as it likes.
    """
    try:
        where = address(url)
        if where.get_backend_name() == "sqlite":
            _make_folder(where)
        embedded = where.get_backend_name() == "sqlite"
        engine = create_engine(where, execution_options={"turns": Turns()}) if embedded else _served(where, patience_s)
    except (ArgumentError, NoSuchModuleError, ImportError) as invalid:
        raise StoreUnavailable(f"the store's address can't be used: {invalid}") from invalid
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def shown_address(url: str) -> str:
    """The address without its password."""
    return address(url).render_as_string()


def address(url: str) -> URL:
    """The address with the driver we ship: `postgres://` and `postgresql://` go through psycopg 3.

    Raises `StoreUnavailable`, without the cause's own words: they may quote a piece of the password.
    """
    try:
        where = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreUnavailable(_WRITTEN_SO) from None
    if where.get_backend_name() != "sqlite" and url.count("@") > 1:
        raise StoreUnavailable(_WRITTEN_SO)
    return where.set(drivername="postgresql+psycopg") if where.drivername in {"postgres", "postgresql"} else where


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that may write: on SQLite it takes the one write lock at once, so that it never has to restart."""
    with (
        _translated(engine),
        _turn(engine),
        engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent state, without waiting for a writer."""
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with _translated(engine), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def unavailable(engine: Engine, problem: BaseException) -> StoreUnavailable:
    """What happened, where, and what to do about it."""
    cause = problem.orig if isinstance(problem, DBAPIError) and problem.orig is not None else problem
    said = " ".join(str(cause).split())
    remedy = next((remedy for sign, remedy in _REMEDIES if sign in said.lower()), "see the cause above")
    return StoreUnavailable(f"the store {engine.url.render_as_string()} can't be used: {said} ({remedy})")


def _turn(engine: Engine) -> AbstractContextManager[None]:
    turns: Turns | None = engine.get_execution_options().get("turns")
    return nullcontext() if turns is None else turns.turn()


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise  # a mistake of ours, not of the disk
    except DataError as unfit:
        raise InputInvalid(f"what was sent can't be kept or looked for: {unfit.orig}") from unfit
    except (DBAPIError, PoolExhausted, TimeoutError) as broken:
        raise unavailable(engine, broken) from broken


def _served(url: URL, patience_s: float | None) -> Engine:
    """An engine on a server: a connection the server dropped is noticed before it is used, and replaced."""
    ways: dict[str, Any] = {"pool_pre_ping": True, "pool_size": POOL_SIZE, "max_overflow": 0}
    if patience_s is None:
        return create_engine(url, connect_args={"connect_timeout": CONNECT_TIMEOUT_S}, **ways)
    return create_engine(url, creator=connecting(url, patience_s), pool_timeout=patience_s, **ways)


def _make_folder(url: URL) -> None:
    if not url.database or url.database.startswith("file:"):
        return
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        raise StoreUnavailable(
            f"the store's folder {folder} can't be made: {refused.strerror} "
            "(set ASSISTANT_DATA_DIR to a writable folder)"
        ) from refused


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101  # the dialect says so
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
