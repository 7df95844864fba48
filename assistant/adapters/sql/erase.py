"""Forgetting a customer: every word of and about them in one conversation, in every table that holds a copy."""

from sqlalchemy import Connection, delete, select, update

from assistant.adapters.sql import care_tables, channel_tables, commitment_tables, console_tables, desk_tables, tables
from assistant.adapters.sql.purge import UNSENT, overwrite_freed, purge
from assistant.adapters.sql.relabel_tables import relabels
from assistant.adapters.sql.wording_tables import edits
from assistant.domain.conversation import ReplyState
from assistant.domain.handoff import Handoff
from assistant.domain.mention import Author, Mention
from assistant.domain.retraction import Retraction
from assistant.domain.turn import Turn


def erase(connection: Connection, conversation_id: str) -> None:
    """Blank what identifies or quotes; SQLite overwrites what is freed. Ids, times and decisions stay."""
    overwrite_freed(connection)
    mentions, turns = tables.mentions.c, tables.turns.c
    ids = list(connection.scalars(select(mentions.id).where(mentions.conversation_id == conversation_id)))
    turn_ids = list(connection.scalars(select(turns.id).where(turns.conversation_id == conversation_id)))
    for mention_id in ids:
        purge(connection, mention_id)
    _blank_messages(connection, conversation_id)
    _blank_turns(connection, conversation_id)
    _blank_replies(connection, conversation_id)
    _blank_handoffs(connection, conversation_id)
    _blank_retractions(connection, conversation_id)
    for table in (
        console_tables.said,
        console_tables.notes,
        desk_tables.mention_changes,
        desk_tables.approvals,
        care_tables.expert_asks,
        relabels,
    ):
        connection.execute(delete(table).where(table.c.conversation_id == conversation_id))
    connection.execute(delete(edits).where(edits.c.turn_id.in_(turn_ids)))
    tasks = commitment_tables.tasks
    connection.execute(update(tasks).where(tasks.c.conversation_id == conversation_id).values(promise=""))
    posts = channel_tables.channel_posts
    gone = {"author_id": "", "permalink": "", "address": "{}"}
    connection.execute(update(posts).where(posts.c.mention_id.in_(ids)).values(gone))
    triage = console_tables.triage
    connection.execute(update(triage).where(triage.c.conversation_id == conversation_id).values(tags="[]"))
    talk = tables.conversations
    connection.execute(update(talk).where(talk.c.id == conversation_id).values(handle="", preview=""))


def _blank_retractions(connection: Connection, conversation_id: str) -> None:
    """Why somebody wanted a reply gone may quote the customer; that it has to go stays."""
    table = desk_tables.retractions
    for row in connection.execute(select(table).where(table.c.conversation_id == conversation_id)).all():
        blank = Retraction.model_validate_json(row.body).model_copy(update={"why": ""})
        connection.execute(update(table).where(table.c.id == row.id).values(body=blank.model_dump_json()))


def _blank_messages(connection: Connection, conversation_id: str) -> None:
    table = tables.mentions
    for row in connection.execute(select(table).where(table.c.conversation_id == conversation_id)).all():
        mention = Mention.model_validate_json(row.body)
        blank = mention.model_copy(update={"text": "", "thread": (), "author": Author()})
        connection.execute(update(table).where(table.c.id == row.id).values(body=blank.model_dump_json()))


def _blank_turns(connection: Connection, conversation_id: str) -> None:
    table = tables.turns
    for row in connection.execute(select(table).where(table.c.conversation_id == conversation_id)).all():
        turn = Turn.model_validate_json(row.body)
        mention = turn.mention.model_copy(update={"text": "", "thread": (), "author": Author()})
        nothing = {"mention": mention, "understanding": None, "draft": None, "findings": ()}
        body = turn.model_copy(update=nothing).model_dump_json()
        connection.execute(update(table).where(table.c.id == row.id).values(body=body))


def _blank_replies(connection: Connection, conversation_id: str) -> None:
    """Texts go; what didn't go out yet can't any more."""
    table = tables.replies
    ours = table.c.conversation_id == conversation_id
    unsent = ours & table.c.state.in_(UNSENT)
    connection.execute(update(table).where(unsent).values(state=ReplyState.WITHDRAWN.value))
    connection.execute(update(table).where(ours).values(text="", parts="[]", last_error=None))


def _blank_handoffs(connection: Connection, conversation_id: str) -> None:
    table = desk_tables.handoffs
    for row in connection.execute(select(table).where(table.c.conversation_id == conversation_id)).all():
        handoff = Handoff.model_validate_json(row.body)
        blank = handoff.model_copy(update={"summary": "", "promised": (), "expectation": None})
        connection.execute(update(table).where(table.c.id == row.id).values(body=blank.model_dump_json()))
