"""After a fix: asks once whether it is solved, reads the answer, and invites only who says yes. The outbox sends."""

from datetime import datetime, timedelta
from zlib import crc32

from assistant.desk import variety
from assistant.desk.automation import stopped_for
from assistant.desk.channel_gate import refused
from assistant.desk.replies import voiced
from assistant.domain.audit import ASSISTANT
from assistant.domain.brand import Pack
from assistant.domain.calendars import due_after
from assistant.domain.conversation import FOLLOW_UP, Conversation, Reply, ReplyState, TurnRecord
from assistant.domain.follow_up import LASTS, Answered, FollowUp, answer_of
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ConversationState, Decision, Stance, Visibility
from assistant.gate import judge_text
from assistant.guardrails import disclosure
from assistant.ports import Clock, Store, Transaction

ASKS_AT_ONCE = 100
"""Fixes one pass takes on; the rest waits for the next."""
_NO_NEWS = frozenset({Stance.PRAISE, Stance.SPAM, Stance.BYSTANDER})
"""Messages that don't open a fix again."""


def fixed(tx: Transaction, reply: Reply, *, at: datetime) -> None:
    """An answer went out and settled the conversation; the same answer counts once."""
    begin_fix(tx, reply.conversation_id, reply.turn_id, brand_id=reply.brand_id, at=at)


def begin_fix(tx: Transaction, conversation_id: str, turn_id: str, *, brand_id: str, at: datetime) -> None:
    """What that turn asked is solved, by an answer of ours or of another customer; once a turn."""
    before = tx.follow_ups(conversation_id)
    if before and before[-1].turn_id == turn_id:
        return
    begun = FollowUp(
        conversation_id=conversation_id,
        brand_id=brand_id,
        number=len(before) + 1,
        turn_id=turn_id,
        fixed_at=at,
    )
    tx.save_follow_up(begun, look_at=at)


def ask_due(store: Store, *, pack: Pack, clock: Clock) -> int:
    """Ask whose time has come; how many were asked. Each fix is asked about once or skipped with the reason."""
    at = clock()
    with store.read() as look:
        due = look.follow_ups_to_look_at(brand_id=pack.brand.id, now=at, limit=ASKS_AT_ONCE)
    asked = 0
    for each in due:
        with store.begin() as tx:
            asked += _ask(tx, each.conversation_id, each.number, pack=pack, at=at)
    return asked


def _ask(tx: Transaction, conversation_id: str, number: int, *, pack: Pack, at: datetime) -> bool:
    conversation = tx.conversation(conversation_id)
    known = tx.follow_ups(conversation_id)
    this = known[number - 1]
    if this.asked_at is not None or this.skipped:
        tx.save_follow_up(this, look_at=None)
        return False
    ask_at = this.fixed_at + timedelta(hours=pack.follow_up.after_hours)
    if ask_at > at:
        tx.save_follow_up(this, look_at=ask_at)
        return False
    record = tx.turn(this.turn_id)
    why = _unwanted(tx, conversation, record, [each for each in known if each != this], pack=pack, at=at)
    ask = None if why else _words(tx, record, pack.brand.voice.ask_solved, this, "ask", pack=pack, at=at)
    why = why or (
        "The gate refuses the words, or strangers just read them." if ask is None else refused(tx, ask, at=at) or ""
    )
    if why or ask is None:
        tx.save_follow_up(this.model_copy(update={"skipped": why}), look_at=None)
        return False
    tx.enqueue(ask)
    tx.save_follow_up(this.model_copy(update={"asked_at": at}), look_at=None)
    _record(tx, this, "follow_up_asked", at=at)
    return True


def _unwanted(
    tx: Transaction,
    conversation: Conversation,
    record: TurnRecord,
    earlier: list[FollowUp],
    *,
    pack: Pack,
    at: datetime,
) -> str:
    """Why this customer isn't asked; empty where nothing speaks against it."""
    read, quiet = record.turn.understanding, timedelta(days=pack.follow_up.quiet_days)
    automation = tx.automation(pack.brand.id)
    if not pack.brand.voice.ask_solved:
        return "The brand has no words for it."
    if conversation.state is not ConversationState.RESOLVED:
        return "The conversation is open again."
    if tx.newest_mention_id(conversation.id) != record.turn.mention_id:
        return "The customer wrote since."
    if read is None or read.sensitivity or read.stance not in pack.follow_up.stances:
        return "Not the kind of conversation the brand asks after."
    if read.language != pack.brand.answers_in[0]:
        return "The assistant doesn't speak the language."
    if any(each.asked_at is not None and at - each.asked_at < quiet for each in earlier):
        return "The customer was asked lately."
    if stopped_for(automation, record.turn):
        return "Automation is stopped."
    return ""


def hear(tx: Transaction, record: TurnRecord, *, pack: Pack, at: datetime) -> Answered | None:
    """What a new message says about the last fix: an answer to our question, or that it is open again.

    An answer is returned where the message is nothing else; a yes about a public post leads to the one invitation.
    """
    known = tx.follow_ups(record.conversation_id)
    if not known:
        return None
    last, turn = known[-1], record.turn
    if last.awaits_answer and _was_sent(tx, last):
        answered = _answered(turn)
        found = {"solved": answered.solved, "rating": answered.rating} if answered else {}
        heard = last.model_copy(update={"answered_at": at, **found})
        solved = answered is not None and answered.solved is True
        heard = heard if solved else _reopened(heard, turn, at)
        if solved and (invitation := _invitation(tx, record, heard, pack=pack, at=at)):
            tx.enqueue(invitation)
            heard = heard.model_copy(update={"invited_at": at})
        tx.save_follow_up(heard, look_at=None)
        _record(tx, heard, "follow_up_answered", at=at)
        return answered
    opened = _reopened(last, turn, at)
    if opened != last:
        tx.save_follow_up(opened, look_at=None if last.asked_at or last.skipped else last.fixed_at)
    return None


def as_answered(conversation: Conversation, answered: Answered | None, *, pack: Pack, at: datetime) -> Conversation:
    """The conversation as decided, after an answer: a yes settles it, a no brings a person; else nothing changes.

    What waits for a person already goes on waiting.
    """
    if answered is None or (conversation.waits_for_person and answered.solved is not True):
        return conversation
    if answered.solved is True:
        done = {"state": ConversationState.RESOLVED, "decision": Decision.NO_REPLY, "due_at": None}
        return conversation.model_copy(update=done)
    queue = conversation.queue or pack.queues.default
    minutes = next((each.due_minutes for each in pack.queues.queues if each.name == queue), {}).get("medium", 240)
    waiting = {
        "state": ConversationState.OPEN,
        "decision": Decision.HANDOFF,
        "queue": queue,
        "due_at": due_after(pack.calendars.of(queue), at, minutes),
    }
    return conversation.model_copy(update=waiting)


def drop(tx: Transaction, reply: Reply, why: str, *, at: datetime) -> Reply:
    """A follow-up that can't go out is withdrawn and never tried again; nobody need look at it."""
    left = reply.model_copy(update={"state": ReplyState.WITHDRAWN, "claimed_by": None, "last_error": why})
    tx.save_reply(left)
    for each in tx.follow_ups(reply.conversation_id):
        if reply.id == _reply_id("ask", each):
            tx.save_follow_up(each.model_copy(update={"skipped": why}), look_at=None)
            _record(tx, each, "follow_up_dropped", at=at)
    return left


def _answered(turn: Turn) -> Answered | None:
    read = turn.understanding
    if read is None or read.sensitivity or read.injection.flag:
        return None
    return answer_of(turn.mention.text)


def _was_sent(tx: Transaction, follow_up: FollowUp) -> bool:
    return tx.reply(_reply_id("ask", follow_up)).state is ReplyState.SENT


def _reopened(follow_up: FollowUp, turn: Turn, at: datetime) -> FollowUp:
    read = turn.understanding
    is_news = read is None or read.stance not in _NO_NEWS
    if follow_up.reopened_at is not None or not is_news or at - follow_up.fixed_at >= LASTS:
        return follow_up
    return follow_up.model_copy(update={"reopened_at": at})


def _invitation(tx: Transaction, record: TurnRecord, follow_up: FollowUp, *, pack: Pack, at: datetime) -> Reply | None:
    wordings = pack.brand.voice.invite_update
    conversation, automation = tx.conversation(record.conversation_id), tx.automation(pack.brand.id)
    is_public = conversation.visibility is Visibility.PUBLIC
    if not wordings or not is_public or follow_up.invited_at is not None or conversation.waits_for_person:
        return None
    if stopped_for(automation, record.turn):
        return None
    invitation = _words(tx, record, wordings, follow_up, "invite", pack=pack, at=at)
    return invitation if invitation is not None and refused(tx, invitation, at=at) is None else None


def _words(
    tx: Transaction,
    record: TurnRecord,
    wordings: tuple[str, ...],
    follow_up: FollowUp,
    kind: str,
    *,
    pack: Pack,
    at: datetime,
) -> Reply | None:
    """One of the brand's wordings with the disclosure; None where strangers just read all, or the gate minds."""
    mention, read = record.turn.mention, record.turn.understanding
    language = read.language if read else pack.brand.answers_in[0]
    first = crc32(follow_up.id.encode()) % len(wordings)
    said = disclosure.text_for(pack, channel=mention.channel, language=language)
    texts = [f"{wording} {said}" for wording in (*wordings[first:], *wordings[:first])]
    text = variety.first_unsaid(tx, texts, mention=mention, policy=pack.automation, at=at)
    if text is None or not judge_text(text, passages=(), mention=mention, pack=pack, automated=True).clean:
        return None
    return voiced(record, text, reply_id=_reply_id(kind, follow_up), key=f"{kind}:{follow_up.number}", at=at)


def _reply_id(kind: str, follow_up: FollowUp) -> str:
    return f"{FOLLOW_UP}{kind}-{follow_up.id}"


def _record(tx: Transaction, follow_up: FollowUp, event: str, *, at: datetime) -> None:
    facts = {"conversation": follow_up.conversation_id, "solved": follow_up.solved, "rating": follow_up.rating}
    tx.append_audit(brand_id=follow_up.brand_id, at=at, actor=ASSISTANT, event=event, subject=follow_up.id, facts=facts)
