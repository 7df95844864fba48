"""One conversation's part of the log: everything that was decided, written, edited, approved and sent in it."""

from assistant.domain.audit import AuditEntry
from assistant.ports import Reading

ESCALATIONS = 500


def story(look: Reading, conversation_id: str, *, brand_id: str) -> tuple[AuditEntry, ...]:
    """Oldest first. Each entry's hash covers the one before in the whole log, so none can be taken out unseen."""
    detail = look.detail(conversation_id)
    subjects = [conversation_id]
    subjects += [mention.id for mention in detail.mentions]
    subjects += [record.id for record in detail.turns]
    subjects += [reply.id for reply in detail.replies]
    subjects += [handoff.id for handoff in look.handoffs(conversation_id)]
    subjects += [fix.id for fix in look.follow_ups(conversation_id)]
    subjects += [ask.id for ask in look.expert_asks(conversation_id)]
    subjects += [approval.id for approval in look.approvals(conversation_id)]
    subjects += [invite.id for invite in look.peer_invites(conversation_id)]
    told = look.escalations(brand_id=brand_id, limit=ESCALATIONS)
    subjects += [each.id for each in told if each.conversation_id == conversation_id]
    found = {entry.sequence: entry for subject in subjects for entry in look.audit(subject=subject)}
    return tuple(found[number] for number in sorted(found))
