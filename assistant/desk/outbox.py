"""The only sender. A reply's row says `sending` before the channel is called, so a crash is seen and looked into."""

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from assistant.desk.channel_gate import refused
from assistant.desk.follow_up import drop, fixed
from assistant.desk.peers import left_unsaid
from assistant.desk.restored import may_be_out
from assistant.desk.sla import restart
from assistant.desk.staleness import Lately, redo, what_changed
from assistant.domain.audit import ASSISTANT
from assistant.domain.automation import Step
from assistant.domain.basis import World
from assistant.domain.budget import Budget
from assistant.domain.certificate import UNREADABLE
from assistant.domain.conversation import Conversation, Reply, ReplyState
from assistant.domain.networks import Refusal
from assistant.domain.retraction import Retraction, RetractionState
from assistant.domain.value import Value
from assistant.domain.vocabulary import ConversationState, Decision
from assistant.errors import ChannelBusy, ChannelRefuses, ChannelUnavailable
from assistant.ports import Channel, Clock, Metered, Retracting, Store, Transaction

LEASE_S = 10
"""How long a sender may take before it counts as dead: a look-up and a post of at most 4 s each, and two commits."""
MAX_ATTEMPTS = 8
"""With the doubling wait below, about ten minutes; then a person decides."""
FIRST_WAIT_S = 5
CANARY = "a canary: planted to see who reads, and never sent"
NOT_CERTIFIED = "not certified any more: this kind of answer goes out only while a certificate stands; review it"
INDEX_AWAY = "the index can't be read now, so nobody can tell whether the certificate of this answer stands; review it"

_IN_FLIGHT = frozenset({ReplyState.DUE, ReplyState.FAILED, ReplyState.SENDING})

log = structlog.get_logger()


class Delivered(Value):
    """How many replies went which way in one pass."""

    sent: int = 0
    failed: int = 0
    held: int = 0
    unknown: int = 0


def deliver_due(
    store: Store,
    channels: Mapping[str, Channel],
    *,
    brand_id: str,
    clock: Clock,
    by: str = "",
    limit: int = 32,
    at_once: int = 1,
    world: Callable[[], World] | None = None,
) -> Delivered:
    """Send what is due, oldest first, each in its own transactions, `at_once` at a time; `by` names this process.

    A reply that may have been posted before is looked up on its channel first. The kill switch, the holds and the
    channel's budget are read in the transaction that claims the reply. Only `ChannelUnavailable` counts as a failed
    attempt; anything else is raised, and the row is taken up again when its lease is over. A reply whose basis changed
    is never sent: it is held with what changed, and its draft is marked to be written again; `world` is what is true
    outside conversations. So is an automated answer whose certificate doesn't stand any more.
    """
    with store.read() as look:
        due = look.due_replies(brand_id=brand_id, now=clock(), limit=limit)
    if not due:
        return Delivered()
    now = Lately(world, clock)
    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="outbox") as pool:
        jobs = [pool.submit(deliver, store, channels, reply.id, clock=clock, by=by, world=now) for reply in due]
    ends = Counter(job.result() for job in jobs)
    return Delivered(
        sent=ends[ReplyState.SENT],
        failed=ends[ReplyState.FAILED],
        held=ends[ReplyState.HELD],
        unknown=ends[ReplyState.UNKNOWN],
    )


def deliver(
    store: Store,
    channels: Mapping[str, Channel],
    reply_id: str,
    *,
    clock: Clock,
    by: str = "",
    world: Callable[[], World | None] | None = None,
) -> ReplyState | None:
    """Send one reply if it is due; where it stands afterwards, None where another sender has it or it must wait.

    One of several posts goes out post by post, each claimed, looked up and settled as if it were alone: a crash between
    two goes on with the next, and one that fails leaves the rest to a person.
    """
    settled = _deliver_post(store, channels, reply_id, clock=clock, by=by, world=world)
    while settled is not None and settled.goes_on:
        settled = _deliver_post(store, channels, reply_id, clock=clock, by=by, world=world)
    return settled.state if settled else None


class _Settled(NamedTuple):
    """Where a reply stands, and whether its next post may follow at once."""

    state: ReplyState
    goes_on: bool = False


def _deliver_post(
    store: Store,
    channels: Mapping[str, Channel],
    reply_id: str,
    *,
    clock: Clock,
    by: str,
    world: Callable[[], World | None] | None,
) -> _Settled | None:
    now = world() if world is not None else None
    with store.begin() as tx:
        claimed = _claim(tx, reply_id, now, by=by, at=clock())
    if claimed is None or claimed.state is not ReplyState.SENDING:
        return _Settled(claimed.state) if claimed else None
    channel = channels.get(claimed.channel)
    try:
        sent_id = _post(channel, claimed)
    except ChannelUnavailable as failure:
        with store.begin() as tx:
            _learn_budget(tx, claimed, channel, failure, at=clock())
            failed = _settle_failure(tx, claimed, failure, at=clock())
            return _Settled(failed) if failed else None
    with store.begin() as tx:
        _learn_budget(tx, claimed, channel, None, at=clock())
        return _settle_sent(tx, claimed, sent_id, at=clock())


def retract_due(store: Store, channels: Mapping[str, Channel], *, brand_id: str, clock: Clock, limit: int = 32) -> int:
    """Take off their networks the replies people want gone; how many were tried.

    Deleting twice is as deleting once, so a process that dies over it is simply followed by another.
    """
    with store.read() as look:
        due = look.retractions_due(brand_id=brand_id, now=clock(), limit=limit)
    return sum(_retract(store, channels, asked.id, clock=clock) for asked in due)


def _retract(store: Store, channels: Mapping[str, Channel], reply_id: str, *, clock: Clock) -> bool:
    with store.begin() as tx:
        asked, reply, at = tx.retraction(reply_id), tx.reply(reply_id), clock()
        if asked is None or asked.state is not RetractionState.WAITS or asked.not_before > at:
            return False
        leased = {"attempts": asked.attempts + 1, "not_before": at + timedelta(seconds=LEASE_S)}
        asked = asked.model_copy(update=leased)
        tx.save_retraction(asked)
    channel: object = channels.get(reply.channel)
    try:
        if not isinstance(channel, Retracting):
            raise ChannelRefuses(f"{reply.channel} can't take back what was posted")
        for post in reversed(reply.posts):
            channel.retract(post)
    except ChannelUnavailable as failure:
        _try_again(store, asked, failure, at=clock())
    else:
        _end(store, asked, RetractionState.DONE, "", at=clock())
    return True


def _try_again(store: Store, asked: Retraction, failure: ChannelUnavailable, *, at: datetime) -> None:
    if isinstance(failure, ChannelRefuses) or asked.attempts >= MAX_ATTEMPTS:
        _end(store, asked, RetractionState.REFUSED, str(failure), at=at)
        return
    wait_s = FIRST_WAIT_S * 2 ** (asked.attempts - 1)
    if isinstance(failure, ChannelBusy):
        wait_s = max(wait_s, failure.retry_after_s)
    later = {"not_before": at + timedelta(seconds=wait_s), "problem": str(failure)}
    with store.begin() as tx:
        tx.save_retraction(asked.model_copy(update=later))


def _end(store: Store, asked: Retraction, state: RetractionState, problem: str, *, at: datetime) -> None:
    gone = state is RetractionState.DONE
    told = "was taken off" if gone else f"still stands there ({problem}): delete it by hand, or correct it there"
    facts = {"conversation": asked.conversation_id, "asked_by": asked.asked_by, "problem": problem}
    with store.begin() as tx:
        tx.save_retraction(asked.model_copy(update={"state": state, "problem": problem, "ended_at": at}))
        text = f"{asked.channel}: our answer {told}."
        tx.add_note(conversation_id=asked.conversation_id, author=asked.asked_by, at=at, text=text)
        event = "reply_taken_off" if gone else "reply_stays"
        tx.append_audit(brand_id=asked.brand_id, at=at, actor=ASSISTANT, event=event, subject=asked.id, facts=facts)
        tx.add_event(brand_id=asked.brand_id, kind="recalled", conversation_id=asked.conversation_id, at=at)


def _claim(tx: Transaction, reply_id: str, world: World | None, *, by: str, at: datetime) -> Reply | None:
    reply = tx.reply(reply_id)
    if reply.state not in _IN_FLIGHT or reply.not_before > at or _is_with_another(reply, by):
        return None
    if tx.canary_in(reply.conversation_id) is not None:
        withdrawn = reply.model_copy(update={"state": ReplyState.WITHDRAWN, "last_error": CANARY})
        tx.save_reply(withdrawn)
        return withdrawn
    begun = bool(reply.attempts or reply.sent_parts)
    if reply.is_follow_up and not begun and (why := _dropped_because(tx, reply, world, at=at)):
        return _dropped(tx, reply, why, at=at)
    if reply.automated and _is_stopped(tx, reply, world):
        return _leave_to_people(tx, reply, ReplyState.HELD, at=at)
    if reply.attempts >= MAX_ATTEMPTS:
        return _leave_to_people(tx, reply, ReplyState.UNKNOWN, at=at)
    if why := _held_because(tx, reply, world, at=at):
        return _leave_to_people(tx, reply.model_copy(update={"last_error": why}), ReplyState.HELD, at=at)
    if _must_wait(tx, reply, at=at):
        return None
    changed = {
        "state": ReplyState.SENDING,
        "attempts": reply.attempts + (2 if not begun and may_be_out(tx, reply) else 1),
        "not_before": at + timedelta(seconds=LEASE_S),
        "claimed_by": by or None,
    }
    claimed = reply.model_copy(update=changed)
    tx.save_reply(claimed)
    return claimed


def _is_with_another(reply: Reply, by: str) -> bool:
    """Whether another process is sending it: over only when that one is dead, whatever the clocks say meanwhile."""
    return bool(by and reply.claimed_by) and reply.state is ReplyState.SENDING and reply.claimed_by != by


def _held_because(tx: Transaction, reply: Reply, world: World | None, *, at: datetime) -> str:
    """What forbids sending now: a rule of the network, a certificate that is gone, or that what the draft stands on
    changed; else empty.
    """
    if rule := refused(tx, reply, again=bool(reply.attempts or reply.sent_parts), at=at):
        return rule
    if gone := _lost_its_certificate(tx, reply, world, at=at):
        return gone
    stale = what_changed(tx, reply.id, world=world, at=at)
    if not stale:
        return ""
    redo(tx, reply.turn_id, at=at)
    return " ".join(("stale:", *stale))


def _dropped_because(tx: Transaction, reply: Reply, world: World | None, *, at: datetime) -> str:
    """A follow-up nobody waits for is dropped where anything speaks against it."""
    if _is_stopped(tx, reply, world):
        return "Automation is stopped."
    if tx.newest_mention_id(reply.conversation_id) != tx.turn(reply.turn_id).turn.mention_id:
        return "The customer wrote since."
    change = tx.mention_change(tx.turn(reply.turn_id).turn.mention_id)
    return "The message was deleted." if change and change.deleted else refused(tx, reply, at=at) or ""


def _dropped(tx: Transaction, reply: Reply, why: str, *, at: datetime) -> Reply:
    left_unsaid(tx, reply, at=at)
    return drop(tx, reply, why, at=at)


def _lost_its_certificate(tx: Transaction, reply: Reply, world: World | None, *, at: datetime) -> str:
    """An automated answer goes out only while its slice is certified for the versions that wrote it; else why not.

    Holding words answer nothing: they need none.
    """
    if world is None or (proof := world.proof) is None or not (reply.automated and reply.is_answer):
        return ""
    turn = tx.turn(reply.turn_id).turn
    score = turn.route.score
    if score is not None and proof.covers(turn.route.slice, score=score, versions=turn.versions, at=at):
        return ""
    return INDEX_AWAY if UNREADABLE in proof.versions.values() else NOT_CERTIFIED


def _must_wait(tx: Transaction, reply: Reply, *, at: datetime) -> bool:
    """Whether the channel's budget is used up; else one call of it is."""
    budget = tx.budget(reply.channel)
    if budget is None:
        return False
    free_at = budget.free_at(at)
    if free_at is None:
        tx.save_budget(reply.channel, budget.spent(at))
        return False
    tx.save_reply(reply.model_copy(update={"not_before": free_at}))
    return True


def _learn_budget(
    tx: Transaction, claimed: Reply, channel: Channel | None, failure: ChannelUnavailable | None, *, at: datetime
) -> None:
    """Keep what the network said of itself, for all processes."""
    said = channel.budget() if isinstance(channel, Metered) else None
    if isinstance(failure, ChannelBusy):
        until = at + timedelta(seconds=failure.retry_after_s)
        said = (said or tx.budget(claimed.channel) or Budget()).model_copy(update={"paused_until": until})
    if said is not None:
        tx.save_budget(claimed.channel, said)


def _is_stopped(tx: Transaction, reply: Reply, world: World | None) -> bool:
    automation, turn = tx.automation(reply.brand_id), tx.turn(reply.turn_id).turn
    slice_, start = turn.route.slice, world.ramp_start if world is not None else Step.ALL
    rolled_back = reply.is_answer and not automation.lets_out(slice_, turn.mention_id, start=start)
    return rolled_back or automation.stops(reply.intent, reply.topic, slice_, reply.channel)


def _post(channel: Channel | None, reply: Reply) -> str:
    if channel is None:
        raise ChannelUnavailable(f"no channel {reply.channel!r} is connected; connect it or answer there by hand")
    post = reply.next_post
    posted_before = channel.find(post.delivery_key) if reply.attempts > 1 else None
    return posted_before or channel.send(post)


def _settle_sent(tx: Transaction, claimed: Reply, sent_id: str, *, at: datetime) -> _Settled | None:
    stored = tx.reply(claimed.id)
    if stored.state is ReplyState.SENT:
        return _Settled(ReplyState.SENT)
    if stored.sent_parts != claimed.sent_parts:
        return None  # another sender took over when our lease ended, and found this part
    if not claimed.is_last_post:
        return _go_on(tx, claimed, stored, sent_id, at=at)
    parts = (*claimed.sent_parts, sent_id) if claimed.parts else ()
    out = {"sent_parts": parts, "sent_id": parts[0] if parts else sent_id}
    sent = {"state": ReplyState.SENT, "last_error": None, "claimed_by": None, **out}
    tx.save_reply(claimed.model_copy(update=sent))
    conversation = tx.conversation(claimed.conversation_id)
    if conversation.state is ConversationState.PENDING:
        resolved = {"state": ConversationState.RESOLVED, "due_at": None, "updated_at": at}
        tx.save_conversation(conversation.model_copy(update=resolved), seen_version=conversation.version)
        if claimed.is_answer:
            fixed(tx, claimed, at=at)
    _record(tx, claimed, "reply_sent", {**out, "attempts": claimed.attempts}, at=at)
    return _Settled(ReplyState.SENT)


def _go_on(tx: Transaction, claimed: Reply, stored: Reply, sent_id: str, *, at: datetime) -> _Settled:
    """A part is out and more are to come, unless the message was deleted meanwhile: then no more follow."""
    out = {"sent_parts": (*claimed.sent_parts, sent_id), "claimed_by": None}
    _record(tx, claimed, "reply_part_sent", {"sent_id": sent_id, "part": len(claimed.sent_parts) + 1}, at=at)
    if stored.state is ReplyState.WITHDRAWN:
        tx.save_reply(stored.model_copy(update=out))
        return _Settled(ReplyState.WITHDRAWN)
    again = {**out, "state": ReplyState.DUE, "not_before": at, "attempts": 0, "last_error": None}
    tx.save_reply(claimed.model_copy(update=again))
    return _Settled(ReplyState.DUE, goes_on=True)


def _settle_failure(tx: Transaction, claimed: Reply, failure: ChannelUnavailable, *, at: datetime) -> ReplyState | None:
    stored = tx.reply(claimed.id)
    if stored.state is not ReplyState.SENDING or stored.attempts != claimed.attempts:
        return None  # another sender took over when our lease ended; its word counts
    failed = claimed.model_copy(update={"last_error": str(failure), "claimed_by": None})
    if isinstance(failure, ChannelBusy):
        retry_at = at + timedelta(seconds=failure.retry_after_s)
        again = {"state": ReplyState.DUE, "not_before": retry_at, "attempts": _not_counted(claimed)}
        tx.save_reply(failed.model_copy(update=again))
        log.info("channel_busy", reply_id=claimed.id, channel=claimed.channel, until=retry_at.isoformat())
        return ReplyState.DUE
    if isinstance(failure, ChannelRefuses):
        return _leave_to_people(tx, failed, ReplyState.HELD, at=at).state
    if claimed.attempts >= MAX_ATTEMPTS:
        return _leave_to_people(tx, failed, ReplyState.UNKNOWN, at=at).state
    wait_s = FIRST_WAIT_S * 2 ** (claimed.attempts - 1)
    changed = {"state": ReplyState.FAILED, "not_before": at + timedelta(seconds=wait_s)}
    tx.save_reply(failed.model_copy(update=changed))
    log.warning("reply_failed", reply_id=claimed.id, channel=claimed.channel, attempts=claimed.attempts, wait_s=wait_s)
    return ReplyState.FAILED


def _not_counted(claimed: Reply) -> int:
    """A refusal for now is no failed attempt. What may have been posted before that stays to be looked up."""
    return max(claimed.attempts - 1, 0)


def _leave_to_people(tx: Transaction, reply: Reply, state: ReplyState, *, at: datetime) -> Reply:
    if reply.is_follow_up:
        return _dropped(tx, reply, reply.last_error or "It could not be sent.", at=at)
    left = reply.model_copy(update={"state": state, "claimed_by": None})
    tx.save_reply(left)
    conversation = tx.conversation(reply.conversation_id)
    if not conversation.waits_for_person and not _given_away(left, conversation):
        due_at = restart(tx, conversation, at=at)
        waiting = {"state": ConversationState.OPEN, "decision": Decision.REVIEW, "due_at": due_at, "updated_at": at}
        tx.save_conversation(conversation.model_copy(update=waiting), seen_version=conversation.version)
    _record(tx, left, f"reply_{state.value}", {"attempts": reply.attempts}, at=at)
    return left


def _given_away(left: Reply, conversation: Conversation) -> bool:
    """Whether people at the other desk hold it, who were told already: then it doesn't come back here."""
    owned = (left.last_error or "").startswith(Refusal.OWNED.value)
    return owned and conversation.state is ConversationState.RESOLVED


def _record(tx: Transaction, reply: Reply, event: str, facts: Mapping[str, object], *, at: datetime) -> None:
    said = {"turn": reply.turn_id, "conversation": reply.conversation_id, "delivery_key": reply.delivery_key, **facts}
    tx.append_audit(brand_id=reply.brand_id, at=at, actor=ASSISTANT, event=event, subject=reply.id, facts=said)
