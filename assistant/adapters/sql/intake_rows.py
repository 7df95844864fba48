"""Keeping many mentions with a handful of statements: what `take_in` does to each, done to all."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from assistant.adapters.sql import console_following, tables
from assistant.adapters.sql.rows import conversation_of, conversation_row
from assistant.adapters.sql.statements import ADD_CONVERSATION, ADD_MENTION, SAVE_CONVERSATION
from assistant.domain.conversation import Conversation, TakenIn, conversation_id_of, opened_by
from assistant.domain.mention import Mention
from assistant.guardrails.privacy import cover

_AT_ONCE = 500


def take_in_each(connection: Connection, came: Sequence[tuple[Mention, datetime]]) -> tuple[TakenIn, ...]:
    """What became of each, in order, given with when it came. The caller holds the locks of their conversations."""
    mentions = [mention for mention, _ in came]
    home = {mention.id: conversation_id_of(mention) for mention in mentions}
    known = _known(connection, sorted(home))
    stored = _stored(connection, sorted({home[each] for each in home if each not in known}))
    now: dict[str, Conversation] = dict(stored)
    taken: list[TakenIn] = []
    fresh: list[tuple[Mention, str]] = []
    rows: list[dict[str, Any]] = []
    for mention, at in came:
        new = mention.id not in known
        if new:
            conversation_id = known[mention.id] = home[mention.id]
            joined = now.get(conversation_id)
            shown = covered(mention)
            now[conversation_id] = joined.with_mention(shown, at=at) if joined else opened_by(shown, at=at)
            fresh.append((mention, conversation_id))
            rows.append(_row(mention, conversation_id, at))
        taken.append(TakenIn(mention_id=mention.id, conversation_id=known[mention.id], new=new))
    opened = [each for each in now.values() if each.id not in stored]
    if opened:
        connection.execute(ADD_CONVERSATION, [conversation_row(each) for each in opened])
        console_following.opened(connection, opened)
    for before in stored.values():
        changed = conversation_row(now[before.id])
        changed["key"], changed["seen"] = changed.pop("id"), before.version
        connection.execute(SAVE_CONVERSATION, changed)
        console_following.followed(connection, now[before.id])
    if fresh:
        connection.execute(ADD_MENTION, rows)
        console_following.heard(connection, fresh)
    return tuple(taken)


def covered(mention: Mention) -> Mention:
    """As lists show it: without card numbers and the like."""
    text = cover(mention.text)
    return mention if text == mention.text else mention.model_copy(update={"text": text})


def _known(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Conversation by mention, of those kept before."""
    table = tables.mentions.c
    found: dict[str, str] = {}
    for first in range(0, len(ids), _AT_ONCE):
        query = select(table.id, table.conversation_id).where(table.id.in_(ids[first : first + _AT_ONCE]))
        found.update({row.id: row.conversation_id for row in connection.execute(query)})
    return found


def _stored(connection: Connection, ids: Sequence[str]) -> dict[str, Conversation]:
    found: dict[str, Conversation] = {}
    for first in range(0, len(ids), _AT_ONCE):
        query = select(tables.conversations).where(tables.conversations.c.id.in_(ids[first : first + _AT_ONCE]))
        found.update({row.id: conversation_of(row) for row in connection.execute(query)})
    return found


def _row(mention: Mention, conversation_id: str, at: datetime) -> dict[str, Any]:
    return {
        "id": mention.id,
        "brand_id": mention.brand_id,
        "conversation_id": conversation_id,
        "turn_count": 0,
        "body": mention.model_dump_json(),
        "taken_in_at": at,
    }
