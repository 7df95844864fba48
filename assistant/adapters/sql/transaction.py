"""Writes: all of a transaction's or none."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from assistant.adapters.sql import arrival_rows, console_following, tables
from assistant.adapters.sql.article_rows import ArticleWrites
from assistant.adapters.sql.channel_rows import ChannelWrites
from assistant.adapters.sql.commitment_rows import CommitmentWrites
from assistant.adapters.sql.console_writing import ConsoleWritingRows
from assistant.adapters.sql.engine_rows import EngineRows
from assistant.adapters.sql.intake_rows import covered, take_in_each
from assistant.adapters.sql.label_rows import LabelWrites
from assistant.adapters.sql.locks import AUDIT, AUTOMATION, lock, lock_conversations
from assistant.adapters.sql.peer_rows import PeerWrites
from assistant.adapters.sql.purge import purge
from assistant.adapters.sql.quality_rows import QualityWrites
from assistant.adapters.sql.reading import SqlReading, turn_id_of
from assistant.adapters.sql.relabel_rows import RelabelWrites
from assistant.adapters.sql.rows import audit_of, conversation_of, conversation_row, reply_row
from assistant.adapters.sql.source_rows import SourceWrites
from assistant.adapters.sql.statements import (
    ADD_AUDIT,
    ADD_CONVERSATION,
    ADD_MENTION,
    ADD_REPLY,
    ADD_TURN,
    BY_ID,
    COUNT_TURN,
    LAST_AUDIT,
    MENTION,
    SAVE_CONVERSATION,
)
from assistant.adapters.sql.wording_rows import WordingWrites
from assistant.domain.audit import AuditEntry, linked
from assistant.domain.automation import AutomationState
from assistant.domain.conversation import (
    Conversation,
    ConversationDetail,
    Reply,
    ReplyState,
    TakenIn,
    TurnRecord,
    conversation_id_of,
    opened_by,
)
from assistant.domain.gaps import shows_gap
from assistant.domain.mention import Mention
from assistant.domain.triage import Event
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Disposition
from assistant.errors import NotFound, StaleVersion

_OUT = frozenset({ReplyState.SENT, ReplyState.UNKNOWN})
"""Went out, or may have."""


class SqlTransaction(
    EngineRows,
    PeerWrites,
    LabelWrites,
    ArticleWrites,
    SourceWrites,
    ChannelWrites,
    RelabelWrites,
    QualityWrites,
    SqlReading,
    CommitmentWrites,
    WordingWrites,
    ConsoleWritingRows,
):
    """Satisfies `Transaction` on one connection.

    Whatever belongs to a conversation is read and written under that conversation's lock (see `locks`). Audit entries
    are written at the end, so that the chain's one lock is held for a moment only and always taken last.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._last_audit: AuditEntry | None = None
        self._unwritten: list[dict[str, Any]] = []
        self._reserved: set[int] = set()
        console_following.begin(connection)

    def reserve(self, conversation_ids: Sequence[str]) -> None:
        lock_conversations(self._connection, conversation_ids, self._reserved)

    def conversation(self, conversation_id: str) -> Conversation:
        self.reserve([conversation_id])
        return super().conversation(conversation_id)

    def detail(self, conversation_id: str) -> ConversationDetail:
        self.reserve([conversation_id])
        return super().detail(conversation_id)

    def turn(self, turn_id: str) -> TurnRecord:
        self._reserve_of(tables.turns, turn_id)
        return super().turn(turn_id)

    def reply(self, reply_id: str) -> Reply:
        self._reserve_of(tables.replies, reply_id)
        return super().reply(reply_id)

    def current_turn(self, mention_id: str) -> TurnRecord | None:
        self._reserve_of(tables.mentions, mention_id)
        return super().current_turn(mention_id)

    def audit(self, *, subject: str | None = None, limit: int = 1000) -> Sequence[AuditEntry]:
        self.flush()
        return super().audit(subject=subject, limit=limit)

    def events(self, *, brand_id: str, after: int, limit: int) -> Sequence[Event]:
        console_following.tell(self._connection)
        return super().events(brand_id=brand_id, after=after, limit=limit)

    def last_event(self) -> int:
        console_following.tell(self._connection)
        return super().last_event()

    def take_in(self, mention: Mention, *, at: datetime) -> TakenIn:
        self.reserve([conversation_id_of(mention)])
        known = self._connection.execute(MENTION, {"key": mention.id}).one_or_none()
        if known is None and arrival_rows.unfold_these(self._connection, [mention.id], self._reserved):
            known = self._connection.execute(MENTION, {"key": mention.id}).one()
        if known is not None:
            return TakenIn(mention_id=mention.id, conversation_id=known.conversation_id, new=False)
        conversation_id = self._join_conversation(mention, at=at)
        self._connection.execute(
            ADD_MENTION,
            {
                "id": mention.id,
                "brand_id": mention.brand_id,
                "conversation_id": conversation_id,
                "turn_count": 0,
                "body": mention.model_dump_json(),
                "taken_in_at": at,
            },
        )
        console_following.heard(self._connection, [(mention, conversation_id)])
        return TakenIn(mention_id=mention.id, conversation_id=conversation_id, new=True)

    def take_in_many(self, mentions: Sequence[Mention], *, at: datetime) -> Sequence[TakenIn]:
        self.reserve([conversation_id_of(mention) for mention in mentions])
        arrival_rows.unfold_these(self._connection, [mention.id for mention in mentions], self._reserved)
        return take_in_each(self._connection, [(mention, at) for mention in mentions])

    def put_down(self, mentions: Sequence[Mention], *, at: datetime) -> Sequence[TakenIn]:
        return arrival_rows.put_down(self._connection, mentions, at=at)

    def unfold(self, *, limit: int) -> int:
        return arrival_rows.unfold(self._connection, self._reserved, limit=limit)

    def add_turn(self, turn: Turn, *, at: datetime) -> TurnRecord:
        self._reserve_of(tables.mentions, turn.mention_id)
        mention = self._connection.execute(MENTION, {"key": turn.mention_id}).one_or_none()
        if mention is None:
            raise NotFound("mention", turn.mention_id)
        number = mention.turn_count + 1
        record = TurnRecord(
            id=turn_id_of(turn.mention_id, number),
            conversation_id=mention.conversation_id,
            number=number,
            turn=turn,
            disposition=None,
            created_at=at,
        )
        self._connection.execute(
            ADD_TURN,
            {
                "id": record.id,
                "brand_id": mention.brand_id,
                "conversation_id": record.conversation_id,
                "mention_id": turn.mention_id,
                "number": number,
                "decision": turn.route.decision.value,
                "disposition": None,
                "body": turn.model_dump_json(),
                "created_at": at,
                "lacks_answer": shows_gap(turn),
            },
        )
        self._connection.execute(COUNT_TURN, {"key": turn.mention_id, "count": number})
        console_following.weighed(self._connection, record)
        return record

    def set_disposition(self, turn_id: str, disposition: Disposition) -> None:
        statement = update(tables.turns).where(tables.turns.c.id == turn_id).values(disposition=disposition.value)
        if self._connection.execute(statement).rowcount == 0:
            raise NotFound("turn", turn_id)

    def save_conversation(self, conversation: Conversation, *, seen_version: int) -> Conversation:
        saved = conversation.model_copy(update={"version": seen_version + 1})
        row = conversation_row(saved)
        row["key"], row["seen"] = row.pop("id"), seen_version
        if self._connection.execute(SAVE_CONVERSATION, row).rowcount == 0:
            now = self.conversation(conversation.id).version
            raise StaleVersion("conversation", conversation.id, seen=seen_version, now=now)
        console_following.followed(self._connection, saved)
        return saved

    def enqueue(self, reply: Reply) -> bool:
        table = tables.replies.c
        if self._connection.scalar(select(table.id).where(table.delivery_key == reply.delivery_key)) is not None:
            return False
        self._connection.execute(ADD_REPLY, reply_row(reply))
        return True

    def save_reply(self, reply: Reply) -> None:
        statement = update(tables.replies).where(tables.replies.c.id == reply.id).values(**reply_row(reply))
        if self._connection.execute(statement).rowcount == 0:
            raise NotFound("reply", reply.id)
        if reply.automated and reply.state in _OUT:
            console_following.answered(self._connection, reply.conversation_id, reply.not_before)

    def automation(self, brand_id: str) -> AutomationState:
        lock(self._connection, AUTOMATION)  # what is claimed after a stop was committed sees the stop
        return super().automation(brand_id)

    def save_automation(self, brand_id: str, state: AutomationState) -> None:
        body = state.model_dump_json()
        table = tables.automation.c
        changed = self._connection.execute(
            update(tables.automation).where(table.brand_id == brand_id).values(body=body)
        ).rowcount
        if changed == 0:
            self._connection.execute(insert(tables.automation), {"brand_id": brand_id, "body": body})

    def purge(self, mention_id: str) -> bool:
        return purge(self._connection, mention_id)

    def append_audit(
        self, *, brand_id: str, at: datetime, actor: str, event: str, subject: str, facts: Mapping[str, object]
    ) -> None:
        self._unwritten.append(
            {"brand_id": brand_id, "at": at, "actor": actor, "event": event, "subject": subject, "facts": facts}
        )

    def flush(self) -> None:
        """Tell what happened, link and write the entries appended so far. Nobody else does either until the end."""
        console_following.tell(self._connection)
        if not self._unwritten:
            return
        if self._last_audit is None:
            lock(self._connection, AUDIT)
            self._last_audit = self._stored_last_audit()
        entries = []
        for fields in self._unwritten:
            self._last_audit = linked(self._last_audit, **fields)
            entries.append(dict(self._last_audit))
        self._connection.execute(ADD_AUDIT, entries)
        self._unwritten.clear()

    def _reserve_of(self, table: Table, key: str) -> None:
        """Lock the conversation a row belongs to; a row that isn't there locks nothing."""
        if self._connection.dialect.name == "sqlite":
            return
        found = self._connection.scalar(select(table.c.conversation_id).where(table.c.id == key))
        if found is not None:
            self.reserve([found])

    def _stored_last_audit(self) -> AuditEntry | None:
        row = self._connection.execute(LAST_AUDIT).one_or_none()
        return audit_of(row) if row is not None else None

    def _join_conversation(self, mention: Mention, *, at: datetime) -> str:
        conversation_id = conversation_id_of(mention)
        row = self._connection.execute(BY_ID[tables.conversations], {"key": conversation_id}).one_or_none()
        shown = covered(mention)
        if row is None:
            conversation = opened_by(shown, at=at)
            self._connection.execute(ADD_CONVERSATION, conversation_row(conversation))
            console_following.opened(self._connection, [conversation])
        else:
            joined = conversation_of(row).with_mention(shown, at=at)
            self.save_conversation(joined, seen_version=row.version)
        return conversation_id
