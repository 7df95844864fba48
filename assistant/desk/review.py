"""What an agent does with a draft: accept, edit, respond or ignore, once, and on what they really saw."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from assistant.desk import variety
from assistant.desk.allowed import handled, is_deleted, under_way
from assistant.desk.approvals import refuse_unapproved
from assistant.desk.assign import close_assignment
from assistant.desk.canaries import friction, settle_canary
from assistant.desk.handoffs import close_hand_off
from assistant.desk.identity import verified
from assistant.desk.labels import blinded, is_blind, refuse_unseen, settle_label
from assistant.desk.ledger import ledger_of, refuse_giveaways, register, spend
from assistant.desk.lessons import keep_edit
from assistant.desk.outgoing import Outgoing, outgoing_of
from assistant.desk.replies import going_on, later_message_waits, replies_to_mention, reply_to
from assistant.desk.sla import timed
from assistant.desk.staleness import bind_reply, what_changed
from assistant.desk.undo import wait
from assistant.domain.audit import called
from assistant.domain.basis import World, basis_of
from assistant.domain.brand import Pack
from assistant.domain.canary import HOLD_S, Canary, Friction
from assistant.domain.commitments import Task
from assistant.domain.conversation import Conversation, ConversationDetail, Reply, TurnRecord
from assistant.domain.draft import Claim
from assistant.domain.guardrail import Finding
from assistant.domain.knowledge import Passage
from assistant.domain.value import Value
from assistant.domain.vocabulary import ConversationState, Disposition, Severity, Visibility
from assistant.errors import (
    AlreadyHandled,
    ClaimedByAnother,
    InputInvalid,
    NotAllowed,
    NotFound,
    StaleDraft,
    StaleVersion,
)
from assistant.gate import judge_text
from assistant.guardrails import account, asking
from assistant.ports import Reading, Transaction

REFUSING = frozenset({"privacy", "fit", asking.NAME})
"""Guardrails a person can't overrule: personal data in a reply or asked for, and what the channel wouldn't take."""


class ReviewRequest(Value):
    """`seen_version` is the conversation's version the agent saw; `text` and `reason` are for edited and responded.

    `confirmed`: they looked twice, which a queue may ask for that lets planted errors through.
    """

    turn_id: str
    seen_version: int
    disposition: Disposition
    text: str | None = None
    agent: str
    reason: str = ""
    confirmed: bool = False


class Reviewed(Value):
    """What came of it. `reply` is None where nothing goes out; `warnings` don't hold it up; `tasks`: new promises.

    `canary`: the draft was planted; the reviewer learns now what was wrong with it and whether they caught it.
    """

    record: TurnRecord
    conversation: Conversation
    reply: Reply | None
    warnings: tuple[Finding, ...] = ()
    tasks: tuple[Task, ...] = ()
    canary: Canary | None = None


def review(
    tx: Transaction,
    request: ReviewRequest,
    *,
    pack: Pack,
    passages: Sequence[Passage],
    at: datetime,
    world: World | None = None,
) -> Reviewed:
    """Settle a turn; an edit that changes nothing counts as accepted.

    Raises `AlreadyHandled` where somebody was faster, `ClaimedByAnother` where somebody is writing, `StaleVersion`
    where the agent saw an older state, `NotAllowed` where there is no draft to accept or edit, a guardrail refuses or
    an approval is missing, `InputInvalid` where text or agent are missing, `StaleDraft` where something the draft
    stands on changed; `world` is what is true outside the conversation.
    """
    if not request.agent.strip():
        raise InputInvalid("agent: missing; say who decides")
    record = tx.turn(request.turn_id)
    if record.turn.mention.brand_id != pack.brand.id:
        raise NotFound("turn", request.turn_id)
    detail = tx.detail(record.conversation_id)
    _refuse_handled(tx, record, detail)
    refuse_unseen(record, request.disposition)
    _refuse_stale(tx, record, detail.conversation, request)
    _refuse_claimed(tx, detail.conversation, request, at=at)
    outgoing = outgoing_of(
        request.text,
        request.disposition,
        blinded(record).turn.draft,
        pack=pack,
        channel=record.turn.mention.channel,
        agent=request.agent,
    )
    chosen = outgoing.disposition if outgoing else request.disposition
    costs = friction(tx, detail.conversation, chosen, confirmed=request.confirmed)
    if (canary := tx.canary_in(record.conversation_id)) is not None:
        text = outgoing.text if outgoing else ""
        told = settle_canary(tx, canary, record, chosen, text, pack=pack, agent=request.agent, at=at)
        return Reviewed(record=told.record, conversation=told.conversation, reply=None, canary=told.canary)
    done = _carry_out(tx, request, record, detail, outgoing, pack=pack, passages=passages, at=at, world=world)
    if costs is Friction.HOLD and done.reply is not None:
        return done.model_copy(update={"reply": wait(tx, done.reply, seconds=HOLD_S)})
    return done


def _carry_out(
    tx: Transaction,
    request: ReviewRequest,
    record: TurnRecord,
    detail: ConversationDetail,
    outgoing: Outgoing | None,
    *,
    pack: Pack,
    passages: Sequence[Passage],
    at: datetime,
    world: World | None,
) -> Reviewed:
    reply: Reply | None = None
    tasks: tuple[Task, ...] = ()
    warnings: tuple[Finding, ...] = ()
    if outgoing is not None:
        _refuse_stale_draft(tx, record, request, outgoing, world=world, at=at)
        sender = request.agent
        refuse_unapproved(tx, detail.conversation, record.id, outgoing.signed, sender=sender, pack=pack)
        tasks, warnings = _judged(tx, outgoing, request, detail, pack=pack, passages=passages, at=at)
        reply = _let_go(tx, outgoing, request, record, detail, pack=pack, at=at)
    settled = _disposed(tx, record, request, outgoing, reply, pack=pack, at=at)
    conversation = tx.save_conversation(
        timed(tx, _settled(settled, detail, sends=reply is not None, at=at), pack=pack, at=at),
        seen_version=request.seen_version,
    )
    close_hand_off(tx, conversation, at=at)
    close_assignment(tx, conversation, at=at)
    if reply is not None and outgoing is not None:
        _bind(tx, reply, settled, outgoing, pack)
    _record(tx, settled, reply, warnings, request, at=at)
    return Reviewed(record=settled, conversation=conversation, reply=reply, warnings=warnings, tasks=tasks)


def _disposed(
    tx: Transaction,
    record: TurnRecord,
    request: ReviewRequest,
    outgoing: Outgoing | None,
    reply: Reply | None,
    *,
    pack: Pack,
    at: datetime,
) -> TurnRecord:
    """What became of the draft, on the turn and as its label."""
    disposition = outgoing.disposition if outgoing else request.disposition
    tx.set_disposition(record.id, disposition)
    settle_label(tx, record, disposition, outgoing.text if outgoing else "", pack=pack, by=request.agent, at=at)
    return record.model_copy(update={"disposition": disposition})


def _let_go(
    tx: Transaction,
    outgoing: Outgoing,
    request: ReviewRequest,
    record: TurnRecord,
    detail: ConversationDetail,
    *,
    pack: Pack,
    at: datetime,
) -> Reply:
    """Into the outbox, with what it costs and what it teaches."""
    reply = _enqueue(tx, outgoing, request, record, detail, pack=pack, at=at)
    spend(tx, reply, pack=pack, agent=request.agent, at=at)
    if outgoing.disposition is not Disposition.ACCEPTED and not is_blind(record):
        keep_edit(tx, record, outgoing.text, pack=pack, agent=request.agent, reason=request.reason, at=at)
    return reply


def _refuse_handled(tx: Transaction, record: TurnRecord, detail: ConversationDetail) -> None:
    if not handled(record, detail):
        return
    sent = under_way(record, detail)
    turn_id = sent.turn_id if sent else record.id
    entries = [entry for entry in tx.audit(subject=turn_id) if entry.event in {"turn_decided", "turn_reviewed"}]
    last = entries[-1] if entries else None
    who = called(last.actor if last else "")
    raise AlreadyHandled(record.conversation_id, who, handled_at=last.at if last else None)


def _refuse_claimed(tx: Transaction, conversation: Conversation, request: ReviewRequest, *, at: datetime) -> None:
    """Who is writing keeps the others out until their claim ends or is taken over."""
    card = tx.triage(conversation.id)
    holder = card.held_by(at)
    if holder not in {"", request.agent} and card.claimed_until is not None:
        raise ClaimedByAnother(conversation.id, holder, until=card.claimed_until)


def _refuse_stale(tx: Transaction, record: TurnRecord, conversation: Conversation, request: ReviewRequest) -> None:
    current = tx.current_turn(record.turn.mention_id)
    if current is not None and current.id != record.id:
        raise StaleVersion("turn", record.id, seen=record.number, now=current.number)
    if conversation.version != request.seen_version:
        raise StaleVersion("conversation", conversation.id, seen=request.seen_version, now=conversation.version)


def _refuse_stale_draft(
    tx: Transaction,
    record: TurnRecord,
    request: ReviewRequest,
    outgoing: Outgoing,
    *,
    world: World | None,
    at: datetime,
) -> None:
    """The machine's words stand on all of its basis; a person's own only on a message that is still there."""
    if is_deleted(tx, record):
        raise NotAllowed("the customer deleted this message; ignore it")
    if outgoing.machines and (stale := what_changed(tx, record.id, world=world, at=at, agent=request.agent)):
        raise StaleDraft(record.id, stale)


def _bind(tx: Transaction, reply: Reply, record: TurnRecord, outgoing: Outgoing, pack: Pack) -> None:
    """What the outbox compares once more: a person's own words stand on no article and no chart."""
    basis = tx.draft_basis(record.id) or basis_of(
        record.turn,
        turn_id=record.id,
        conversation_id=record.conversation_id,
        newest_mention_id=record.turn.mention_id,
        owner=None,
        pack=pack,
    )
    bind_reply(tx, reply.id, basis.model_copy(update={"own_words": not outgoing.machines}), approved=True)


def _judged(
    tx: Transaction,
    outgoing: Outgoing,
    request: ReviewRequest,
    detail: ConversationDetail,
    *,
    pack: Pack,
    passages: Sequence[Passage],
    at: datetime,
) -> tuple[tuple[Task, ...], tuple[Finding, ...]]:
    """The promises that became tasks, and what the gate warns of.

    Raises `NotAllowed` for what a person can't overrule either.
    """
    mention_id = next(each.turn.mention_id for each in detail.turns if each.id == request.turn_id)
    mention = next(each for each in detail.mentions if each.id == mention_id)
    text, shown = outgoing.signed, (*passages, *_own(outgoing))
    judge = partial(judge_text, text, passages=shown, mention=mention, pack=pack, automated=False)
    claims = judge(ledger=ledger_of(tx, detail.conversation, pack=pack, at=at)).claims
    refuse_giveaways(claims)
    tasks = register(tx, claims, detail.conversation, pack=pack, agent=request.agent, at=at)
    findings = judge(ledger=ledger_of(tx, detail.conversation, pack=pack, at=at)).findings
    refused = [each for each in findings if each.severity is Severity.BLOCK and each.guardrail in REFUSING]
    if refused:
        raise NotAllowed(f"this text can't go out. {' '.join(dict.fromkeys(each.message for each in refused))}")
    _refuse_account_facts(tx, claims, detail)
    return tasks, (*findings, *variety.warnings(tx, text, mention=mention, policy=pack.automation, at=at))


def _own(outgoing: Outgoing) -> tuple[Passage, ...]:
    """The signature's name stands in no article."""
    signed = Passage(id="voice@1#0", article_id="voice", version=1, title="", text=outgoing.signature)
    return (signed,) if outgoing.signature else ()


def _refuse_account_facts(look: Reading, claims: Sequence[Claim], detail: ConversationDetail) -> None:
    """How somebody's own things stand is told in private, and only to who proved to be that customer."""
    told = [claim.text for claim in claims if claim.supported is not True and account.tells(claim.text)]
    if not told:
        return
    if detail.conversation.visibility is Visibility.PUBLIC:
        raise NotAllowed(
            f"this text can't go out: “{told[0]}” tells in public how things of this customer stand. Go on in private."
        )
    if verified(look, detail.conversation) is None:
        raise NotAllowed(
            f"this text can't go out: “{told[0]}” tells how things of this customer stand, and nobody verified that it "
            "is them. Verify them first."
        )


def _enqueue(
    tx: Transaction,
    outgoing: Outgoing,
    request: ReviewRequest,
    record: TurnRecord,
    detail: ConversationDetail,
    *,
    pack: Pack,
    at: datetime,
) -> Reply:
    """A row of its own, or the mention's held or unknown one: under its old key, so that what was posted is found."""
    draft = record.turn.draft
    written_by = draft.drafter if outgoing.machines and draft else request.agent
    reply = reply_to(
        record,
        pack=pack,
        text=outgoing.signed,
        written_by=written_by,
        approved_by=request.agent,
        automated=False,
        at=at,
    )
    left = replies_to_mention(detail, record.turn.mention_id)
    if not left:
        tx.enqueue(reply)
        return reply
    kept = {"id": left[-1].id, "delivery_key": left[-1].delivery_key, "attempts": min(left[-1].attempts, 1)}
    resumed = going_on(left[-1], reply.model_copy(update=kept))
    tx.save_reply(resumed)
    return resumed


def _settled(record: TurnRecord, detail: ConversationDetail, *, sends: bool, at: datetime) -> Conversation:
    """Open as long as a later message of the same person waits; an answer settles the earlier ones with it."""
    if later_message_waits(record, detail):
        return detail.conversation.model_copy(update={"updated_at": at})
    state = ConversationState.PENDING if sends else ConversationState.RESOLVED
    return detail.conversation.model_copy(update={"state": state, "due_at": None, "updated_at": at})


def _record(
    tx: Transaction,
    record: TurnRecord,
    reply: Reply | None,
    warnings: Sequence[Finding],
    request: ReviewRequest,
    *,
    at: datetime,
) -> None:
    facts: dict[str, object] = {
        "conversation": record.conversation_id,
        "disposition": record.disposition,
        "seen_version": request.seen_version,
        "warnings": sorted({warning.guardrail for warning in warnings}),
    }
    if reply is not None:
        digest = hashlib.sha256(reply.text.encode()).hexdigest()
        facts |= {"reply": reply.id, "written_by": reply.written_by, "text_sha256": digest}
    brand_id = record.turn.mention.brand_id
    tx.append_audit(
        brand_id=brand_id, at=at, actor=request.agent, event="turn_reviewed", subject=record.id, facts=facts
    )
