"""What may be done with a conversation's newest turn: said before anybody tries, by the rules that would refuse it."""

from datetime import datetime

from assistant.desk.labels import is_blind
from assistant.desk.replies import FOR_PEOPLE, replies_to_mention
from assistant.domain.conversation import ConversationDetail, Reply, TurnRecord
from assistant.domain.value import Value
from assistant.domain.vocabulary import Disposition
from assistant.ports import Reading


class Allowed(Value):
    """Which dispositions a review of this turn may give now; `why` says what stands against the others.

    What a text says is judged when it is sent: an answer that is allowed may still be refused for its words.
    """

    turn_id: str
    accept: bool = False
    edit: bool = False
    respond: bool = False
    ignore: bool = False
    why: str = ""


def allowed(look: Reading, detail: ConversationDetail, *, agent: str, at: datetime) -> Allowed | None:
    """What `agent` may do with the newest turn; None where the assistant hasn't read the message yet."""
    record = detail.turns[-1] if detail.turns else None
    if record is None:
        return None
    if handled(record, detail):
        return Allowed(turn_id=record.id, why="it was answered or settled already")
    holder = look.triage(detail.conversation.id).held_by(at)
    if holder not in {"", agent}:
        return Allowed(turn_id=record.id, why=f"{holder} is writing")
    if is_deleted(look, record):
        return Allowed(turn_id=record.id, ignore=True, why="the customer deleted this message")
    why = ""
    if is_blind(record):
        why = "the draft is audited blind: answer in your own words, then judge it"
    elif record.turn.draft is None:
        why = "there is no draft"
    return Allowed(turn_id=record.id, accept=not why, edit=not why, respond=True, ignore=True, why=why)


def handled(record: TurnRecord, detail: ConversationDetail) -> bool:
    """Whether nothing is left to decide: a reply that is held or unknown still waits for a person."""
    if under_way(record, detail) is not None or record.disposition is Disposition.IGNORED:
        return True
    return record.disposition is not None and not replies_to_mention(detail, record.turn.mention_id)


def under_way(record: TurnRecord, detail: ConversationDetail) -> Reply | None:
    """The reply to this message that goes out or went out, whoever let it go."""
    replies = replies_to_mention(detail, record.turn.mention_id)
    return next((reply for reply in replies if reply.state not in FOR_PEOPLE), None)


def is_deleted(look: Reading, record: TurnRecord) -> bool:
    """Whether the customer took the message back."""
    change = look.mention_change(record.turn.mention_id)
    return change is not None and change.deleted
