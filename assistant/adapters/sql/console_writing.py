"""The console's writes."""

import json
from datetime import datetime

from sqlalchemy import Connection, Delete, Update, delete, insert, update

from assistant.adapters.sql import tables
from assistant.adapters.sql.console_following import happened
from assistant.adapters.sql.console_tables import agents, calls, notes, sessions
from assistant.adapters.sql.console_tables import presence as here_now
from assistant.adapters.sql.console_tables import triage as cards
from assistant.adapters.sql.keyed import put
from assistant.domain.agent import Agent
from assistant.domain.triage import Call, Presence, Triage
from assistant.errors import NotFound

_OWN = ("assignee", "snoozed_until", "claimed_by", "claimed_until", "escalated")


class ConsoleWritingRows:
    """Satisfies `ConsoleWriting`; mixed into the store's transaction."""

    _connection: Connection

    def save_triage(self, triage: Triage) -> None:
        values = {name: getattr(triage, name) for name in _OWN} | {"tags": json.dumps(triage.tags)}
        key = triage.conversation.id
        self._change(update(cards).where(cards.c.conversation_id == key).values(**values), "conversation", key)

    def add_note(self, *, conversation_id: str, author: str, at: datetime, text: str) -> None:
        row = {"conversation_id": conversation_id, "author": author, "at": at, "text": text}
        self._connection.execute(insert(notes), row)

    def add_call(self, call: Call, *, brand_id: str) -> None:
        self._connection.execute(insert(calls), {**dict(call), "brand_id": brand_id})

    def see_calls(self, *, agent: str, conversation_id: str, at: datetime) -> int:
        table = calls.c
        theirs = (table.agent == agent) & (table.conversation_id == conversation_id) & table.seen_at.is_(None)
        return self._connection.execute(update(calls).where(theirs).values(seen_at=at)).rowcount

    def add_event(self, *, brand_id: str, kind: str, conversation_id: str, at: datetime) -> None:
        happened(self._connection, brand_id, kind, conversation_id, at)

    def be_present(self, presence: Presence, *, brand_id: str, until: datetime) -> None:
        key = {"conversation_id": presence.conversation_id, "agent": presence.agent}
        values = {"typing": presence.typing, "brand_id": brand_id, "expires_at": until}
        put(self._connection, here_now, key, values)

    def clear_disposition(self, turn_id: str) -> None:
        self._change(update(tables.turns).where(tables.turns.c.id == turn_id).values(disposition=None), "turn", turn_id)

    def save_agent(self, agent: Agent, *, digest: str, at: datetime) -> None:
        row = {"role": agent.role.value, "queues": json.dumps(agent.queues), "digest": digest}
        known = self._connection.execute(update(agents).where(agents.c.name == agent.name).values(**row)).rowcount
        if not known:
            self._connection.execute(insert(agents), {**row, "name": agent.name, "added_at": at})
        self._connection.execute(delete(sessions).where(sessions.c.agent == agent.name))

    def drop_agent(self, name: str) -> None:
        self._connection.execute(delete(sessions).where(sessions.c.agent == name))
        self._change(delete(agents).where(agents.c.name == name), "agent", name)

    def add_session(self, session_id: str, *, agent: str, expires_at: datetime) -> None:
        self._connection.execute(insert(sessions), {"id": session_id, "agent": agent, "expires_at": expires_at})

    def drop_session(self, session_id: str) -> None:
        self._connection.execute(delete(sessions).where(sessions.c.id == session_id))

    def _change(self, statement: Update | Delete, what: str, key: str) -> None:
        if self._connection.execute(statement).rowcount == 0:
            raise NotFound(what, key)
