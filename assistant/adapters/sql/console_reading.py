"""The console's queries. Every list and count of the queue walks one index of `triage`."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, and_, func, select, text, true

from assistant.adapters.sql import tables
from assistant.adapters.sql.console_tables import agents, calls, events, notes, presence, said, sessions, triage
from assistant.adapters.sql.record_rows import RecordLooks
from assistant.adapters.sql.rows import AnyRow, conversation_of, conversation_of_fields, reply_of
from assistant.adapters.sql.stop_rows import StopLooks
from assistant.domain.agent import Agent, Role, Session
from assistant.domain.conversation import Conversation, Reply, ReplyState
from assistant.domain.triage import (
    BREACHING_MINUTES,
    Call,
    Event,
    Note,
    Presence,
    QueueQuery,
    Sort,
    Triage,
    View,
)
from assistant.domain.vocabulary import ConversationState, Decision
from assistant.errors import NotFound
from assistant.ports.work import PUT_OFF

ROBOT_HOURS = 1
MOST_FOUND = 1000
"""Messages a search holds; a word that most of them hold would sort the whole store."""
_TRIAGE_FIELDS = (
    "risk",
    "reach",
    "confidence",
    "sensitive",
    "intent",
    "sentiment",
    "upset",
    "language",
    "assignee",
    "snoozed_until",
    "claimed_by",
    "claimed_until",
    "escalated",
    "news",
)
_TALK = tables.conversations.c
_CARD = triage.c
_BOTH: Select[Any] = select(
    *tables.conversations.c,
    *(_CARD[name] for name in _TRIAGE_FIELDS),
    _CARD.tags,
).join_from(triage, tables.conversations, _CARD.conversation_id == _TALK.id)
_FOR_PEOPLE = (Decision.REVIEW.value, Decision.HANDOFF.value)


class ConsoleReadingRows(StopLooks, RecordLooks):
    """Satisfies `ConsoleReading`; mixed into the store's reading."""

    _connection: Connection

    def triage(self, conversation_id: str) -> Triage:
        row = self._connection.execute(_BOTH.where(_CARD.conversation_id == conversation_id)).one_or_none()
        if row is None:
            raise NotFound("conversation", conversation_id)
        return _triage_of(row)

    def queue(self, query: QueueQuery, *, offset: int = 0, limit: int = 50) -> Sequence[Triage]:
        chosen = _BOTH.where(_in_view(query), *_filters(query)).order_by(*_order(query)).offset(offset).limit(limit)
        return [_triage_of(row) for row in self._connection.execute(chosen)]

    def counts(self, query: QueueQuery, views: Sequence[View], *, most: int) -> Mapping[View, int]:
        counted = [_counted(query.model_copy(update={"view": view}), true(), most).label(view.value) for view in views]
        row = self._connection.execute(select(*counted)).one()
        return dict(zip(views, row, strict=True))

    def count_news(self, query: QueueQuery, *, since: int, most: int) -> int:
        return self._connection.scalar(select(_counted(query, _CARD.news > since, most))) or 0

    def found(self, query: QueueQuery, words: str, *, offset: int = 0, limit: int = 50) -> Sequence[Triage]:
        wanted = [said.c.words.contains(word, autoescape=True) for word in words.casefold().split()[:8]]
        if not wanted:
            return []
        newest = (
            select(said.c.conversation_id)
            .join_from(said, triage, said.c.conversation_id == _CARD.conversation_id)
            .join(tables.conversations, _CARD.conversation_id == _TALK.id)
            .where(said.c.brand_id == query.brand_id, *wanted, *_filters(query))
            .order_by(said.c.sequence.desc())
            .limit(MOST_FOUND)
        )
        held = _BOTH.where(_CARD.conversation_id.in_(newest)).order_by(*_order(query)).offset(offset).limit(limit)
        return [_triage_of(row) for row in self._connection.execute(held)]

    def person(self, *, brand_id: str, handle: str, limit: int) -> Sequence[Conversation]:
        query = select(tables.conversations).where(_TALK.brand_id == brand_id, _TALK.handle == handle)
        rows = self._connection.execute(query.order_by(_TALK.updated_at.desc()).limit(limit))
        return [conversation_of(row) for row in rows]

    def notes(self, conversation_id: str) -> Sequence[Note]:
        query = select(notes).where(notes.c.conversation_id == conversation_id).order_by(notes.c.id)
        return [Note.model_validate(dict(row._mapping)) for row in self._connection.execute(query)]

    def calls(self, *, brand_id: str, agent: str, limit: int) -> Sequence[Call]:
        table = calls.c
        query = select(table.agent, table.author, table.conversation_id, table.at, table.seen_at)
        mine = query.where(table.brand_id == brand_id, table.agent == agent)
        newest = mine.order_by(table.seen_at.is_not(None), table.id.desc()).limit(limit)
        return [Call.model_validate(dict(row._mapping)) for row in self._connection.execute(newest)]

    def count_calls(self, *, brand_id: str, agent: str) -> int:
        table = calls.c
        unseen = (table.brand_id == brand_id, table.agent == agent, table.seen_at.is_(None))
        return self._connection.scalar(select(func.count()).select_from(calls).where(*unseen)) or 0

    def events(self, *, brand_id: str, after: int, limit: int) -> Sequence[Event]:
        table = events.c
        query = (
            select(table.sequence, table.kind, table.conversation_id)
            .where(table.sequence > after, table.brand_id == brand_id)
            .order_by(table.sequence)
            .limit(limit)
        )
        return [Event.model_validate(dict(row._mapping)) for row in self._connection.execute(query)]

    def last_event(self) -> int:
        return self._connection.scalar(select(func.max(events.c.sequence))) or 0

    def present(self, *, brand_id: str, now: datetime) -> Sequence[Presence]:
        table = presence.c
        query = (
            select(table.conversation_id, table.agent, table.typing)
            .where(table.brand_id == brand_id, table.expires_at > now)
            .order_by(table.conversation_id, table.agent)
        )
        return [Presence.model_validate(dict(row._mapping)) for row in self._connection.execute(query)]

    def undoable(self, *, brand_id: str, agent: str, now: datetime) -> Reply | None:
        table = tables.replies.c
        query = (
            select(tables.replies)
            .where(
                table.brand_id == brand_id,
                table.state == ReplyState.DUE.value,
                table.not_before > now,
                table.approved_by == agent,
                table.attempts == 0,
                text(tables.IN_FLIGHT),
            )
            .order_by(table.not_before.desc())
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return reply_of(row) if row is not None else None

    def automated(self, *, brand_id: str, start: int = 0, limit: int = 50) -> Sequence[Reply]:
        table = tables.replies.c
        query = select(tables.replies).where(table.brand_id == brand_id, table.automated)
        rows = query.order_by(table.sequence.desc()).offset(start).limit(limit)
        return [reply_of(row) for row in self._connection.execute(rows)]

    def wakeable(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[str]:
        query = select(_CARD.conversation_id).where(
            _CARD.brand_id == brand_id,
            _CARD.state == ConversationState.SNOOZED.value,
            _CARD.snoozed_until <= now,
        )
        return list(self._connection.scalars(query.limit(limit)))

    def agents(self) -> Sequence[Agent]:
        return [_agent_of(row) for row in self._connection.execute(select(agents).order_by(agents.c.name))]

    def agent_digest(self, name: str) -> tuple[Agent, str] | None:
        row = self._connection.execute(select(agents).where(agents.c.name == name)).one_or_none()
        return (_agent_of(row), row.digest) if row is not None else None

    def session(self, session_id: str, *, now: datetime) -> Session | None:
        query = (
            select(agents, sessions.c.id, sessions.c.expires_at)
            .join_from(sessions, agents, sessions.c.agent == agents.c.name)
            .where(sessions.c.id == session_id, sessions.c.expires_at > now)
        )
        row = self._connection.execute(query).one_or_none()
        return Session(id=row.id, agent=_agent_of(row), expires_at=row.expires_at) if row is not None else None


def _counted(query: QueueQuery, more: ColumnElement[bool], most: int) -> ScalarSelect[int]:
    """How many the query lists, `most` at most, as a part of another query."""
    inner: Select[Any] = select(_CARD.conversation_id).where(_in_view(query), *_filters(query), more)
    if query.channel or query.queue or query.queues is not None:
        inner = inner.join_from(triage, tables.conversations, _CARD.conversation_id == _TALK.id)
    return select(func.count()).select_from(inner.limit(most).subquery()).scalar_subquery()


def _in_view(query: QueueQuery) -> ColumnElement[bool]:
    """Brand and view; every one begins with an index's first columns."""
    return and_(_CARD.brand_id == query.brand_id, *_VIEWS.get(query.view, _waiting)(query))


def _waiting(query: QueueQuery) -> list[ColumnElement[bool]]:
    return [_CARD.state == ConversationState.OPEN.value, _CARD.decision.in_(_FOR_PEOPLE)]


def _breaching(query: QueueQuery) -> list[ColumnElement[bool]]:
    soon = query.now + timedelta(minutes=BREACHING_MINUTES)
    return [*_waiting(query), _CARD.due_at <= soon]


def _robot(query: QueueQuery) -> list[ColumnElement[bool]]:
    return [_CARD.robot_at >= query.now - timedelta(hours=ROBOT_HOURS)]


def _put_off(query: QueueQuery) -> list[ColumnElement[bool]]:
    table = tables.mentions.c
    waiting = (table.brand_id == query.brand_id, text(tables.PUT_OFF), table.claimed_by == PUT_OFF)
    return [_CARD.conversation_id.in_(select(table.conversation_id).where(*waiting))]


def _shortest_wait() -> ScalarSelect[Any]:
    table = tables.mentions.c
    waiting = (table.conversation_id == _CARD.conversation_id, text(tables.PUT_OFF))
    return select(func.min(table.put_off_until)).where(*waiting).correlate(triage).scalar_subquery()


_OPEN = _CARD.state == ConversationState.OPEN.value
_VIEWS: Mapping[View, Callable[[QueueQuery], list[ColumnElement[bool]]]] = {
    View.WAITING: _waiting,
    View.REVIEW: lambda query: [_OPEN, _CARD.decision == Decision.REVIEW.value],
    View.HANDOFF: lambda query: [_OPEN, _CARD.decision == Decision.HANDOFF.value],
    View.MINE: lambda query: [_OPEN, _CARD.assignee == query.agent],
    View.UNASSIGNED: lambda query: [*_waiting(query), _CARD.assignee == ""],
    View.BREACHING: _breaching,
    View.LOW: lambda query: [*_waiting(query), _CARD.confidence < query.min_confidence],
    View.SENSITIVE: lambda query: [*_waiting(query), _CARD.sensitive],
    View.ESCALATED: lambda query: [_OPEN, _CARD.escalated],
    View.SNOOZED: lambda query: [_CARD.state == ConversationState.SNOOZED.value],
    View.PUT_OFF: _put_off,
    View.ROBOT: _robot,
    View.QUIET: lambda query: [
        _CARD.state == ConversationState.RESOLVED.value,
        _CARD.decision == Decision.NO_REPLY.value,
    ],
    View.DONE: lambda query: [_CARD.state == ConversationState.RESOLVED.value],
}


def _filters(query: QueueQuery) -> list[ColumnElement[bool]]:
    narrow: list[ColumnElement[bool]] = []
    if query.queues is not None:
        narrow.append(_TALK.queue.in_(query.queues))
    for column, value in (
        (_TALK.channel, query.channel),
        (_TALK.queue, query.queue),
        (_CARD.intent, query.intent),
        (_CARD.sentiment, query.sentiment),
    ):
        if value:
            narrow.append(column == value)
    if query.tag:
        narrow.append(_CARD.tags.contains(json.dumps(query.tag), autoescape=True))
    return narrow


def _order(query: QueueQuery) -> list[ColumnElement[Any]]:
    last = [_CARD.due_at.asc(), _CARD.conversation_id.asc()]
    match query.sort:
        case Sort.RISK:
            return [_CARD.risk.desc(), *last]
        case Sort.REACH:
            return [_CARD.reach.desc(), *last]
        case Sort.NEWEST:
            return [_CARD.updated_at.desc(), _CARD.conversation_id.asc()]
        case Sort.DUE if query.view is View.PUT_OFF:
            return [_shortest_wait(), *last]
        case Sort.DUE:
            return [_CARD.due_at.asc(), _CARD.risk.desc(), _CARD.reach.desc(), _CARD.conversation_id.asc()]


def _triage_of(row: AnyRow) -> Triage:
    fields = dict(row._mapping)
    talk = {column.name: fields.pop(column.name) for column in tables.conversations.c}
    whole = {name: fields[name] for name in _TRIAGE_FIELDS}
    conversation = conversation_of_fields(talk)
    return Triage.model_validate({**whole, "conversation": conversation, "tags": tuple(json.loads(fields["tags"]))})


def _agent_of(row: AnyRow) -> Agent:
    return Agent(name=row.name, role=Role(row.role), queues=tuple(json.loads(row.queues)))
