"""Taking back a reply before it leaves: every one an agent sends waits a few seconds in the outbox first."""

from datetime import datetime, timedelta

from assistant.desk.labels import unsettle
from assistant.desk.triage import take_back
from assistant.domain.brand import Pack
from assistant.domain.conversation import Reply, ReplyState
from assistant.errors import NotAllowed
from assistant.ports import Transaction

UNDONE = "reply_undone"


def wait(tx: Transaction, reply: Reply, *, seconds: float) -> Reply:
    """Hold a reply just enqueued back for so long."""
    waiting = reply.model_copy(update={"not_before": reply.not_before + timedelta(seconds=seconds)})
    tx.save_reply(waiting)
    return waiting


def undo(tx: Transaction, reply_id: str, *, agent: str, pack: Pack, at: datetime) -> Reply:
    """Back to the desk with it, for a person to decide again; one that was taken back stays so.

    Raises `NotAllowed` where it is on its way already.
    """
    reply = tx.reply(reply_id)
    if reply.state is ReplyState.HELD and tx.audit(subject=reply_id)[-1].event == UNDONE:
        return reply
    if reply.state is not ReplyState.DUE or reply.attempts or reply.sent_parts or reply.not_before <= at:
        raise NotAllowed("too late to undo: the reply is on its way or was sent")
    held = reply.model_copy(update={"state": ReplyState.HELD})
    tx.save_reply(held)
    tx.drop_offer_spends(reply.id)
    tx.clear_disposition(reply.turn_id)
    tx.drop_edits(reply.turn_id)
    unsettle(tx, reply.turn_id)
    conversation = tx.conversation(reply.conversation_id)
    take_back(tx, conversation, tx.turn(reply.turn_id), pack=pack, at=at)
    facts = {"conversation": conversation.id, "turn": reply.turn_id}
    tx.append_audit(brand_id=reply.brand_id, at=at, actor=agent, event=UNDONE, subject=reply.id, facts=facts)
    return held
