"""Keeps triage, search and events in step with conversations, in the transaction that changes them.

Events wait until the transaction's end (`tell`), where one lock makes their numbers grow in the order in which they
become visible: whoever reads on from a number misses none.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, String, bindparam, delete, func, insert, select, update

from assistant.adapters.sql.console_tables import events, said, triage
from assistant.adapters.sql.locks import EVENTS, lock
from assistant.adapters.sql.tables import NEVER
from assistant.domain.conversation import Conversation, TurnRecord
from assistant.domain.mention import Mention
from assistant.domain.triage import risk_of
from assistant.domain.vocabulary import Decision
from assistant.guardrails.privacy import cover

MOST_EVENTS = 100_000
"""Events kept; a page that slept through more than that is told to load again by its counts being wrong for a tick."""
_PRUNE_EVERY = 1000
_NEWS = "decided"
"""The kind of event that counts as news of its conversation."""
_WAITING = "events"
"""Where a connection keeps its transaction's events."""

_KEY: BindParameter[str] = bindparam("key", type_=String)
_ADD_TRIAGE = insert(triage)
_ADD_SAID = insert(said)
_ADD_EVENT = insert(events)
_FOLLOW = (
    update(triage)
    .where(triage.c.conversation_id == _KEY)
    .values({name: bindparam(name) for name in ("state", "decision", "due_at", "updated_at")})
)
_WEIGH = (
    update(triage)
    .where(triage.c.conversation_id == _KEY)
    .values(
        {
            name: bindparam(name)
            for name in ("risk", "reach", "confidence", "sensitive", "intent", "sentiment", "upset", "language")
        }
    )
)
_NEWEST = select(func.max(events.c.sequence))
_IS_NEWS = update(triage).where(triage.c.conversation_id == _KEY).values(news=bindparam("news"))


def heard(connection: Connection, mentions: Sequence[tuple[Mention, str]]) -> None:
    """Make the words of mentions findable, each with its conversation's id; card numbers and the like aren't kept."""
    rows = [
        {
            "brand_id": mention.brand_id,
            "conversation_id": conversation_id,
            "words": " ".join((mention.author.handle, mention.author.name, cover(mention.text))).casefold(),
        }
        for mention, conversation_id in mentions
    ]
    connection.execute(_ADD_SAID, rows)


def opened(connection: Connection, conversations: Sequence[Conversation]) -> None:
    """Conversations began."""
    rows = [{**blank_triage(), **_followed(each), **_place(each)} for each in conversations]
    connection.execute(_ADD_TRIAGE, rows)
    for each in conversations:
        happened(connection, each.brand_id, "opened", each.id, each.updated_at)


def followed(connection: Connection, conversation: Conversation) -> None:
    """A conversation changed."""
    connection.execute(_FOLLOW, {**_followed(conversation), "key": conversation.id})
    happened(connection, conversation.brand_id, "changed", conversation.id, conversation.updated_at)


def weighed(connection: Connection, record: TurnRecord) -> None:
    """A turn was decided: what it says about risk, reach and confidence, and that there is news."""
    happened(connection, record.turn.mention.brand_id, _NEWS, record.conversation_id, record.created_at)
    connection.execute(_WEIGH, {**_weights(record), "key": record.conversation_id})


def answered(connection: Connection, conversation_id: str, at: datetime) -> None:
    """The assistant's own reply went out, or may have."""
    connection.execute(update(triage).where(triage.c.conversation_id == conversation_id).values(robot_at=at))


def begin(connection: Connection) -> None:
    """A transaction begins: what one that failed left here never was."""
    connection.info[_WAITING] = []


def happened(connection: Connection, brand_id: str, kind: str, conversation_id: str, at: datetime) -> None:
    """An event, told at the end of the transaction."""
    connection.info[_WAITING].append({"brand_id": brand_id, "kind": kind, "conversation_id": conversation_id, "at": at})


def tell(connection: Connection) -> None:
    """Append the events that waited; old ones are dropped now and then. Nobody else appends until the end."""
    waiting, connection.info[_WAITING] = connection.info[_WAITING], []
    if not waiting:
        return
    lock(connection, EVENTS)
    quiet = [each for each in waiting if each["kind"] != _NEWS]
    if quiet:
        connection.execute(_ADD_EVENT, quiet)
    numbers = {each["conversation_id"]: _told(connection, each) for each in waiting if each["kind"] == _NEWS}
    if numbers:
        connection.execute(_IS_NEWS, [{"key": key, "news": number} for key, number in numbers.items()])
    newest = connection.scalar(_NEWEST) or 0
    if newest // _PRUNE_EVERY > (newest - len(waiting)) // _PRUNE_EVERY:
        connection.execute(delete(events).where(events.c.sequence <= newest - MOST_EVENTS))


def _told(connection: Connection, event: dict[str, Any]) -> int:
    key = connection.execute(_ADD_EVENT, event).inserted_primary_key
    return int(key[0]) if key is not None else 0


def blank_triage() -> dict[str, Any]:
    """The columns of a conversation nobody looked at."""
    unseen = {"risk": 0, "reach": -1, "confidence": 1.0, "news": 0}
    no = dict.fromkeys(("sensitive", "upset", "escalated"), False)
    empty = dict.fromkeys(("intent", "sentiment", "language", "assignee", "claimed_by"), "")
    nothing = dict.fromkeys(("snoozed_until", "claimed_until", "robot_at"))
    return {**unseen, **no, **empty, **nothing, "tags": "[]"}


def _place(conversation: Conversation) -> dict[str, Any]:
    return {"conversation_id": conversation.id, "brand_id": conversation.brand_id}


def _followed(conversation: Conversation) -> dict[str, Any]:
    return {
        "state": conversation.state.value,
        "decision": conversation.decision.value if conversation.decision else "",
        "due_at": conversation.due_at or NEVER,
        "updated_at": conversation.updated_at,
    }


def _weights(record: TurnRecord) -> dict[str, Any]:
    turn = record.turn
    read = turn.understanding
    followers = turn.mention.author.followers
    doubted = turn.route.decision is not Decision.NO_REPLY
    return {
        "risk": risk_of(turn),
        "reach": -1 if followers is None else min(followers, 2**31 - 1),
        "confidence": (read.intent_confidence if read else 0.0) if doubted else 1.0,
        "sensitive": bool(read and read.sensitive),
        "intent": (read.intent or "") if read else "",
        "sentiment": read.sentiment.value if read else "",
        "upset": bool(read and read.upset),
        "language": read.language if read else "",
    }
