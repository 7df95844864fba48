"""What was said, edits and proposals in the store."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from assistant.adapters.sql import tables
from assistant.adapters.sql.keyed import add_new, put
from assistant.adapters.sql.wording_tables import edits, proposals
from assistant.domain.vocabulary import Visibility
from assistant.domain.wording import Edit, Proposal, ProposalState, Said
from assistant.errors import NotFound


class WordingLooks:
    """Satisfies `WordingReading` on a connection."""

    _connection: Connection

    def said_since(
        self, since: datetime, *, brand_id: str, channel: str | None = None, limit: int = 500
    ) -> Sequence[Said]:
        reply, conversation = tables.replies.c, tables.conversations.c
        query = (
            select(reply.conversation_id, reply.text, reply.not_before)
            .join(tables.conversations, conversation.id == reply.conversation_id)
            .where(
                reply.brand_id == brand_id,
                reply.not_before >= since,
                conversation.visibility == Visibility.PUBLIC.value,
            )
        )
        if channel is not None:
            query = query.where(reply.channel == channel)
        newest = query.order_by(reply.not_before.desc(), reply.sequence.desc()).limit(limit)
        return [
            Said(conversation_id=row.conversation_id, text=row.text, at=row.not_before)
            for row in self._connection.execute(newest)
        ]

    def edits(self, *, brand_id: str, turn_id: str | None = None, limit: int = 1000) -> Sequence[Edit]:
        of_turn = [edits.c.turn_id == turn_id] if turn_id is not None else []
        query = (
            select(edits.c.body)
            .where(edits.c.brand_id == brand_id, *of_turn)
            .order_by(edits.c.at.desc(), edits.c.sequence.desc())
            .limit(limit)
        )
        return [Edit.model_validate_json(body) for body in self._connection.scalars(query)]

    def proposal(self, proposal_id: str) -> Proposal:
        body = self._connection.scalar(select(proposals.c.body).where(proposals.c.id == proposal_id))
        if body is None:
            raise NotFound("proposal", proposal_id)
        return Proposal.model_validate_json(body)

    def proposals(self, *, brand_id: str, state: ProposalState | None = None, limit: int = 200) -> Sequence[Proposal]:
        query = select(proposals.c.body).where(proposals.c.brand_id == brand_id)
        if state is not None:
            query = query.where(proposals.c.state == state.value)
        newest = query.order_by(proposals.c.created_at.desc(), proposals.c.sequence.desc()).limit(limit)
        return [Proposal.model_validate_json(body) for body in self._connection.scalars(newest)]


class WordingWrites(WordingLooks):
    """Satisfies `WordingWriting` on a connection in a transaction."""

    def add_edit(self, edit: Edit) -> None:
        row = {"id": edit.id, "brand_id": edit.brand_id, "turn_id": edit.turn_id, "at": edit.at}
        add_new(self._connection, edits, row | {"body": edit.model_dump_json()})

    def drop_edits(self, turn_id: str) -> None:
        self._connection.execute(delete(edits).where(edits.c.turn_id == turn_id))

    def save_proposal(self, proposal: Proposal) -> None:
        whose = {"brand_id": proposal.brand_id, "created_at": proposal.created_at}
        values = {"state": proposal.state.value, "body": proposal.model_dump_json()}
        put(self._connection, proposals, {"id": proposal.id}, values | whose)
