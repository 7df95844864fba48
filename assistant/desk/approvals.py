"""Answers that need a second person: the team's ladder is asked, its time-outs run, and who approved what is kept."""

import hashlib
from datetime import datetime

from assistant.desk.escalate import acknowledge, escalate
from assistant.domain.approval import Approval, approval_id
from assistant.domain.audit import ASSISTANT
from assistant.domain.brand import Pack
from assistant.domain.conversation import Conversation
from assistant.domain.escalation import EscalationKind
from assistant.domain.mention import MAX_TEXT
from assistant.domain.readable import readable
from assistant.errors import AlreadyHandled, ApprovalMissing, InputInvalid, NotAllowed, NotFound
from assistant.ports import Reading, Transaction

MOST_WHY = 1_000


def ask_approval(tx: Transaction, turn_id: str, *, text: str, by: str, pack: Pack, at: datetime) -> Approval:
    """Ask the queue's ladder to approve this text; the same text again finds what was asked before, and calls people
    anew where the first call ended by itself, as where the conversation was resolved meanwhile.

    Raises `NotFound`, `InputInvalid` where there is no text or the queue's answers need nobody's word.
    """
    record = tx.turn(turn_id)
    conversation = tx.conversation(record.conversation_id)
    if conversation.brand_id != pack.brand.id:
        raise NotFound("turn", turn_id)
    if conversation.queue not in pack.on_call.approvals:
        raise InputInvalid(f"answers from {conversation.queue or 'nowhere'} need no approval; send it")
    words = readable(text).strip()
    if not words or len(words) > MAX_TEXT or not by.strip():
        raise InputInvalid(f"text: write 1 to {MAX_TEXT} characters, and say who asks")
    known = tx.approval(approval_id(turn_id, words))
    if known is not None and not _call_is_over(tx, known):
        return known
    team = conversation.queue
    called = escalate(tx, conversation.id, EscalationKind.APPROVAL, team=team, pack=pack, at=at)
    asked = Approval(
        id=approval_id(turn_id, words),
        brand_id=pack.brand.id,
        conversation_id=conversation.id,
        turn_id=turn_id,
        team=team,
        text=words,
        asked_by=by,
        asked_at=at,
        escalation=called.id,
    )
    _keep(tx, asked, "approval_asked", actor=by, at=at)
    return asked


def decide(tx: Transaction, key: str, *, approve: bool, by: str, why: str, brand_id: str, at: datetime) -> Approval:
    """Say yes or no to it, once however often, which also answers the call.

    Whoever asked can't: two people stand behind it.

    Raises `NotFound`, `AlreadyHandled`, `NotAllowed`, `InputInvalid`.
    """
    found = tx.approval(key)
    if found is None or found.brand_id != brand_id:
        raise NotFound("approval", key)
    if not by.strip():
        raise InputInvalid("by: missing; say who decides")
    if (found.approved, found.decided_by) == (approve, by):
        return found
    if found.approved is not None:
        raise AlreadyHandled(found.conversation_id, found.decided_by, handled_at=found.decided_at)
    if by == found.asked_by:
        raise NotAllowed("you asked for this approval; somebody else has to give it")
    said = {"approved": approve, "decided_by": by, "decided_at": at, "why": readable(why).strip()[:MOST_WHY]}
    decided = found.model_copy(update=said)
    if tx.escalation(found.escalation).is_open:
        acknowledge(tx, found.escalation, brand_id=brand_id, by=by, at=at)
    _keep(tx, decided, "approval_given" if approve else "approval_refused", actor=by, at=at)
    return decided


def _call_is_over(look: Reading, asked: Approval) -> bool:
    """Whether nobody decided, and nobody will: the call ended by itself."""
    return asked.approved is None and look.escalation(asked.escalation).acknowledged_by == ASSISTANT


def refuse_unapproved(
    look: Reading, conversation: Conversation, turn_id: str, text: str, *, sender: str, pack: Pack
) -> None:
    """Raises `ApprovalMissing` where this text must not go out on one person's word alone."""
    if conversation.queue not in pack.on_call.approvals:
        return
    if not any(each.covers(text, sender=sender) for each in look.approvals(conversation.id) if each.turn_id == turn_id):
        raise ApprovalMissing(conversation.queue)


def _keep(tx: Transaction, approval: Approval, event: str, *, actor: str, at: datetime) -> None:
    tx.save_approval(approval)
    digest = hashlib.sha256(approval.text.encode()).hexdigest()
    said = {"conversation": approval.conversation_id, "turn": approval.turn_id, "team": approval.team}
    tx.append_audit(
        brand_id=approval.brand_id,
        at=at,
        actor=actor,
        event=event,
        subject=approval.id,
        facts={**said, "text_sha256": digest},
    )
