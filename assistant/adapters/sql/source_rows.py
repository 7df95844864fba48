"""Readings of sources in the store."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from assistant.adapters.sql.keyed import add_new
from assistant.adapters.sql.source_tables import source_syncs
from assistant.domain.sources import Sync

_ROW = source_syncs.c
_KEPT = 500
"""Readings looked at, the newest of all sources."""


class SourceLooks:
    """Satisfies `SourceReading` on a connection."""

    _connection: Connection

    def source_syncs(self, brand_id: str) -> Sequence[Sync]:
        query = select(_ROW.body).where(_ROW.brand_id == brand_id).order_by(_ROW.sequence.desc()).limit(_KEPT)
        return [Sync.model_validate_json(row.body) for row in self._connection.execute(query)]


class SourceWrites(SourceLooks):
    """Satisfies `SourceWriting` on a connection in a transaction."""

    def ask_sync(self, sync: Sync) -> bool:
        row = {"id": sync.id, "brand_id": sync.brand_id, "source": sync.source, "started_at": sync.started_at}
        return add_new(self._connection, source_syncs, {**row, "body": sync.model_dump_json()})

    def start_sync(self, sync: Sync) -> bool:
        mine = (_ROW.id == sync.id, _ROW.started_at.is_(None))
        values = {"started_at": sync.started_at, "body": sync.model_dump_json()}
        return self._connection.execute(update(source_syncs).where(*mine).values(values)).rowcount > 0

    def finish_sync(self, sync: Sync) -> None:
        values = {"body": sync.model_dump_json()}
        self._connection.execute(update(source_syncs).where(_ROW.id == sync.id).values(values))
