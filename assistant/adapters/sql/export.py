"""Writes everything the store holds of one brand as lines of JSON, a file a table, in one consistent state."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from assistant.adapters.sql import store  # noqa: F401 - `metadata` holds every table only once the store is known
from assistant.adapters.sql.copy import AT_ONCE
from assistant.adapters.sql.engine import open_engine, reading
from assistant.adapters.sql.tables import conversations, metadata
from assistant.domain.value import Value

LEFT_OUT = frozenset({"sessions", "presence", "model_answers", "model_circuits", "model_spendings"})
"""Who is signed in and where, and what models said before: nothing anybody could use elsewhere."""
SECRET = frozenset({"digest"})
"""Columns that are never written."""
JSON = frozenset({"body", "facts", "queues", "tags", "parts", "sent_parts"})
"""Columns whose text is JSON."""


class Written(Value):
    """Rows of one table, and the hash of its file."""

    rows: int
    sha256: str


def export_store(url: str, brand_id: str, folder: Path, *, progress: Callable[[int], None]) -> Mapping[str, Written]:
    """One file for each table that holds something of the brand. `folder` must be there, and empty."""
    engine = open_engine(url)
    try:
        with reading(engine) as connection:
            found = {
                table.name: _written(connection, table, brand_id, folder / f"{table.name}.jsonl", progress)
                for table in metadata.sorted_tables
                if table.name not in LEFT_OUT
            }
    finally:
        engine.dispose()
    return {name: written for name, written in found.items() if written.rows}


def _written(
    connection: Connection, table: Table, brand_id: str, path: Path, progress: Callable[[int], None]
) -> Written:
    digest, rows = hashlib.sha256(), 0
    with path.open("wb") as file:
        for row in _rows(connection, table, brand_id):
            line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
            digest.update(line)
            file.write(line)
            rows += 1
            progress(1)
    if not rows:
        path.unlink()
    return Written(rows=rows, sha256=digest.hexdigest())


def _rows(connection: Connection, table: Table, brand_id: str) -> Iterator[dict[str, object]]:
    query = _of_brand(table, brand_id).order_by(*table.primary_key.columns).execution_options(yield_per=AT_ONCE)
    for row in connection.execute(query).mappings():
        yield {str(name): _plain(str(name), value) for name, value in row.items() if name not in SECRET}


def _of_brand(table: Table, brand_id: str) -> Select[Any]:
    query = select(table)
    if "brand_id" in table.c:
        return query.where(table.c.brand_id == brand_id)
    if "conversation_id" in table.c:
        ours = select(conversations.c.id).where(conversations.c.brand_id == brand_id)
        return query.where(table.c.conversation_id.in_(ours))
    return query


def _plain(name: str, value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return json.loads(value) if name in JSON and isinstance(value, str) and value else value
