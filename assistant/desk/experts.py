"""Asks somebody outside the desk: the answer comes back as a draft to review and as a proposed article."""

import hashlib
from datetime import datetime

from assistant.desk.allowed import under_way
from assistant.desk.staleness import bind_draft
from assistant.domain.brand import Pack
from assistant.domain.conversation import TurnRecord
from assistant.domain.draft import Draft
from assistant.domain.expert import ExpertAsk
from assistant.domain.readable import readable
from assistant.domain.vocabulary import Decision, Reason
from assistant.domain.wording import Proposal, ProposalKind
from assistant.errors import Conflict, InputInvalid, NotFound
from assistant.gate import judge_text
from assistant.guardrails import privacy
from assistant.ports import Transaction

MOST = 5_000
"""Characters of a question or an answer."""


def ask(
    tx: Transaction, conversation_id: str, *, expert: str, question: str, by: str, pack: Pack, at: datetime
) -> ExpertAsk:
    """Open a side thread about the conversation's newest message; personal data in the question is masked.

    The same question to the same expert, while it waits for an answer, is the thread there is.
    Raises `NotFound`, `InputInvalid`.
    """
    if tx.conversation(conversation_id).brand_id != pack.brand.id:
        raise NotFound("conversation", conversation_id)
    turns = tx.detail(conversation_id).turns
    if not turns:
        raise Conflict("nothing was decided in this conversation yet; ask when its first message was read")
    asked = privacy.mask(_written(question, "question")).text
    key = "\0".join((turns[-1].id, expert, asked, at.isoformat()))
    side = ExpertAsk(
        id=f"x-{hashlib.sha256(key.encode()).hexdigest()[:20]}",
        brand_id=pack.brand.id,
        conversation_id=conversation_id,
        turn_id=turns[-1].id,
        expert=_written(expert, "expert"),
        question=asked,
        by=_written(by, "by"),
        at=at,
    )
    for open_one in tx.expert_asks(conversation_id):
        if open_one.answered_at is None and _asks(open_one) == _asks(side):
            return open_one
    tx.save_expert_ask(side)
    _record(tx, side, "expert_asked", actor=by, at=at)
    return side


def _asks(side: ExpertAsk) -> tuple[str, str, str]:
    return side.turn_id, side.expert, side.question


def answer(tx: Transaction, ask_id: str, *, text: str, pack: Pack, at: datetime) -> ExpertAsk:
    """Take the expert's words: a draft for review where the message still waits, and a proposed article.

    Nothing is sent. Raises `NotFound`, `Conflict` where it was answered before, `InputInvalid`.
    """
    side = tx.expert_ask(ask_id)
    if side is None or side.brand_id != pack.brand.id:
        raise NotFound("expert ask", ask_id)
    if side.answered_at is not None:
        raise Conflict(f"{side.expert} answered this at {side.answered_at:%H:%M} already")
    words = _written(text, "text")
    record = tx.turn(side.turn_id)
    draft = _drafted(tx, record, side, words, pack=pack, at=at)
    proposal = _proposed(tx, record, words, pack=pack, at=at)
    done = {"answer": words, "answered_at": at, "draft_turn": draft.id if draft else None, "proposal": proposal.id}
    answered = side.model_copy(update=done)
    tx.save_expert_ask(answered)
    _record(tx, answered, "expert_answered", actor=side.expert, at=at)
    return answered


def _drafted(
    tx: Transaction, before: TurnRecord, side: ExpertAsk, words: str, *, pack: Pack, at: datetime
) -> TurnRecord | None:
    mention = before.turn.mention
    detail = tx.detail(before.conversation_id)
    if under_way(before, detail) is not None or not detail.conversation.waits_for_person:
        return None
    current = tx.current_turn(mention.id) or before
    turn = current.turn
    verdict = judge_text(words, passages=(), mention=mention, pack=pack, automated=False)
    language = turn.understanding.language if turn.understanding else pack.brand.answers_in[0]
    draft = Draft(text=words, claims=verdict.claims, drafter=f"expert {side.expert}", language=language)
    route = turn.route.model_copy(
        update={"decision": Decision.REVIEW, "reasons": (Reason.REDRAFT,), "certified": False}
    )
    told = {"draft": draft, "findings": verdict.findings, "route": route}
    record = tx.add_turn(turn.model_copy(update=told), at=at)
    bind_draft(tx, record, pack=pack, seen_all=True)
    conversation = tx.conversation(record.conversation_id)
    tx.save_conversation(conversation.model_copy(update={"updated_at": at}), seen_version=conversation.version)
    return record


def _proposed(tx: Transaction, record: TurnRecord, words: str, *, pack: Pack, at: datetime) -> Proposal:
    read = record.turn.understanding
    subject = (read.intent if read else None) or "unknown"
    text = privacy.mask(words).text
    key = "\0".join((pack.brand.id, ProposalKind.MISSING_ARTICLE.value, subject, text))
    proposal = Proposal(
        id=f"p-{hashlib.sha256(key.encode()).hexdigest()[:16]}",
        brand_id=pack.brand.id,
        kind=ProposalKind.MISSING_ARTICLE,
        subject=subject,
        text=text,
        edits=(),
        created_at=at,
    )
    known = {each.id for each in tx.proposals(brand_id=pack.brand.id, limit=10_000)}
    if proposal.id not in known:
        tx.save_proposal(proposal)
    return proposal


def _written(text: str, field: str) -> str:
    words = readable(text).strip()
    if not words or len(words) > MOST:
        raise InputInvalid(f"{field}: write 1 to {MOST} characters")
    return words


def _record(tx: Transaction, side: ExpertAsk, event: str, *, actor: str, at: datetime) -> None:
    facts = {"conversation": side.conversation_id, "turn": side.draft_turn, "proposal": side.proposal}
    tx.append_audit(brand_id=side.brand_id, at=at, actor=actor, event=event, subject=side.id, facts=facts)
