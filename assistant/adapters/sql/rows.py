"""Rows to values and back."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from assistant.adapters.sql.tables import NEVER, replies
from assistant.domain.audit import AuditEntry
from assistant.domain.conversation import Conversation, Reply, TurnRecord
from assistant.domain.turn import Turn
from assistant.domain.value import Value
from assistant.domain.vocabulary import Disposition

AnyRow = Row[tuple[Any, ...]]


def conversation_row(conversation: Conversation) -> dict[str, Any]:
    return {**_plain(conversation), "due_at": conversation.due_at or NEVER}


def conversation_of(row: AnyRow) -> Conversation:
    return conversation_of_fields(row._mapping)


def conversation_of_fields(fields: Mapping[Any, Any]) -> Conversation:
    """A conversation from its columns."""
    return Conversation.model_validate({**fields, "due_at": None if fields["due_at"] == NEVER else fields["due_at"]})


def turn_of(row: AnyRow) -> TurnRecord:
    return TurnRecord(
        id=row.id,
        conversation_id=row.conversation_id,
        number=row.number,
        turn=Turn.model_validate_json(row.body),
        disposition=Disposition(row.disposition) if row.disposition else None,
        created_at=row.created_at,
    )


def reply_row(reply: Reply) -> dict[str, Any]:
    lists = {name: json.dumps(value, ensure_ascii=False) if value else "[]" for name, value in _lists(reply)}
    return {**_plain(reply), **lists}


_OF_REPLY = tuple(column.name for column in replies.c if column.name != "sequence")


def reply_of(row: AnyRow) -> Reply:
    """The reply of a row that may hold more than it."""
    fields = {name: row._mapping[name] for name in _OF_REPLY}
    fields |= {name: () if fields[name] == "[]" else json.loads(fields[name]) for name in ("parts", "sent_parts")}
    return Reply.model_validate(fields)


def _lists(reply: Reply) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ("parts", reply.parts), ("sent_parts", reply.sent_parts)


def audit_of(row: AnyRow) -> AuditEntry:
    return AuditEntry.model_validate(dict(row._mapping))


def _plain(value: Value) -> dict[str, Any]:
    return {name: field.value if isinstance(field, StrEnum) else field for name, field in value}
