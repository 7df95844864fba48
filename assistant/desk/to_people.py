"""Gives what waits for a person to people: an owner, the hand-off with its summary, and who is on call."""

from datetime import datetime

from assistant.desk.assign import assign_best, is_given_by_hand
from assistant.desk.escalate import escalate
from assistant.desk.handoffs import hand_off
from assistant.domain.brand import Pack
from assistant.domain.conversation import Conversation, TurnRecord
from assistant.domain.escalation import EscalationKind
from assistant.ports import Transaction


def give_to_people(
    tx: Transaction, record: TurnRecord, conversation: Conversation, *, pack: Pack, at: datetime
) -> None:
    """`conversation` is as it was saved; one that waits for nobody is left alone, and nobody is called to what somebody
    took."""
    assign_best(tx, conversation, record.turn, pack=pack, at=at)
    handed = hand_off(tx, record, conversation, pack=pack, at=at)
    taken = is_given_by_hand(tx, conversation.id)
    if handed is not None and not taken and pack.on_call.ladder(conversation.queue):
        escalate(tx, conversation.id, EscalationKind.ON_CALL, team=conversation.queue, pack=pack, at=at)
