"""Who works on what: claims on mentions and replies, and the channels' budgets."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, text, union, update

from assistant.adapters.sql import arrival_rows, tables
from assistant.adapters.sql.engine_tables import channel_budgets
from assistant.adapters.sql.keyed import put
from assistant.adapters.sql.locks import lock_conversations
from assistant.domain.budget import Budget
from assistant.domain.conversation import ReplyState
from assistant.domain.mention import Mention
from assistant.domain.precedence import READ, UNREAD, Waiting, next_ones
from assistant.errors import NotFound
from assistant.ports.work import HANDED_OVER, PUT_OFF, PutOff, Ranked, Wait, WaitingAnswer

_AT_ONCE = 500
"""Ids in one statement; SQLite takes 32,766 parameters, older builds 999."""


class EngineLook:
    """Satisfies `WorkReading`."""

    _connection: Connection

    def claimants(self, *, brand_id: str) -> frozenset[str]:
        mentions, replies = tables.mentions.c, tables.replies.c
        holding = select(mentions.claimed_by).where(mentions.brand_id == brand_id, text(tables.UNANSWERED)).distinct()
        sending = select(replies.claimed_by).where(replies.brand_id == brand_id, text(tables.IN_FLIGHT)).distinct()
        names = self._connection.scalars(union(holding, sending))
        return frozenset(name for name in names if name not in {None, HANDED_OVER, PUT_OFF})

    def backlog(self, *, brand_id: str, limit: int) -> int:
        table = tables.mentions.c
        some = select(table.sequence).where(table.brand_id == brand_id, text(tables.UNANSWERED)).limit(limit)
        unfolded = self._connection.scalar(select(func.count()).select_from(some.subquery())) or 0
        return unfolded + arrival_rows.waiting(self._connection, brand_id=brand_id, limit=limit - unfolded)

    def arrivals_wait(self) -> bool:
        return arrival_rows.any_waits(self._connection)

    def tally(self, *, brand_id: str) -> Mapping[str, int]:
        table = tables.replies.c
        query = select(table.state, func.count()).where(table.brand_id == brand_id).group_by(table.state)
        return {row.state: row[1] for row in self._connection.execute(query)}

    def unclaimed(self, *, brand_id: str) -> Collection[int]:
        table = tables.mentions.c
        of_brand = select(table.rank).where(table.brand_id == brand_id, text(tables.UNCLAIMED))
        looks = (of_brand.where(table.rank == rank).limit(1) for rank in (UNREAD, *READ))
        return [rank for look in looks if (rank := self._connection.scalar(look)) is not None]

    def handed_over(self, *, brand_id: str, limit: int) -> int:
        table = tables.mentions.c
        some = (
            select(table.sequence)
            .where(table.brand_id == brand_id, text(tables.UNANSWERED), table.claimed_by == HANDED_OVER)
            .limit(limit)
        )
        return self._connection.scalar(select(func.count()).select_from(some.subquery())) or 0

    def abandoned(self, *, brand_id: str, before: datetime, limit: int) -> Sequence[Mention]:
        table = tables.mentions.c
        query = (
            select(table.body)
            .where(table.brand_id == brand_id, text(tables.UNANSWERED), table.claimed_by == HANDED_OVER)
            .where(table.taken_in_at < before)
            .order_by(table.sequence)
            .limit(limit)
        )
        return [Mention.model_validate_json(body) for body in self._connection.scalars(query)]

    def wait(self, mention_id: str) -> Wait:
        table = tables.mentions.c
        query = select(table.taken_in_at, table.put_off_until).where(table.id == mention_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("mention", mention_id)
        return Wait(row.taken_in_at, row.put_off_until)

    def put_off(self, *, brand_id: str, limit: int) -> Sequence[Mention]:
        rows = self._connection.execute(_put_off(brand_id, limit))
        return [Mention.model_validate_json(row.body) for row in rows]

    def count_put_off(self, *, brand_id: str, most: int) -> PutOff:
        some = _put_off(brand_id, most).subquery()
        counted = self._connection.execute(select(func.count(), func.min(some.c.put_off_until))).one()
        return PutOff(*counted)

    def waiting_answers(
        self, *, brand_id: str, limit: int, conversation_id: str | None = None
    ) -> Sequence[WaitingAnswer]:
        query = _put_off(brand_id, limit)
        if conversation_id is not None:
            query = query.where(tables.mentions.c.conversation_id == conversation_id)
        return [
            WaitingAnswer(row.id, row.conversation_id, row.taken_in_at, row.put_off_until)
            for row in self._connection.execute(query)
        ]

    def budget(self, channel: str) -> Budget | None:
        query = select(channel_budgets).where(channel_budgets.c.channel == channel)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        return Budget(remaining=row.remaining, resets_at=row.resets_at, paused_until=row.paused_until)


def _put_off(brand_id: str, limit: int) -> Select[Any]:
    table = tables.mentions.c
    waiting = and_(table.brand_id == brand_id, text(tables.PUT_OFF), table.claimed_by == PUT_OFF)
    columns = (table.id, table.conversation_id, table.body, table.taken_in_at, table.put_off_until)
    query = select(*columns).where(waiting)
    return query.order_by(table.put_off_until, table.sequence).limit(limit)


class EngineRows(EngineLook):
    """Satisfies `WorkTransaction`, but for `reserve`.

    What changes several mentions that others may be answering takes their conversations' locks first (see `locks`).
    Claims of free ones need none: they pass over what anybody holds, and wait for nobody.
    """

    _reserved: set[int]

    def claim_mentions(self, *, brand_id: str, by: str, limit: int) -> Sequence[Mention]:
        table = tables.mentions.c
        query = (
            select(table.sequence, table.body)
            .where(table.brand_id == brand_id, text(tables.UNCLAIMED), table.rank == UNREAD)
            .order_by(table.sequence)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = self._connection.execute(query).all()
        self._hold([row.sequence for row in rows], by)
        return [Mention.model_validate_json(row.body) for row in rows]

    def rank_mentions(self, ranks: Mapping[str, int]) -> None:
        table = tables.mentions.c
        ids = sorted(ranks)
        self._reserve_those(table.id.in_(ids))
        for rank in sorted(set(ranks.values())):
            of_rank = [each for each in ids if ranks[each] == rank]
            for first in range(0, len(of_rank), _AT_ONCE):
                chosen = table.id.in_(of_rank[first : first + _AT_ONCE])
                self._connection.execute(update(tables.mentions).where(chosen).values(rank=rank, claimed_by=None))

    def claim_ranked(
        self, *, brand_id: str, by: str, limit: int, overdue: datetime, urgent_only: bool
    ) -> Sequence[Ranked]:
        table = tables.mentions.c
        waiting = {rank: self._waiting(brand_id, rank, limit) for rank in READ}
        turns = next_ones(waiting, limit, overdue=overdue, urgent_only=urgent_only)
        rows = {}
        if turns:
            query = select(table.sequence, table.rank, table.body).where(table.sequence.in_(turns))
            rows = {row.sequence: row for row in self._connection.execute(query)}
            self._hold(sorted(turns), by)
        return [
            Ranked(Mention.model_validate_json(rows[number].body), rows[number].rank, by_age)
            for number, by_age in turns.items()
        ]

    def _waiting(self, brand_id: str, rank: int, limit: int) -> Sequence[Waiting]:
        """The oldest of one rank, kept from other claimers until the end of the transaction."""
        table = tables.mentions.c
        query = (
            select(table.sequence, table.taken_in_at)
            .where(table.brand_id == brand_id, text(tables.UNCLAIMED), table.rank == rank)
            .order_by(table.sequence)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [Waiting(row.sequence, row.taken_in_at) for row in self._connection.execute(query)]

    def _hold(self, numbers: Sequence[int], by: str) -> None:
        if numbers:
            chosen = tables.mentions.c.sequence.in_(numbers)
            self._connection.execute(update(tables.mentions).where(chosen).values(claimed_by=by))

    def claim(self, mention_ids: Collection[str], *, by: str) -> None:
        ids = sorted(mention_ids)
        self._reserve_those(tables.mentions.c.id.in_(ids))
        for first in range(0, len(ids), _AT_ONCE):
            chosen = tables.mentions.c.id.in_(ids[first : first + _AT_ONCE])
            self._connection.execute(update(tables.mentions).where(chosen).values(claimed_by=by))

    def let_wait(self, mention_id: str, *, until: datetime) -> None:
        table = tables.mentions.c
        chosen = and_(table.id == mention_id, text(tables.UNANSWERED))
        self._reserve_those(chosen)
        off = {"claimed_by": PUT_OFF, "put_off_until": func.coalesce(table.put_off_until, until)}
        self._connection.execute(update(tables.mentions).where(chosen).values(**off))

    def give_back(self, *, brand_id: str, by: str) -> int:
        return self._give_back(brand_id, [by])

    def release(self, *, brand_id: str, by: Collection[str], at: datetime) -> int:
        replies, names = tables.replies.c, sorted(by)
        given_back = self._give_back(brand_id, names)
        woken = self._connection.execute(
            update(tables.replies)
            .where(replies.brand_id == brand_id, text(tables.IN_FLIGHT), replies.claimed_by.in_(names))
            .where(replies.state == ReplyState.SENDING.value)
            .values(not_before=at, claimed_by=None)
        ).rowcount
        return given_back + woken

    def _give_back(self, brand_id: str, names: Sequence[str]) -> int:
        table = tables.mentions.c
        held = and_(table.brand_id == brand_id, text(tables.UNANSWERED), table.claimed_by.in_(names))
        self._reserve_those(held)
        return self._connection.execute(update(tables.mentions).where(held).values(claimed_by=None)).rowcount

    def _reserve_those(self, chosen: ColumnElement[bool]) -> None:
        if self._connection.dialect.name == "postgresql":
            found = self._connection.scalars(select(tables.mentions.c.conversation_id).where(chosen)).all()
            lock_conversations(self._connection, found, self._reserved)

    def save_budget(self, channel: str, budget: Budget) -> None:
        put(self._connection, channel_budgets, {"channel": channel}, dict(budget))
