"""The statements every mention runs, built once: building one costs as much as SQLite takes to run it."""

from sqlalchemy import BindParameter, String, bindparam, func, insert, select, update

from assistant.adapters.sql.tables import audit, conversations, mentions, replies, turns

_KEY: BindParameter[str] = bindparam("key", type_=String)

BY_ID = {table: select(table).where(table.c.id == _KEY) for table in (conversations, turns, replies)}
"""One row of a table; parameter `key`."""

TURN_COUNT = select(mentions.c.turn_count).where(mentions.c.id == _KEY)
MENTION = select(mentions.c.brand_id, mentions.c.conversation_id, mentions.c.turn_count).where(mentions.c.id == _KEY)
COUNT_TURN = update(mentions).where(mentions.c.id == _KEY).values(turn_count=bindparam("count"))
ADD_MENTION = insert(mentions)
ADD_TURN = insert(turns)
ADD_CONVERSATION = insert(conversations)
ADD_REPLY = insert(replies)
ADD_AUDIT = insert(audit)
LAST_AUDIT = select(audit).where(audit.c.sequence == select(func.max(audit.c.sequence)).scalar_subquery())

_FIELDS: dict[str, BindParameter[object]] = {
    column.name: bindparam(column.name) for column in conversations.c if column.name != "id"
}
SAVE_CONVERSATION = (
    update(conversations)
    .where(conversations.c.id == _KEY, conversations.c.version == bindparam("seen"))
    .values(_FIELDS)
)
"""Compare and swap on the version: parameters `key`, `seen` and every column but `id`."""
