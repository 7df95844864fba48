"""The command centre's counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, String, case, cast, exists, func, select, text

from assistant.adapters.sql import tables
from assistant.adapters.sql.console_tables import triage
from assistant.adapters.sql.quality_tables import canaries
from assistant.domain.centre import LATELY, Decided, Flow, Outgoing, QueueDepth
from assistant.domain.conversation import ReplyState
from assistant.domain.vocabulary import ConversationState, Decision, Disposition

_OPEN = ConversationState.OPEN.value
_FOR_PEOPLE = (Decision.REVIEW.value, Decision.HANDOFF.value)


class CentreLooks:
    """Satisfies `CentreReading` on a connection."""

    _connection: Connection

    def arrivals(self, *, brand_id: str, since: datetime, by_hour: bool = False) -> Mapping[datetime, int]:
        mention = tables.mentions.c
        began = self._began("hour" if by_hour else "minute", mention.taken_in_at)
        query = select(began.label("began"), func.count().label("count")).where(~_planted(mention.conversation_id))
        rows = query.where(mention.brand_id == brand_id, mention.taken_in_at >= since).group_by(began)
        return {datetime.fromisoformat(f"{row[0]}+00:00"): row[1] for row in self._connection.execute(rows)}

    def flows(self, *, brand_id: str, now: datetime, most: int) -> Sequence[Flow]:
        mention, card, talk = tables.mentions.c, triage.c, tables.conversations.c
        newest = (
            select(mention.conversation_id, mention.taken_in_at)
            .where(mention.brand_id == brand_id, mention.taken_in_at >= now - timedelta(hours=24))
            .where(~_planted(mention.conversation_id))
            .order_by(mention.taken_in_at.desc())
            .limit(most)
            .subquery()
        )
        within_the_hour = newest.c.taken_in_at >= now - timedelta(hours=1)
        is_recent = case((within_the_hour, 1), else_=0)
        recently = case((within_the_hour, newest.c.conversation_id))
        is_late = case((newest.c.taken_in_at >= now - LATELY, 1), else_=0)
        query = (
            select(
                card.intent,
                card.sentiment,
                card.upset,
                talk.channel,
                func.sum(is_recent).label("recent"),
                func.sum(is_late).label("lately"),
                func.count(recently.distinct()).label("talks"),
                func.sum(1 - is_recent).label("before"),
                func.max(newest.c.taken_in_at).label("last_at"),
            )
            .join_from(newest, triage, card.conversation_id == newest.c.conversation_id)
            .join(tables.conversations, talk.id == newest.c.conversation_id)
            .group_by(card.intent, card.sentiment, card.upset, talk.channel)
        )
        return [Flow.model_validate(dict(row)) for row in self._connection.execute(query).mappings()]

    def decided(self, *, brand_id: str, newest: int) -> Sequence[Decided]:
        turn = tables.turns.c
        last = (
            select(turn.decision, turn.disposition, turn.created_at)
            .where(turn.brand_id == brand_id, ~_planted(turn.conversation_id))
            .order_by(turn.sequence.desc())
            .limit(newest)
            .subquery()
        )
        began = func.min(last.c.created_at)
        query = select(last.c.decision, last.c.disposition, func.count(), began)
        return [
            Decided(
                decision=Decision(row[0]),
                disposition=Disposition(row[1]) if row[1] else None,
                count=row[2],
                since=row[3],
            )
            for row in self._connection.execute(query.group_by(last.c.decision, last.c.disposition))
        ]

    def waits(self, *, brand_id: str, newest: int) -> Sequence[tuple[bool, float, datetime]]:
        reply, turn, mention = tables.replies.c, tables.turns.c, tables.mentions.c
        query = (
            select(reply.automated, reply.not_before, mention.taken_in_at)
            .join_from(tables.replies, tables.turns, turn.id == reply.turn_id)
            .join(tables.mentions, mention.id == turn.mention_id)
            .where(reply.brand_id == brand_id, reply.state == ReplyState.SENT.value, reply.id.like("r-%"))
            .order_by(reply.sequence.desc())
            .limit(newest)
        )
        return [
            (row.automated, max(0.0, (row.not_before - row.taken_in_at).total_seconds() / 60), row.taken_in_at)
            for row in self._connection.execute(query)
        ]

    def depths(self, *, brand_id: str, now: datetime) -> Sequence[QueueDepth]:
        talk = tables.conversations.c
        query = (
            select(
                talk.queue,
                func.count().label("waiting"),
                func.sum(case((talk.due_at < now, 1), else_=0)).label("late"),
                func.min(talk.due_at).label("next_due_at"),
            )
            .where(talk.brand_id == brand_id, talk.state == _OPEN, talk.due_at < tables.NEVER)
            .group_by(talk.queue)
            .order_by(func.count().desc(), talk.queue)
        )
        return [QueueDepth.model_validate(dict(row)) for row in self._connection.execute(query).mappings()]

    def oldest_waiting_at(self, *, brand_id: str) -> datetime | None:
        card, mention, reply = triage.c, tables.mentions.c, tables.replies.c
        answered = select(reply.id).where(
            reply.conversation_id == card.conversation_id,
            reply.state == ReplyState.SENT.value,
            reply.not_before >= mention.taken_in_at,
        )
        query = (
            select(func.min(mention.taken_in_at))
            .join_from(triage, tables.mentions, mention.conversation_id == card.conversation_id)
            .where(card.brand_id == brand_id, card.state == _OPEN, card.decision.in_(_FOR_PEOPLE))
            .where(~answered.exists())
        )
        oldest: datetime | None = self._connection.scalar(query)
        return oldest

    def loads(self, *, brand_id: str) -> Mapping[str, int]:
        card = triage.c
        query = select(card.assignee, func.count()).where(
            card.brand_id == brand_id, card.state == _OPEN, card.assignee > ""
        )
        return {row[0]: row[1] for row in self._connection.execute(query.group_by(card.assignee))}

    def outgoing(self, *, brand_id: str) -> Sequence[Outgoing]:
        reply = tables.replies.c
        failing = func.sum(case((reply.attempts > 0, 1), else_=0))
        query = (
            select(reply.channel, func.count().label("waiting"), failing.label("failing"))
            .where(reply.brand_id == brand_id, text(tables.IN_FLIGHT))
            .group_by(reply.channel)
        )
        return [Outgoing.model_validate(dict(row)) for row in self._connection.execute(query).mappings()]

    def _began(self, step: str, moment: ColumnElement[datetime]) -> ColumnElement[str]:
        """The minute or hour of a moment, as ISO text in UTC."""
        if self._connection.dialect.name == "sqlite":
            length, rest = (13, ":00:00") if step == "hour" else (16, ":00")
            return func.substr(cast(moment, String), 1, length).concat(rest)
        pattern = 'YYYY-MM-DD"T"HH24:00:00' if step == "hour" else 'YYYY-MM-DD"T"HH24:MI:00'
        return func.to_char(func.timezone("UTC", moment), pattern)


def _planted(conversation_id: ColumnElement[str]) -> ColumnElement[bool]:
    """No customer wrote what a canary holds, and nobody is told which waits."""
    return exists().where(canaries.c.conversation_id == conversation_id)
