"""Forgetting a mention's words, all of them or those before an edit: every copy in the store, at once."""

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Table, delete, select, update

from assistant.adapters.sql import care_tables, channel_tables, console_tables, desk_tables, tables, wording_tables
from assistant.adapters.sql.console_following import heard
from assistant.adapters.sql.desk_tables import desk_labels
from assistant.adapters.sql.relabel_tables import relabels
from assistant.adapters.sql.rows import AnyRow
from assistant.domain.approval import Approval
from assistant.domain.basis import MentionChange
from assistant.domain.conversation import ReplyState, preview_of
from assistant.domain.expert import ExpertAsk
from assistant.domain.handoff import Handoff
from assistant.domain.label import DeskLabel
from assistant.domain.mention import Author, Mention
from assistant.domain.relabel import Relabel
from assistant.domain.turn import Turn
from assistant.errors import NotFound
from assistant.guardrails.privacy import cover, mask
from assistant.scoring.own_words import own_words

Body = Mention | Turn | Handoff
WENT_OUT = frozenset({ReplyState.SENT, ReplyState.RECALLED})
UNSENT = tuple(state.value for state in ReplyState if state not in WENT_OUT)


def purge(connection: Connection, mention_id: str) -> bool:
    """Blank the mention, its turns, threads that quote it, previews and unsent replies. False where it is unknown.

    Threads of its conversation and of the answers below it on the network, whoever wrote those.

    SQLite overwrites what is freed (`secure_delete`), so that the words don't linger in the file either.
    """
    overwrite_freed(connection)
    row = connection.execute(select(tables.mentions).where(tables.mentions.c.id == mention_id)).one_or_none()
    if row is None:
        return False
    whole = _shapes(Mention.model_validate_json(row.body).text)
    for conversation_id in sorted({row.conversation_id, *_quoting(connection, mention_id)}):
        for kept in _rows(connection, tables.mentions, conversation_id):
            mention = Mention.model_validate_json(kept.body)
            _write(connection, tables.mentions, kept, mention, _blanked(mention, mention_id, whole))
        for kept in _rows(connection, tables.turns, conversation_id):
            turn = Turn.model_validate_json(kept.body)
            _write(connection, tables.turns, kept, turn, _blanked_turn(turn, mention_id, whole))
    _stop_looking(connection, mention_id)
    own = [kept.id for kept in _rows(connection, tables.turns, row.conversation_id) if kept.mention_id == mention_id]
    _drop_replies(connection, own)
    _drop_beside(connection, row.conversation_id, own, mention_id)
    conversations = tables.conversations
    statement = update(conversations).where(conversations.c.id == row.conversation_id).values(preview="")
    connection.execute(statement)
    _unfind(connection, row.conversation_id)
    return True


def reword(connection: Connection, mention_id: str, text: str) -> None:
    """Put an edited message's newest words in the place of those before, which turns, hand-offs and the search forget.

    What was understood and drafted stays: it is stale, and written again. Raises `NotFound`.
    """
    overwrite_freed(connection)
    row = connection.execute(select(tables.mentions).where(tables.mentions.c.id == mention_id)).one_or_none()
    if row is None:
        raise NotFound("mention", mention_id)
    words = Mention.model_validate_json(row.body).text
    whole = _shapes(words)
    for kept in _rows(connection, tables.mentions, row.conversation_id):
        mention = Mention.model_validate_json(kept.body)
        newest = mention.model_copy(update={"text": text}) if mention.id == mention_id else mention
        _write(connection, tables.mentions, kept, mention, _without(newest, mention_id, whole))
    for kept in _rows(connection, tables.turns, row.conversation_id):
        turn = Turn.model_validate_json(kept.body)
        mention = turn.mention.model_copy(update={"text": ""}) if turn.mention_id == mention_id else turn.mention
        mention = _without(mention, mention_id, whole)
        _write(connection, tables.turns, kept, turn, turn.model_copy(update={"mention": mention}))
    for kept in _rows(connection, desk_tables.handoffs, row.conversation_id):
        handoff = Handoff.model_validate_json(kept.body)
        summary = handoff.summary
        for quoted in (preview_of(words), preview_of(cover(words))):
            summary = summary.replace(f"“{quoted}”", "")
        _write(connection, desk_tables.handoffs, kept, handoff, handoff.model_copy(update={"summary": summary}))
    _unteach(connection, row.conversation_id, mention_id)
    _unfind(connection, row.conversation_id)


def overwrite_freed(connection: Connection) -> None:
    """What this transaction takes away doesn't linger in SQLite's file."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def _stop_looking(connection: Connection, mention_id: str) -> None:
    """The network isn't asked for words that were forgotten: they would come back."""
    posts = channel_tables.channel_posts
    connection.execute(update(posts).where(posts.c.mention_id == mention_id).values(look_at=None))


def _quoting(connection: Connection, mention_id: str) -> Sequence[str]:
    """Conversations of who answered below the message on its network with a thread, which may quote it."""
    posts, known = channel_tables.channel_posts, set[str]()
    below = connection.execute(select(posts).where(posts.c.mention_id == mention_id)).all()
    answers: list[str] = []
    while below := [post for post in below if post.external_id not in known]:
        known.update(post.external_id for post in below)
        answers += [post.mention_id for post in below if post.mention_id is not None]
        here = (posts.c.brand_id == below[0].brand_id) & (posts.c.channel == below[0].channel)
        ids = [post.external_id for post in below]
        below = [
            post
            for some in _portions(ids)
            for post in connection.execute(select(posts).where(here & posts.c.parent_id.in_(some)))
        ]
    talk, kept = tables.mentions.c.conversation_id, tables.mentions.c
    quoting = ~kept.body.contains('"thread":[]', autoescape=True)
    return [
        found
        for some in _portions(answers)
        for found in connection.scalars(select(talk).where(kept.id.in_(some) & quoting).distinct())
    ]


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many as any database takes in one question."""
    return (ids[start : start + 500] for start in range(0, len(ids), 500))


def _unteach(connection: Connection, conversation_id: str, mention_id: str) -> None:
    """Training learns nothing more from the words."""
    for kept in _rows(connection, relabels, conversation_id):
        if Relabel.model_validate_json(kept.body).mention_id == mention_id:
            connection.execute(delete(relabels).where(relabels.c.id == kept.id))


def _unfind(connection: Connection, conversation_id: str) -> None:
    """The words for searching are written anew from what is left."""
    connection.execute(delete(console_tables.said).where(console_tables.said.c.conversation_id == conversation_id))
    left = [Mention.model_validate_json(kept.body) for kept in _rows(connection, tables.mentions, conversation_id)]
    if there := [(mention, conversation_id) for mention in left if mention.text]:
        heard(connection, there)


def _rows(connection: Connection, table: Table, conversation_id: str) -> Sequence[AnyRow]:
    return connection.execute(select(table).where(table.c.conversation_id == conversation_id)).all()


def _write(connection: Connection, table: Table, row: AnyRow, before: Body, after: Body) -> None:
    if after != before:
        statement = update(table).where(table.c.id == row.id).values(body=after.model_dump_json())
        connection.execute(statement)


def _shapes(words: str) -> re.Pattern[str] | None:
    """The words, masked or not, as a burst or a thread holds them; as a piece of a longer word they are none."""
    if not words:
        return None
    shapes = "|".join(
        re.escape(shape) for each in dict.fromkeys((words, own_words(words))) for shape in (each, mask(each).text)
    )
    return re.compile(rf"(?<!\w)(?:{shapes})(?!\w)")


def _blanked(mention: Mention, mention_id: str, whole: re.Pattern[str] | None) -> Mention:
    if mention.id == mention_id:
        return mention.model_copy(update={"text": "", "thread": (), "author": Author()})
    return _without(mention, mention_id, whole)


def _without(mention: Mention, mention_id: str, whole: re.Pattern[str] | None) -> Mention:
    """Without the words where a burst or a thread holds them; a burst that holds them in another shape loses all of its
    text.
    """
    if whole is None:
        return mention
    text = mention.text
    if mention_id in mention.merged:
        text = whole.sub("", text).strip() if whole.search(text) else ""
    thread = tuple(said.model_copy(update={"text": ""}) if whole.search(said.text) else said for said in mention.thread)
    return mention.model_copy(update={"text": text, "thread": thread})


def _blanked_turn(turn: Turn, mention_id: str, whole: re.Pattern[str] | None) -> Turn:
    mention = _blanked(turn.mention, mention_id, whole)
    if turn.mention_id != mention_id and mention_id not in turn.mention.merged:
        return turn.model_copy(update={"mention": mention})
    return turn.model_copy(update={"mention": mention, "understanding": None, "draft": None, "findings": ()})


def _drop_beside(connection: Connection, conversation_id: str, turn_ids: Sequence[str], mention_id: str) -> None:
    """What else was made of the words: hand-offs, questions to experts, changes of the message, edits of its drafts."""
    for kept in _rows(connection, desk_tables.approvals, conversation_id):
        if Approval.model_validate_json(kept.body).turn_id in turn_ids:
            connection.execute(delete(desk_tables.approvals).where(desk_tables.approvals.c.id == kept.id))
    for kept in _rows(connection, care_tables.expert_asks, conversation_id):
        if ExpertAsk.model_validate_json(kept.body).turn_id in turn_ids:
            connection.execute(delete(care_tables.expert_asks).where(care_tables.expert_asks.c.id == kept.id))
    for kept in _rows(connection, desk_tables.handoffs, conversation_id):
        handoff = Handoff.model_validate_json(kept.body)
        if handoff.turn_id in turn_ids:
            blank = handoff.model_copy(update={"summary": "", "promised": (), "expectation": None})
            table = desk_tables.handoffs
            connection.execute(update(table).where(table.c.id == kept.id).values(body=blank.model_dump_json()))
    changes = desk_tables.mention_changes
    for kept in connection.execute(select(changes).where(changes.c.id == mention_id)).all():
        change = MentionChange.model_validate_json(kept.body).model_copy(update={"text": None})
        connection.execute(update(changes).where(changes.c.id == mention_id).values(body=change.model_dump_json()))
    for kept in connection.execute(select(desk_labels).where(desk_labels.c.id.in_(turn_ids))).all():
        label = DeskLabel.model_validate_json(kept.body).model_copy(update={"why": ""})
        of_label = update(desk_labels).where(desk_labels.c.id == kept.id)
        connection.execute(of_label.values(body=label.model_dump_json()))
    edits = wording_tables.edits
    connection.execute(delete(edits).where(edits.c.turn_id.in_(turn_ids)))
    _unteach(connection, conversation_id, mention_id)


def _drop_replies(connection: Connection, turn_ids: Sequence[str]) -> None:
    """What went out is the brand's own public word and stays; what didn't can't go out any more."""
    table = tables.replies
    unsent = table.c.turn_id.in_(turn_ids) & table.c.state.in_(UNSENT)
    blank = {"text": "", "parts": "[]", "state": ReplyState.WITHDRAWN.value, "last_error": None}
    statement = update(table).where(unsent).values(**blank)
    connection.execute(statement)
