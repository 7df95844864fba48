"""Reading and writing the desk's tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Table, delete, select, update

from assistant.adapters.sql import desk_tables as tables
from assistant.adapters.sql.keyed import put
from assistant.adapters.sql.purge import reword
from assistant.adapters.sql.rows import audit_of
from assistant.adapters.sql.tables import NEVER, audit
from assistant.adapters.sql.tables import conversations as talks
from assistant.adapters.sql.tables import mentions as mention_table
from assistant.domain.approval import Approval
from assistant.domain.assignment import Assignment
from assistant.domain.audit import AuditEntry
from assistant.domain.basis import Basis, MentionChange
from assistant.domain.conversation import preview_of
from assistant.domain.escalation import Escalation
from assistant.domain.handoff import Handoff
from assistant.domain.mention import Mention
from assistant.domain.retraction import Retraction, RetractionState
from assistant.domain.sla import SlaClock
from assistant.domain.value import Value
from assistant.domain.vocabulary import ConversationState
from assistant.errors import NotFound
from assistant.guardrails.privacy import cover
from assistant.ports.desk import Rates

Kept = TypeVar("Kept", bound=Value)


class SqlDeskReading:
    """Satisfies `DeskReading`; mixed into the store's readings."""

    _connection: Connection

    def sla_clock(self, conversation_id: str) -> SlaClock | None:
        return self._value(tables.sla_clocks, conversation_id, SlaClock)

    def clocks_to_look_at(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[SlaClock]:
        return self._to_look_at(tables.sla_clocks, brand_id, now, limit, SlaClock)

    def escalation(self, escalation_id: str) -> Escalation:
        found = self._value(tables.escalations, escalation_id, Escalation)
        if found is None:
            raise NotFound("escalation", escalation_id)
        return found

    def escalations(self, *, brand_id: str, limit: int, only_open: bool = False) -> Sequence[Escalation]:
        unset = "acknowledged_at" if only_open else None
        return self._newest(tables.escalations, brand_id, limit, Escalation, unset=unset)

    def escalations_to_look_at(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[Escalation]:
        return self._to_look_at(tables.escalations, brand_id, now, limit, Escalation)

    def draft_basis(self, key: str) -> Basis | None:
        return self._value(tables.draft_bases, key, Basis)

    def drafts_to_redo(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[Basis]:
        return self._to_look_at(tables.draft_bases, brand_id, now, limit, Basis)

    def mention(self, mention_id: str) -> Mention:
        body = self._connection.scalar(select(mention_table.c.body).where(mention_table.c.id == mention_id))
        if body is None:
            raise NotFound("mention", mention_id)
        return Mention.model_validate_json(body)

    def mention_change(self, mention_id: str) -> MentionChange | None:
        return self._value(tables.mention_changes, mention_id, MentionChange)

    def audit_after(self, sequence: int, *, limit: int, brand_id: str | None = None) -> Sequence[AuditEntry]:
        query = select(audit).where(audit.c.sequence > sequence).order_by(audit.c.sequence).limit(limit)
        if brand_id is not None:
            query = query.where(audit.c.brand_id == brand_id)
        return [audit_of(row) for row in self._connection.execute(query)]

    def newest_mention_id(self, conversation_id: str) -> str:
        table = mention_table.c
        query = (
            select(table.id).where(table.conversation_id == conversation_id).order_by(table.sequence.desc()).limit(1)
        )
        found = self._connection.scalar(query)
        if found is None:
            raise NotFound("conversation", conversation_id)
        return str(found)

    def handoffs(self, conversation_id: str) -> Sequence[Handoff]:
        return self._of_conversation(tables.handoffs, conversation_id, Handoff)

    def rates(self, *, brand_id: str, queue: str, since: datetime) -> Rates:
        clock = tables.sla_clocks.c
        changed = (
            select(clock.body)
            .join_from(talks, tables.sla_clocks, clock.conversation_id == talks.c.id)
            .where(talks.c.brand_id == brand_id, talks.c.updated_at >= since)
        )
        clocks = [SlaClock.model_validate_json(body) for body in self._connection.scalars(changed)]
        return Rates.of([each for each in clocks if each.queue == queue], since=since)

    def promises_end(self, *, brand_id: str, queue: str) -> Sequence[datetime]:
        waits = (talks.c.brand_id == brand_id, talks.c.state == ConversationState.OPEN.value, talks.c.queue == queue)
        due = select(talks.c.due_at).where(*waits, talks.c.due_at < NEVER).order_by(talks.c.due_at)
        return self._connection.scalars(due).all()

    def approval(self, approval_id: str) -> Approval | None:
        return self._value(tables.approvals, approval_id, Approval)

    def approvals(self, conversation_id: str) -> Sequence[Approval]:
        return self._of_conversation(tables.approvals, conversation_id, Approval)

    def all_approvals(self, *, brand_id: str, limit: int, only_open: bool = False) -> Sequence[Approval]:
        unset = "approved" if only_open else None
        return self._newest(tables.approvals, brand_id, limit, Approval, unset=unset)

    def assignment(self, conversation_id: str) -> Assignment | None:
        return self._value(tables.assignments, conversation_id, Assignment)

    def assignments(self, *, brand_id: str, limit: int) -> Sequence[Assignment]:
        return self._newest(tables.assignments, brand_id, limit, Assignment)

    def retraction(self, reply_id: str) -> Retraction | None:
        return self._value(tables.retractions, reply_id, Retraction)

    def retractions_due(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[Retraction]:
        return self._to_look_at(tables.retractions, brand_id, now, limit, Retraction)

    def _value(self, table: Table, key: str, kind: type[Kept]) -> Kept | None:
        body = self._connection.scalar(select(table.c.body).where(table.c.id == key))
        return kind.model_validate_json(body) if body is not None else None

    def _of_conversation(self, table: Table, conversation_id: str, kind: type[Kept]) -> Sequence[Kept]:
        """Oldest first."""
        query = select(table.c.body).where(table.c.conversation_id == conversation_id).order_by(table.c.sequence)
        return [kind.model_validate_json(body) for body in self._connection.scalars(query)]

    def _to_look_at(self, table: Table, brand_id: str, now: datetime, limit: int, kind: type[Kept]) -> Sequence[Kept]:
        query = (
            select(table.c.body)
            .where(table.c.brand_id == brand_id, table.c.look_at <= now)
            .order_by(table.c.look_at, table.c.sequence)
            .limit(limit)
        )
        return [kind.model_validate_json(body) for body in self._connection.scalars(query)]

    def _newest(
        self, table: Table, brand_id: str, limit: int, kind: type[Kept], *, unset: str | None = None
    ) -> Sequence[Kept]:
        """With `unset` only those without a value in that field; within a text of theirs its quotes are escaped."""
        query = select(table.c.body).where(table.c.brand_id == brand_id).order_by(table.c.sequence.desc()).limit(limit)
        if unset is not None:
            query = query.where(table.c.body.contains(f'"{unset}":null', autoescape=True))
        return [kind.model_validate_json(body) for body in self._connection.scalars(query)]


class SqlDeskTransaction(SqlDeskReading):
    """Satisfies `DeskTransaction`; mixed into the store's transactions."""

    def save_sla_clock(self, clock: SlaClock, *, look_at: datetime | None) -> None:
        self._keep(tables.sla_clocks, clock.conversation_id, clock.brand_id, clock.conversation_id, clock, look_at)

    def save_escalation(self, escalation: Escalation, *, look_at: datetime | None) -> None:
        known = escalation.brand_id, escalation.conversation_id
        self._keep(tables.escalations, escalation.id, *known, escalation, look_at)

    def save_draft_basis(self, key: str, basis: Basis, *, redo_at: datetime | None = None) -> None:
        self._keep(tables.draft_bases, key, basis.brand_id, basis.conversation_id, basis, redo_at)

    def save_mention_change(self, change: MentionChange, *, brand_id: str) -> None:
        table = mention_table.c
        conversation_id = self._connection.scalar(select(table.conversation_id).where(table.id == change.mention_id))
        if conversation_id is None:
            raise NotFound("mention", change.mention_id)
        self._keep(tables.mention_changes, change.mention_id, brand_id, conversation_id, change)
        if change.text is None:
            return
        reword(self._connection, change.mention_id, change.text)
        if self.newest_mention_id(conversation_id) == change.mention_id:
            shown = preview_of(cover(change.text))
            self._connection.execute(update(talks).where(talks.c.id == conversation_id).values(preview=shown))

    def save_handoff(self, handoff: Handoff) -> None:
        self._keep(tables.handoffs, handoff.id, handoff.brand_id, handoff.conversation_id, handoff)

    def save_approval(self, approval: Approval) -> None:
        self._keep(tables.approvals, approval.id, approval.brand_id, approval.conversation_id, approval)

    def save_assignment(self, assignment: Assignment) -> None:
        key = assignment.conversation_id
        self._keep(tables.assignments, key, assignment.brand_id, key, assignment)

    def save_retraction(self, retraction: Retraction) -> None:
        waits = retraction.state is RetractionState.WAITS
        known = retraction.brand_id, retraction.conversation_id
        look_at = retraction.not_before if waits else None
        self._keep(tables.retractions, retraction.id, *known, retraction, look_at)

    def drop_assignment(self, conversation_id: str) -> None:
        table = tables.assignments
        self._connection.execute(delete(table).where(table.c.id == conversation_id))

    def _keep(
        self,
        table: Table,
        key: str,
        brand_id: str,
        conversation_id: str,
        value: Value,
        look_at: datetime | None = None,
    ) -> None:
        values = {"body": value.model_dump_json(), "look_at": look_at or NEVER}
        whose = {"brand_id": brand_id, "conversation_id": conversation_id}
        put(self._connection, table, {"id": key}, values | whose)
