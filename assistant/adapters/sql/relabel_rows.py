"""Messages that people read again, in the store."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from assistant.adapters.sql.relabel_tables import relabels
from assistant.adapters.sql.tables import NEVER
from assistant.domain.relabel import Relabel
from assistant.errors import NotFound


class RelabelLooks:
    """Satisfies `RelabelReading` on a connection."""

    _connection: Connection

    def relabel(self, relabel_id: str) -> Relabel:
        body = self._connection.scalar(select(relabels.c.body).where(relabels.c.id == relabel_id))
        if body is None:
            raise NotFound("relabel", relabel_id)
        return Relabel.model_validate_json(body)

    def relabels(self, *, brand_id: str) -> Sequence[Relabel]:
        query = select(relabels.c.body).where(relabels.c.brand_id == brand_id).order_by(relabels.c.sequence.desc())
        return [Relabel.model_validate_json(body) for body in self._connection.scalars(query)]


class RelabelWrites(RelabelLooks):
    """Satisfies `RelabelWriting` on a connection in a transaction."""

    def save_relabel(self, relabel: Relabel) -> None:
        self._connection.execute(delete(relabels).where(relabels.c.id == relabel.id))
        row = {"id": relabel.id, "brand_id": relabel.brand_id, "conversation_id": relabel.conversation_id}
        self._connection.execute(insert(relabels), row | {"look_at": NEVER, "body": relabel.model_dump_json()})
