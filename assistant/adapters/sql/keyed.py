"""Rows that several processes may write first: whoever comes second finds the row instead of failing."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def put(connection: Connection, table: Table, key: Mapping[str, object], values: Mapping[str, Any]) -> None:
    """Give the row with that key these values, or add it; `key` is the table's primary key or a unique one."""
    adding = _insert(connection, table).values({**values, **key})
    connection.execute(adding.on_conflict_do_update(index_elements=list(key), set_=dict(values)))


def add_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Add the row; False where one with its key is there."""
    adding = _insert(connection, table).values(dict(row)).on_conflict_do_nothing()
    return connection.execute(adding.returning(*table.primary_key)).first() is not None


def _insert(connection: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
