"""Which processes are alive. The operating system or the database server takes a dead one's lock away at once."""

import fcntl
import os
import secrets
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from assistant.adapters.sql.engine import open_engine, unavailable
from assistant.errors import StoreUnavailable

_SPACE = 7121
"""First half of the advisory locks' keys."""
_LEADERS = "leaders"
"""The folder of files that leaders lock, one a brand."""
ABSENT_S = 2.0
"""A living process whose connection was cut takes its lock again within this; what it is sending must not be begun by
another one meanwhile."""
_LOCK = text("SELECT pg_try_advisory_lock(:space, :key)")
_END_OLD = text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND classid = :space "
    "AND objid = :key AND granted AND pid <> pg_backend_pid() "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
"""The session of a connection that was lost may stand on the server for as long as nobody hangs up, and lead."""
_LEAVE = text("SELECT pg_advisory_unlock_all()")
_HELD = text(
    "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = :space AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def new_name() -> str:
    """A name no process start had before."""
    return f"{os.uname().nodename[:40]}-{os.getpid()}-{secrets.token_hex(6)}"


class FilePresence:
    """Satisfies `Presence` on one machine: each process holds a lock on a file of its own in `folder`."""

    def __init__(self, folder: Path, *, brand_id: str = "") -> None:
        self._folder = folder
        self._brand_id = brand_id
        self._name = new_name()
        self._leader: int | None = None
        try:
            (folder / _LEADERS).mkdir(parents=True, exist_ok=True)
            self._file: int | None = os.open(folder / self._name, os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except OSError as refused:
            raise StoreUnavailable(
                f"the folder {folder} of running processes can't be used: {refused.strerror} "
                "(free the disk or make the data folder writable)"
            ) from refused

    @property
    def name(self) -> str:
        return self._name

    def dead(self, names: Collection[str]) -> frozenset[str]:
        return frozenset(name for name in names if name != self._name and not self._lives(name))

    def leads(self) -> bool:
        if self._leader is not None:
            return True
        file = os.open(self._folder / _LEADERS / f"of-{self._brand_id}", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._leader = file
        return True

    def others(self) -> frozenset[str]:
        """The names of all other processes that live."""
        names = frozenset(path.name for path in self._folder.iterdir()) - {self._name, _LEADERS}
        return names - self.dead(names)

    def close(self) -> None:
        (self._folder / self._name).unlink(missing_ok=True)
        for file in (self._file, self._leader):
            if file is not None:
                os.close(file)
        self._file = self._leader = None

    def _lives(self, name: str) -> bool:
        path = self._folder / Path(name).name
        try:
            file = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            path.unlink(missing_ok=True)
            return False
        finally:
            os.close(file)


class PostgresPresence:
    """Satisfies `Presence` on many machines: each process holds a session lock, which ends with its connection.

    The connection is kept open. Where the server drops it, the next `dead` or `leads` takes the lock again; the others
    count a process as dead only after its lock was gone for `absent_s`.
    """

    def __init__(
        self, url: str, *, brand_id: str = "", absent_s: float = ABSENT_S, patience_s: float | None = None
    ) -> None:
        self._brand_id = brand_id
        self._absent_s = absent_s
        self._absent_since: dict[str, float] = {}
        self._engine: Engine = open_engine(url, patience_s=patience_s)
        self._name = new_name()
        self._guard = threading.Lock()
        self._leading = False
        self._connection: Connection | None = None
        with self._guard:
            self._connected()

    @property
    def name(self) -> str:
        return self._name

    def dead(self, names: Collection[str]) -> frozenset[str]:
        with self._guard:
            try:
                held = set(self._connected().scalars(_HELD, {"space": _SPACE}))
            except DBAPIError as broken:
                self._drop()
                raise unavailable(self._engine, broken) from broken
            return self._gone(frozenset(names) - {self._name}, held)

    def leads(self) -> bool:
        with self._guard:
            try:
                if not self._leading:
                    taken = self._connected().scalar(_LOCK, {"space": _SPACE, "key": -1 - _key(self._brand_id)})
                    self._leading = bool(taken)
            except DBAPIError as broken:
                self._drop()
                raise unavailable(self._engine, broken) from broken
            return self._leading

    def close(self) -> None:
        with self._guard, suppress(DBAPIError):
            if self._connection is not None:
                self._connection.execute(_LEAVE)
        with self._guard:
            self._drop()
        self._engine.dispose()

    def _gone(self, others: frozenset[str], held: Collection[int]) -> frozenset[str]:
        now = time.monotonic()
        absent = {name: self._absent_since.get(name, now) for name in others if _key(name) not in held}
        for name in others - absent.keys():
            self._absent_since.pop(name, None)
        self._absent_since |= absent
        return frozenset(name for name, since in absent.items() if now - since >= self._absent_s)

    def _connected(self) -> Connection:
        if self._connection is None:
            try:
                connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                connection.execute(_END_OLD, {"space": _SPACE, "key": _key(self._name)})
                connection.execute(_LOCK, {"space": _SPACE, "key": _key(self._name)})
            except DBAPIError as broken:
                raise unavailable(self._engine, broken) from broken
            self._connection = connection
        return self._connection

    def _drop(self) -> None:
        self._leading = False
        self._absent_since.clear()  # the server may have dropped everybody: all get their time again
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def _key(name: str) -> int:
    """31 bits; leaders have the negative. Two of a hundred living processes share a key once in half a million starts;
    a dead one then waits."""
    return crc32(name.encode()) & 0x7FFFFFFF
