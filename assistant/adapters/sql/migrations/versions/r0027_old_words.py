"""Words from before an edit are forgotten where they were kept: in messages, turns, hand-offs and the search."""

import json
import re
from typing import Any

import sqlalchemy as sa
from alembic import op

from assistant.guardrails.privacy import cover, mask

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_EDITED = """SELECT changed.id, changed.conversation_id, changed.body AS change, mentions.body
    FROM mention_changes AS changed JOIN mentions ON mentions.id = changed.id"""
_QUOTED = re.compile(r"“.*”", re.DOTALL)


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        bind.exec_driver_sql("PRAGMA secure_delete = ON")
    for row in bind.execute(sa.text(_EDITED)).all():
        newest, old = json.loads(row.change)["text"], json.loads(row.body)["text"]
        if newest is not None and newest != old:
            _forget(bind, row.id, row.conversation_id, old=old, newest=newest)


def downgrade() -> None:
    """What is forgotten stays so."""


def _forget(bind: sa.Connection, mention_id: str, conversation_id: str, *, old: str, newest: str) -> None:
    here = {"conversation_id": conversation_id}
    mentions: list[dict[str, Any]] = []
    for row in _rows(bind, "mentions", here):
        mention = json.loads(row.body)
        mentions.append(_without(mention | ({"text": newest} if row.id == mention_id else {}), mention_id, old))
        _write(bind, "mentions", row, mentions[-1])
    stale: set[str] = set()
    for row in _rows(bind, "turns", here):
        turn = json.loads(row.body)
        said = turn["mention"]
        if (
            turn["mention_id"] == mention_id
            and mention_id not in said.get("merged", ())
            and said["text"] != mask(newest).text
        ):
            said["text"] = ""
            stale.add(row.id)
        _write(bind, "turns", row, turn | {"mention": _without(said, mention_id, old)})
    for row in _rows(bind, "handoffs", here):
        handoff = json.loads(row.body)
        if handoff["turn_id"] in stale:
            _write(bind, "handoffs", row, handoff | {"summary": _QUOTED.sub("", handoff["summary"])})
    _find_again(bind, mentions, here)


def _find_again(bind: sa.Connection, mentions: list[dict[str, Any]], here: dict[str, str]) -> None:
    """The search holds every version there was: it is written anew from what is left."""
    bind.execute(sa.text("DELETE FROM said WHERE conversation_id = :conversation_id"), here)
    add = sa.text("INSERT INTO said (brand_id, conversation_id, words) VALUES (:brand_id, :conversation_id, :words)")
    for mention in mentions:
        if mention["text"]:
            author = mention["author"]
            words = " ".join((author["handle"], author["name"], cover(mention["text"]))).casefold()
            bind.execute(add, {**here, "brand_id": mention["brand_id"], "words": words})


def _without(mention: dict[str, Any], mention_id: str, words: str) -> dict[str, Any]:
    """Without the words where a burst or a thread holds them; as a piece of a longer word they are none."""
    if not words:
        return mention
    whole = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
    text = whole.sub("", mention["text"]).strip() if mention_id in mention.get("merged", ()) else mention["text"]
    thread = [{**said, "text": ""} if whole.search(said["text"]) else said for said in mention.get("thread", ())]
    return {**mention, "text": text, "thread": thread}


def _rows(bind: sa.Connection, table: str, here: dict[str, str]) -> list[Any]:
    query = f"SELECT id, body FROM {table} WHERE conversation_id = :conversation_id ORDER BY sequence"  # noqa: S608
    return list(bind.execute(sa.text(query), here))


def _write(bind: sa.Connection, table: str, row: Any, after: dict[str, Any]) -> None:  # noqa: ANN401 - a row
    if after != json.loads(row.body):
        statement = sa.text(f"UPDATE {table} SET body = :body WHERE id = :id")  # noqa: S608 - names of ours
        bind.execute(statement, {"id": row.id, "body": json.dumps(after, ensure_ascii=False)})
