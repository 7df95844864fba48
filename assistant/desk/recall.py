"""Replies that were wrong: marked as recalled, and corrected by a draft that waits for a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from assistant.desk import labels
from assistant.desk.channel_gate import held_to_rules
from assistant.desk.sla import restart
from assistant.desk.staleness import bind_draft
from assistant.desk.triage import waiting_again
from assistant.domain.brand import Pack
from assistant.domain.conversation import ConversationDetail, Reply, ReplyState, TurnRecord
from assistant.domain.draft import Claim, Draft
from assistant.domain.recall import Used
from assistant.domain.retraction import Retraction
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ClaimKind, Decision, Reason
from assistant.errors import InputInvalid, NotAllowed
from assistant.gate import judge_text
from assistant.ports import Transaction

MOST_WHY = 300
CORRECTING = {"en": "We have to correct our earlier answer."}
"""How a correction begins, by language; in others the agent is told to say so."""


class Corrected(NamedTuple):
    """The turn that waits for a person, None where somebody recalled the reply before."""

    record: TurnRecord | None
    acted: bool


def acted_on(detail: ConversationDetail, used: Used) -> bool:
    """Whether the customer wrote again after the message that was answered."""
    ids = [mention.id for mention in detail.mentions]
    return bool(ids) and ids[-1] != used.record.turn.mention_id


def take_back(
    tx: Transaction, used: Used, turn: Turn, *, article: str, can_delete: bool, pack: Pack, agent: str, at: datetime
) -> Corrected:
    """Mark the reply as recalled, have it taken off its network where `can_delete`, and keep `turn` as the correction,
    for a person to decide on; once only.

    The conversation opens again whatever is taken off: its question has no right answer yet.
    """
    reply = tx.reply(used.reply.id)
    acted = acted_on(tx.detail(reply.conversation_id), used)
    if reply.state is not ReplyState.SENT:
        return Corrected(None, acted)
    why = f"it stood on {article}"
    record = _reopened(tx, reply, _correction(turn, pack=pack, pulled_back=can_delete), pack, at=at)
    told = _off_network(tx, reply, why=why, can_delete=can_delete, agent=agent, at=at)
    _counts_as_wrong(tx, reply, why=why, agent=agent, at=at)
    note = f"Our answer stood on {article}, which was recalled, and {told}."
    tx.add_note(conversation_id=reply.conversation_id, author=agent, at=at, text=note)
    facts = {"article": article, "deletes": can_delete, "correction": record.id}
    _keep_log(tx, reply, "reply_recalled", facts, agent=agent, at=at)
    return Corrected(record, acted)


def pull_back(
    tx: Transaction, reply_id: str, turn: Turn, *, why: str, can_delete: bool, pack: Pack, agent: str, at: datetime
) -> TurnRecord:
    """Mark one reply as recalled, have it taken off its network where `can_delete`, and keep `turn` as the next draft.

    Raises `NotAllowed` where the reply isn't out any more or yet, `InputInvalid` without a reason.
    """
    reply = tx.reply(reply_id)
    if reply.state is not ReplyState.SENT:
        raise NotAllowed("only a reply that stands on its network can be pulled back")
    if not (said := why.strip()[:MOST_WHY]):
        raise InputInvalid("why: missing; say what is wrong with the reply")
    record = _reopened(tx, reply, _correction(turn, pack=pack, pulled_back=can_delete), pack, at=at)
    told = _off_network(tx, reply, why=said, can_delete=can_delete, agent=agent, at=at)
    note = f"Our answer was wrong and {told}. {said}"
    tx.add_note(conversation_id=reply.conversation_id, author=agent, at=at, text=note)
    _counts_as_wrong(tx, reply, why=said, agent=agent, at=at)
    facts = {"channel": reply.channel, "deletes": can_delete, "correction": record.id}
    _keep_log(tx, reply, "reply_pulled_back", facts, agent=agent, at=at)
    return record


def _off_network(tx: Transaction, reply: Reply, *, why: str, can_delete: bool, agent: str, at: datetime) -> str:
    """Ask the outbox to take it off where that can be; in words what becomes of it."""
    if not can_delete:
        return f"still stands on {reply.channel}: correct it there"
    tx.save_retraction(
        Retraction(
            id=reply.id,
            brand_id=reply.brand_id,
            conversation_id=reply.conversation_id,
            channel=reply.channel,
            asked_by=agent,
            why=why,
            asked_at=at,
            not_before=at,
        )
    )
    return f"is being taken off {reply.channel}"


def _counts_as_wrong(tx: Transaction, reply: Reply, *, why: str, agent: str, at: datetime) -> None:
    if tx.label(reply.turn_id) is not None:
        labels.correct(tx, reply.turn_id, brand_id=reply.brand_id, error=True, critical=False, why=why, by=agent, at=at)


def _keep_log(
    tx: Transaction, reply: Reply, event: str, facts: Mapping[str, object], *, agent: str, at: datetime
) -> None:
    told = {"conversation": reply.conversation_id, **facts}
    tx.append_audit(brand_id=reply.brand_id, at=at, actor=agent, event=event, subject=reply.id, facts=told)
    tx.add_event(brand_id=reply.brand_id, kind="recalled", conversation_id=reply.conversation_id, at=at)


def _reopened(tx: Transaction, reply: Reply, turn: Turn, pack: Pack, *, at: datetime) -> TurnRecord:
    """The reply counts as recalled, and its conversation waits for a person with `turn`."""
    conversation = tx.conversation(reply.conversation_id)
    tx.save_reply(reply.model_copy(update={"state": ReplyState.RECALLED}))
    record = tx.add_turn(held_to_rules(tx, turn, at=at), at=at)
    bind_draft(tx, record, pack=pack, seen_all=True)
    opened = waiting_again(conversation, record, at=at)
    queue = conversation.queue or turn.route.queue
    due_at = restart(tx, opened.model_copy(update={"queue": queue}), at=at)
    tx.save_conversation(
        opened.model_copy(update={"queue": queue, "due_at": due_at}), seen_version=conversation.version
    )
    return record


def _correction(turn: Turn, *, pack: Pack, pulled_back: bool) -> Turn:
    """Never sent by itself; where the old answer still stands, it says that it corrects it."""
    decision = turn.route.decision
    if decision in {Decision.AUTO_REPLY, Decision.NO_REPLY}:
        decision = Decision.REVIEW if turn.draft else Decision.HANDOFF
    reasons = tuple(dict.fromkeys((*turn.route.reasons, Reason.RECALLED)))
    route = turn.route.model_copy(update={"decision": decision, "reasons": reasons, "certified": False})
    said = CORRECTING.get(turn.draft.language) if turn.draft else None
    if turn.draft is None or said is None or pulled_back:
        return turn.model_copy(update={"route": route})
    draft = _beginning_with(said, turn.draft)
    verdict = judge_text(said, passages=(), mention=turn.mention, pack=pack, automated=False)
    findings = (*turn.findings, *verdict.findings)
    return turn.model_copy(update={"route": route, "draft": draft, "findings": findings})


def _beginning_with(said: str, draft: Draft) -> Draft:
    claim = Claim(text=said, kind=ClaimKind.COURTESY, supported=True)
    return draft.model_copy(update={"text": f"{said} {draft.text}", "claims": (claim, *draft.claims)})
