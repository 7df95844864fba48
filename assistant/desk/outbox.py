"""The only sender. A reply's row says `sending` before the channel is called, so a crash is seen and looked into."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from assistant.desk.act import ACTOR
from assistant.domain.conversation import Reply, ReplyState
from assistant.domain.value import Value
from assistant.domain.vocabulary import ConversationState, Decision
from assistant.errors import ChannelUnavailable
from assistant.ports import Channel, Clock, Store, Transaction

LEASE_S = 10
"""How long a sender may take before it counts as dead: a look-up and a post of at most 4 s each, and two commits."""
MAX_ATTEMPTS = 8
"""With the doubling wait below, about ten minutes; then a person decides."""
FIRST_WAIT_S = 5

_IN_FLIGHT = frozenset({ReplyState.DUE, ReplyState.FAILED, ReplyState.SENDING})

log = structlog.get_logger()


class Delivered(Value):
    """How many replies went which way in one pass."""

    sent: int = 0
    failed: int = 0
    held: int = 0
    unknown: int = 0


def deliver_due(
    store: Store, channels: Mapping[str, Channel], *, brand_id: str, clock: Clock, limit: int = 32
) -> Delivered:
    """Send what is due, oldest first, each in its own transactions.

    A reply that may have been posted before is looked up on its channel first. The kill switch and the holds are read
    in the transaction that claims the reply. Only `ChannelUnavailable` counts as a failed attempt; anything else is
    raised, and the row is taken up again when its lease is over.
    """
    with store.read() as look:
        due = look.due_replies(brand_id=brand_id, now=clock(), limit=limit)
    ends = Counter(_deliver(store, channels, reply, clock=clock) for reply in due)
    return Delivered(
        sent=ends[ReplyState.SENT],
        failed=ends[ReplyState.FAILED],
        held=ends[ReplyState.HELD],
        unknown=ends[ReplyState.UNKNOWN],
    )


def _deliver(store: Store, channels: Mapping[str, Channel], reply: Reply, *, clock: Clock) -> ReplyState | None:
    """Where the reply stands afterwards; None where another sender has it."""
    with store.begin() as tx:
        claimed = _claim(tx, reply.id, at=clock())
    if claimed is None or claimed.state is not ReplyState.SENDING:
        return claimed.state if claimed else None
    try:
        sent_id = _post(channels.get(claimed.channel), claimed)
    except ChannelUnavailable as failure:
        with store.begin() as tx:
            return _settle_failure(tx, claimed, failure, at=clock())
    with store.begin() as tx:
        return _settle_sent(tx, claimed, sent_id, at=clock())


def _claim(tx: Transaction, reply_id: str, *, at: datetime) -> Reply | None:
    reply = tx.reply(reply_id)
    if reply.state not in _IN_FLIGHT or reply.not_before > at:
        return None
    if reply.automated and _is_stopped(tx, reply):
        return _leave_to_people(tx, reply, ReplyState.HELD, at=at)
    if reply.attempts >= MAX_ATTEMPTS:
        return _leave_to_people(tx, reply, ReplyState.UNKNOWN, at=at)
    lease_ends_at = at + timedelta(seconds=LEASE_S)
    changed = {"state": ReplyState.SENDING, "attempts": reply.attempts + 1, "not_before": lease_ends_at}
    claimed = reply.model_copy(update=changed)
    tx.save_reply(claimed)
    return claimed


def _is_stopped(tx: Transaction, reply: Reply) -> bool:
    automation, slice_ = tx.automation(reply.brand_id), tx.turn(reply.turn_id).turn.route.slice
    return automation.kill_switch or automation.holds_back(intent=reply.intent, topic=reply.topic, slice_=slice_)


def _post(channel: Channel | None, reply: Reply) -> str:
    if channel is None:
        raise ChannelUnavailable(f"no channel {reply.channel!r} is connected; connect it or answer there by hand")
    posted_before = channel.find(reply.delivery_key) if reply.attempts > 1 else None
    return posted_before or channel.send(reply)


def _settle_sent(tx: Transaction, claimed: Reply, sent_id: str, *, at: datetime) -> ReplyState:
    if tx.reply(claimed.id).state is ReplyState.SENT:
        return ReplyState.SENT
    tx.save_reply(claimed.model_copy(update={"state": ReplyState.SENT, "sent_id": sent_id, "last_error": None}))
    conversation = tx.conversation(claimed.conversation_id)
    if conversation.state is ConversationState.PENDING:
        resolved = {"state": ConversationState.RESOLVED, "due_at": None, "updated_at": at}
        tx.save_conversation(conversation.model_copy(update=resolved), seen_version=conversation.version)
    _record(tx, claimed, "reply_sent", {"sent_id": sent_id, "attempts": claimed.attempts}, at=at)
    return ReplyState.SENT


def _settle_failure(tx: Transaction, claimed: Reply, failure: ChannelUnavailable, *, at: datetime) -> ReplyState | None:
    stored = tx.reply(claimed.id)
    if stored.state is not ReplyState.SENDING or stored.attempts != claimed.attempts:
        return None  # another sender took over when our lease ended; its word counts
    failed = claimed.model_copy(update={"last_error": str(failure)})
    if claimed.attempts >= MAX_ATTEMPTS:
        return _leave_to_people(tx, failed, ReplyState.UNKNOWN, at=at).state
    wait_s = FIRST_WAIT_S * 2 ** (claimed.attempts - 1)
    changed = {"state": ReplyState.FAILED, "not_before": at + timedelta(seconds=wait_s)}
    tx.save_reply(failed.model_copy(update=changed))
    log.warning("reply_failed", reply_id=claimed.id, channel=claimed.channel, attempts=claimed.attempts, wait_s=wait_s)
    return ReplyState.FAILED


def _leave_to_people(tx: Transaction, reply: Reply, state: ReplyState, *, at: datetime) -> Reply:
    left = reply.model_copy(update={"state": state})
    tx.save_reply(left)
    conversation = tx.conversation(reply.conversation_id)
    if not conversation.waits_for_person:
        waiting = {"state": ConversationState.OPEN, "decision": Decision.REVIEW, "due_at": at, "updated_at": at}
        tx.save_conversation(conversation.model_copy(update=waiting), seen_version=conversation.version)
    _record(tx, left, f"reply_{state.value}", {"attempts": reply.attempts}, at=at)
    return left


def _record(tx: Transaction, reply: Reply, event: str, facts: Mapping[str, object], *, at: datetime) -> None:
    said = {"turn": reply.turn_id, "conversation": reply.conversation_id, "delivery_key": reply.delivery_key, **facts}
    tx.append_audit(brand_id=reply.brand_id, at=at, actor=ACTOR, event=event, subject=reply.id, facts=said)
