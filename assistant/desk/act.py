"""From a thought to a fact: the turn is kept, the conversation placed, an automatic reply put into the outbox."""

import hashlib
from datetime import datetime, timedelta

from assistant.desk.assign import close_assignment, is_given_by_hand
from assistant.desk.bursts import in_a_burst, leaves_at, swallow
from assistant.desk.channel_gate import held_to_rules
from assistant.desk.follow_up import as_answered, hear
from assistant.desk.handoffs import close_hand_off
from assistant.desk.labels import begin_label, hear_complaint
from assistant.desk.peers import answered as peer_answered
from assistant.desk.peers import as_answer, asked_of, invite, overtaken, waiting
from assistant.desk.replies import replies_to_mention, reply_id, reply_to
from assistant.desk.served import serving
from assistant.desk.sla import timed
from assistant.desk.staleness import answer_apart, bind_draft, bind_reply
from assistant.desk.to_people import give_to_people
from assistant.desk.triage import flag_for_hiding
from assistant.desk.variety import reads_the_same
from assistant.domain.audit import ASSISTANT
from assistant.domain.brand import Pack
from assistant.domain.conversation import Conversation, ReplyState, TurnRecord
from assistant.domain.queueing import goes_before
from assistant.domain.routing import Route
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import SCRUTINY, ConversationState, Decision, Reason
from assistant.guardrails import disclosure, privacy
from assistant.ports import Transaction

_STATES = {
    Decision.AUTO_REPLY: ConversationState.PENDING,
    Decision.REVIEW: ConversationState.OPEN,
    Decision.HANDOFF: ConversationState.OPEN,
    Decision.NO_REPLY: ConversationState.RESOLVED,
}

_ON_ITS_WAY = frozenset({ReplyState.DUE, ReplyState.FAILED, ReplyState.SENDING})


def act(tx: Transaction, turn: Turn, *, pack: Pack, at: datetime) -> TurnRecord:
    """Keep `turn` and do what it decided; acting again on a turn that is kept adds nothing.

    The machine yields: where the conversation already waits for a person or is with one, or another turn answered the
    same mention, an automatic reply stays a draft. The mention must have been taken in, else `NotFound`.
    """
    current = tx.current_turn(turn.mention_id)
    known = _kept_before(tx, current, turn) if current else None
    if known is not None:
        return known
    spoken_for = turn.mention.merged
    turn = held_to_rules(tx, turn, at=at)
    if not turn.mention.merged:
        answer_apart(tx, spoken_for, at=at)
    asked = asked_of(tx, turn.mention)
    turn = in_a_burst(tx, as_answer(turn) if asked is not None else turn)
    record = tx.add_turn(turn, at=at)
    conversation = tx.conversation(record.conversation_id)
    answered = hear(tx, record, pack=pack, at=at) if record.number == 1 else None
    hear_complaint(tx, record, solved=None if answered is None else answered.solved, at=at)
    sent = answered is None and _enqueue(tx, record, conversation, pack=pack, at=at)
    swallow(tx, record, at=at)
    begin_label(tx, record, sent=sent, at=at)
    decided = as_answered(_decided(conversation, turn, sent=sent, pack=pack, at=at), answered, pack=pack, at=at)
    promised = decided.due_at if answered else turn.route.due_at
    decided = timed(tx, decided, pack=pack, at=at, due_at=promised, escalate_to=_backing(turn.route))
    if asked is not None:
        peer_answered(tx, asked, record, pack=pack, at=at)
    saved = _saved(tx, record, conversation, decided, answered=answered is not None, pack=pack, at=at)
    basis = bind_draft(tx, record, pack=pack, seen_all=record.number > 1)
    if sent and basis is not None:
        bind_reply(tx, reply_id(record), basis, approved=False)
    if answered is not None and not saved.waits_for_person:
        close_hand_off(tx, saved, at=at)
        close_assignment(tx, saved, at=at)
    elif not (saved.waits_for_person and waiting(tx, saved.id)):
        give_to_people(tx, record, saved, pack=pack, at=at)
    if any(finding.guardrail == privacy.EXPOSED for finding in turn.findings):
        flag_for_hiding(tx, saved.id, by=ASSISTANT, at=at)
    _record(tx, record, sent=sent, pack=pack, at=at)
    return record


def _saved(
    tx: Transaction,
    record: TurnRecord,
    before: Conversation,
    decided: Conversation,
    *,
    answered: bool,
    pack: Pack,
    at: datetime,
) -> Conversation:
    """Keep the conversation; a question that another customer is invited to waits out of sight until that ends."""
    if before.waits_for_person and record.number == 1:
        overtaken(tx, before.id, at=at)
    fresh = not (answered or before.waits_for_person)
    made = invite(tx, record, decided, pack=pack, at=at) if fresh else None
    state = {"state": ConversationState.SNOOZED} if made else {}
    saved = tx.save_conversation(decided.model_copy(update=state), seen_version=before.version)
    if made is not None:
        tx.save_triage(tx.triage(saved.id).model_copy(update={"snoozed_until": made.expires_at}))
    return saved


def _kept_before(tx: Transaction, current: TurnRecord, turn: Turn) -> TurnRecord | None:
    if _same(current.turn, turn):
        return current
    return next((record for record in tx.detail(current.conversation_id).turns if _same(record.turn, turn)), None)


def _same(kept: Turn, turn: Turn) -> bool:
    """A network's rules, a peer's answer or a burst may have changed the turn before it was kept."""
    ruled = not {Reason.CHANNEL_RULE, Reason.PEER_ANSWER, Reason.MERGED}.isdisjoint(kept.route.reasons)
    as_kept = {"route": kept.route, "findings": kept.findings, "draft": kept.draft}
    return kept == (turn.model_copy(update=as_kept) if ruled or kept.mention.merged else turn)


def _enqueue(tx: Transaction, record: TurnRecord, conversation: Conversation, *, pack: Pack, at: datetime) -> bool:
    """Whether an automatic reply is on its way."""
    draft = record.turn.draft
    if record.turn.route.decision is not Decision.AUTO_REPLY or draft is None or conversation.waits_for_person:
        return False
    if _is_with_a_person(tx, conversation.id):
        return False
    if not disclosure.is_present(draft.text) and _owes_disclosure(record, pack):
        return False
    mention, policy = record.turn.mention, pack.automation
    if reads_the_same(tx, draft.text, mention=mention, conversation_id=conversation.id, policy=policy, at=at):
        return False
    if record.number > 1 and replies_to_mention(tx.detail(conversation.id), record.turn.mention_id):
        return False
    reply = reply_to(
        record, pack=pack, text=draft.text, written_by=draft.drafter, approved_by=None, automated=True, at=at
    )
    return tx.enqueue(reply.model_copy(update={"not_before": leaves_at(mention, policy, at)}))


def _is_with_a_person(tx: Transaction, conversation_id: str) -> bool:
    """Whether somebody was given the conversation, or what they wrote in it hasn't left yet."""
    replies = tx.detail(conversation_id).replies
    return is_given_by_hand(tx, conversation_id) or any(
        not each.automated and each.state in _ON_ITS_WAY for each in replies
    )


def _decided(conversation: Conversation, turn: Turn, *, sent: bool, pack: Pack, at: datetime) -> Conversation:
    route = turn.route
    decision = route.decision
    if decision is Decision.AUTO_REPLY and not sent:
        decision = Decision.REVIEW if turn.draft else Decision.HANDOFF
    if conversation.waits_for_person:
        return conversation.model_copy(update={**_joined(conversation, turn, decision, pack=pack), "updated_at": at})
    state = _STATES[decision]
    fields = {
        "state": state,
        "decision": decision,
        "queue": route.queue,
        "due_at": None if state is ConversationState.RESOLVED else route.due_at,
        "updated_at": at,
    }
    return conversation.model_copy(update=fields)


def _owes_disclosure(record: TurnRecord, pack: Pack) -> bool:
    lapse = timedelta(hours=pack.brand.disclosure_lapse_hours)
    return disclosure.due(record.turn.mention, automated=True, lapse=lapse) is not None


def _joined(waiting: Conversation, turn: Turn, decision: Decision, *, pack: Pack) -> dict[str, object]:
    """What a further turn changes in a conversation that waits for a person: only ever stricter and sooner.

    What is more sensitive than all before takes the whole to its own queue.
    """
    route = turn.route
    if decision is Decision.NO_REPLY or waiting.decision is None:
        return {}
    due = [due_at for due_at in (waiting.due_at, route.due_at) if due_at is not None]
    stricter = SCRUTINY[decision] > SCRUTINY[waiting.decision]
    graver = decision is waiting.decision and goes_before(pack.queues, turn.understanding, waiting.queue)
    placed = {"decision": decision, "queue": route.queue} if stricter or graver else {}
    return {**placed, "due_at": min(due, default=None)}


def _backing(route: Route) -> str | None:
    """Whom the chart that led names for the moment its minutes are over."""
    return next((advice.escalate_to for advice in route.advice if advice.path == route.chart_path), None)


def _record(tx: Transaction, record: TurnRecord, *, sent: bool, pack: Pack, at: datetime) -> None:
    turn, by = record.turn, serving(tx, record, pack=pack)
    facts = {
        "mention": turn.mention_id,
        "conversation": record.conversation_id,
        "decision": turn.route.decision,
        "reasons": list(turn.route.reasons),
        "queue": turn.route.queue,
        "reply_enqueued": sent,
        "strategy": by.strategy,
        "tier": by.tier,
        "turn_sha256": hashlib.sha256(turn.model_dump_json().encode()).hexdigest(),
    }
    tx.append_audit(
        brand_id=turn.mention.brand_id, at=at, actor=ASSISTANT, event="turn_decided", subject=record.id, facts=facts
    )
