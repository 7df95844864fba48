"""Reading and writing what follows a conversation."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, delete, func, insert, select

from assistant.adapters.sql import care_tables as tables
from assistant.adapters.sql.commitment_tables import offer_spends
from assistant.adapters.sql.console_tables import triage
from assistant.adapters.sql.desk_rows import SqlDeskReading, SqlDeskTransaction
from assistant.adapters.sql.erase import erase
from assistant.adapters.sql.rows import conversation_of
from assistant.adapters.sql.tables import NEVER, conversations, replies
from assistant.domain.conversation import Conversation, ReplyState, conversation_id_with
from assistant.domain.expert import ExpertAsk
from assistant.domain.fairness import Treatment
from assistant.domain.follow_up import FollowUp
from assistant.domain.person import Handle, Person
from assistant.domain.vocabulary import Visibility

MOST = 100_000


class CareLooks(SqlDeskReading):
    """Satisfies `CareReading`; mixed into the store's readings."""

    def follow_ups(self, conversation_id: str) -> Sequence[FollowUp]:
        return self._of_conversation(tables.follow_ups, conversation_id, FollowUp)

    def all_follow_ups(self, *, brand_id: str, since: datetime) -> Sequence[FollowUp]:
        found = self._newest(tables.follow_ups, brand_id, MOST, FollowUp)
        return [each for each in found if each.fixed_at >= since]

    def follow_ups_to_look_at(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[FollowUp]:
        return self._to_look_at(tables.follow_ups, brand_id, now, limit, FollowUp)

    def person_of(self, handle: Handle, *, brand_id: str) -> Person | None:
        table = tables.person_handles.c
        owner = self._connection.scalar(select(table.conversation_id).where(table.id == _key(handle, brand_id)))
        return self.joined_person(owner) if owner is not None else None

    def joined_person(self, person_id: str) -> Person | None:
        return self._value(tables.persons, person_id, Person)

    def talks_with(self, handle: Handle, *, brand_id: str) -> Sequence[Conversation]:
        ids = [conversation_id_with(handle.handle, brand_id, handle.channel, each) for each in Visibility]
        query = select(conversations).where(conversations.c.id.in_(ids)).order_by(conversations.c.updated_at.desc())
        return [conversation_of(row) for row in self._connection.execute(query)]

    def treatments(self, *, brand_id: str, since: datetime, limit: int) -> Sequence[Treatment]:
        talk, card, answer, spent = conversations.c, triage.c, replies.c, offer_spends.c
        sent = (answer.conversation_id == talk.id) & (answer.state == ReplyState.SENT.value) & answer.id.like("r-%")
        first = select(func.min(answer.not_before)).where(sent).scalar_subquery()
        offered = select(func.sum(spent.amount)).where(spent.conversation_id == talk.id).scalar_subquery()
        query = (
            select(
                talk.visibility, talk.created_at, card.intent, card.reach, first.label("first"), offered.label("sum")
            )
            .join(triage, card.conversation_id == talk.id)
            .where(talk.brand_id == brand_id, talk.created_at >= since, card.intent != "")
            .order_by(talk.created_at.desc())
            .limit(limit)
        )
        return [_treatment(row) for row in self._connection.execute(query).mappings()]

    def expert_ask(self, ask_id: str) -> ExpertAsk | None:
        return self._value(tables.expert_asks, ask_id, ExpertAsk)

    def expert_asks(self, conversation_id: str) -> Sequence[ExpertAsk]:
        return self._of_conversation(tables.expert_asks, conversation_id, ExpertAsk)


class CareWrites(CareLooks, SqlDeskTransaction):
    """Satisfies `CareTransaction`; mixed into the store's transactions."""

    def save_follow_up(self, follow_up: FollowUp, *, look_at: datetime | None) -> None:
        key = follow_up.brand_id, follow_up.conversation_id
        self._keep(tables.follow_ups, follow_up.id, *key, follow_up, look_at)

    def save_person(self, person: Person) -> None:
        self.drop_person(person.id)
        self._keep(tables.persons, person.id, person.brand_id, person.id, person)
        rows = [
            {
                "id": _key(each.handle, person.brand_id),
                "brand_id": person.brand_id,
                "conversation_id": person.id,
                "look_at": NEVER,
                "body": "{}",
            }
            for each in person.joins
        ]
        self._connection.execute(insert(tables.person_handles), rows)

    def save_expert_ask(self, ask: ExpertAsk) -> None:
        self._keep(tables.expert_asks, ask.id, ask.brand_id, ask.conversation_id, ask)

    def drop_person(self, person_id: str) -> None:
        for table in (tables.person_handles, tables.persons):
            self._connection.execute(delete(table).where(table.c.conversation_id == person_id))

    def erase(self, conversation_id: str) -> None:
        erase(self._connection, conversation_id)


def _key(handle: Handle, brand_id: str) -> str:
    """Under what an account is found; `conversation_id` of its row holds the person's id."""
    return hashlib.sha256("\0".join((brand_id, handle.plain.channel, handle.plain.handle)).encode()).hexdigest()


def _treatment(row: RowMapping) -> Treatment:
    first = row["first"]
    waited = (first - row["created_at"]).total_seconds() / 60 if first is not None else None
    return Treatment(
        case=row["intent"],
        public=row["visibility"] == Visibility.PUBLIC.value,
        followers=row["reach"] if row["reach"] >= 0 else None,
        wait_minutes=max(0.0, waited) if waited is not None else None,
        offered=row["sum"] or 0.0,
    )
