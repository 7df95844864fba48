"""Moves a whole store into another database, checked: as many rows in every table, with the same content."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from assistant.adapters.sql import store  # noqa: F401 - `metadata` holds every table only once the store is known
from assistant.adapters.sql.engine import open_engine, reading, writing
from assistant.adapters.sql.migrate import upgrade
from assistant.adapters.sql.tables import metadata
from assistant.domain.value import Value
from assistant.errors import Conflict, StoreUnavailable

AT_ONCE = 1000
"""Rows of one statement."""


class Copied(Value):
    """Rows of one table, and the hash both sides have."""

    table: str
    rows: int
    sha256: str


def copy_store(source: str, target: str, *, progress: Callable[[int, int], None]) -> tuple[Copied, ...]:
    """Copy every table of `source` into the empty `target` in one transaction of each, and compare what arrived.

    The source must rest: nobody may write to it meanwhile. Claims are left behind, as their holders don't run on the
    target. Raises `Conflict` where the target holds rows, `StoreUnavailable` where the copy differs; then nothing of
    it is kept.
    """
    old, new = open_engine(source), open_engine(target)
    try:
        with writing(old) as connection:
            upgrade(connection)
        with reading(old) as read, writing(new) as write:
            upgrade(write)
            _refuse_filled(write)
            total = sum(_rows_of(read, table) for table in metadata.sorted_tables)
            return tuple(
                _copied(read, write, table, lambda rows: progress(rows, total)) for table in metadata.sorted_tables
            )
    finally:
        old.dispose()
        new.dispose()


def _refuse_filled(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        if rows := _rows_of(connection, table):
            where = connection.engine.url.render_as_string()
            raise Conflict(f"{where} already holds {rows} row(s) in {table.name}; give an empty database")


def _rows_of(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _copied(read: Connection, write: Connection, table: Table, progress: Callable[[int], None]) -> Copied:
    for chunk in _chunks(read, table):
        write.execute(insert(table), chunk)
        progress(len(chunk))
    _count_on(write, table)
    before, after = (_digest(connection, table) for connection in (read, write))
    if before != after:
        raise StoreUnavailable(
            f"the copy of {table.name} differs: {before[0]} rows {before[1]} there, {after[0]} rows {after[1]} here "
            "(stop everything that writes to the source, then run this again)"
        )
    return Copied(table=table.name, rows=after[0], sha256=after[1])


def _chunks(connection: Connection, table: Table) -> Iterator[Sequence[dict[str, Any]]]:
    """All rows in the order of the primary key, without claims."""
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=AT_ONCE)
    for partition in connection.execute(query).mappings().partitions(AT_ONCE):
        yield [_unclaimed(table, row) for row in partition]


def _unclaimed(table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    nobody = None if "claimed_by" in table.c and table.c.claimed_by.nullable else ""
    return {str(name): nobody if name == "claimed_by" else value for name, value in row.items()}


def _count_on(connection: Connection, table: Table) -> None:
    """On Postgres, numbers given by the database go on after the highest copied one."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    highest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
    connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column.name), highest, False)))


def _digest(connection: Connection, table: Table) -> tuple[int, str]:
    digest, rows = hashlib.sha256(), 0
    for chunk in _chunks(connection, table):
        rows += len(chunk)
        for row in chunk:
            digest.update(json.dumps(row, sort_keys=True, default=_plain).encode() + b"\n")
    return rows, digest.hexdigest()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else repr(value)
