"""A store restored from a backup doesn't know what went out since: it is looked up before anything is posted."""

from datetime import datetime

from assistant.domain.conversation import Reply
from assistant.ports import HANDED_OVER, Reading, Transaction

EVENT = "store_restored"


def note_restored(tx: Transaction, *, brand_id: str, by: str, at: datetime) -> None:
    """Keep that the store is older than what the brand's channels show, and begin anew what durable work had in hand:
    where it wasn't restored, it is lost.
    """
    tx.give_back(brand_id=brand_id, by=HANDED_OVER)
    tx.append_audit(brand_id=brand_id, at=at, actor=by, event=EVENT, subject=_subject(brand_id), facts={})


def may_be_out(look: Reading, reply: Reply) -> bool:
    """Whether the store that was restored may have sent this reply: its message came before that."""
    noted = look.audit(subject=_subject(reply.brand_id))
    if not noted:
        return False
    mention = look.turn(reply.turn_id).turn.mention
    came_at = mention.created_at or look.wait(mention.id).since
    return came_at <= noted[-1].at


def _subject(brand_id: str) -> str:
    return f"store:{brand_id}"
