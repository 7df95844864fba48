"""What becomes of an invitation: the answer held against the knowledge base, or the time that is up."""

from collections.abc import Sequence
from datetime import datetime

from assistant.desk.assign import close_assignment
from assistant.desk.follow_up import begin_fix
from assistant.desk.handoffs import close_hand_off
from assistant.desk.peers import end, thank
from assistant.desk.sla import timed
from assistant.desk.staleness import bind_draft
from assistant.desk.to_people import give_to_people
from assistant.desk.triage import wake
from assistant.domain.audit import ASSISTANT
from assistant.domain.brand import Pack
from assistant.domain.conversation import ReplyState, TurnRecord
from assistant.domain.draft import Claim, Draft, running_text
from assistant.domain.guardrail import Finding
from assistant.domain.knowledge import Passage
from assistant.domain.peer import PEER_INVITE, PeerEnd, PeerInvite, verdict_of
from assistant.domain.vocabulary import ClaimKind, ConversationState, Decision, Disposition, Reason, Severity
from assistant.gate import judge_text
from assistant.ports import Transaction

_SAID = {
    PeerEnd.REFUTED: "A customer answered this, and the knowledge base says otherwise.",
    PeerEnd.UNSURE: "A customer answered this, and the knowledge base can't confirm it.",
}
_REASONS = {PeerEnd.REFUTED: Reason.PEER_REFUTED, PeerEnd.UNSURE: Reason.PEER_UNSURE}


def time_up(tx: Transaction, invite_id: str, *, pack: Pack, at: datetime) -> PeerInvite | None:
    """A person of ours serves now, where nobody answered in time or the invitation couldn't leave; None: not yet."""
    made = tx.peer_invite(invite_id)
    if made is None or not made.is_open or made.answer_id is not None:
        return None
    conversation = tx.conversation(made.conversation_id)
    unsent = tx.reply(f"{PEER_INVITE}{made.id}").state is ReplyState.WITHDRAWN
    if not conversation.waits_for_person:
        return end(tx, made, PeerEnd.OVERTAKEN, at=at)
    if not unsent and made.expires_at > at:
        tx.save_peer_invite(made, look_at=made.expires_at)
        return None
    ended = end(tx, made, PeerEnd.NOT_SENT if unsent else PeerEnd.SILENT, at=at)
    _back_to_people(tx, made, pack=pack, at=at)
    return ended


def check_answer(
    tx: Transaction, invite_id: str, *, passages: Sequence[Passage], pack: Pack, at: datetime
) -> PeerInvite | None:
    """Hold a peer's answer against `passages`, once: thank and settle, or a person of ours with a correcting draft.

    Nothing is said in public of an answer that was wrong. None where there is nothing to check.
    """
    made = tx.peer_invite(invite_id)
    if made is None or made.answer_id is None or made.verdict is not None:
        return None
    answer = tx.mention(made.answer_id)
    record = tx.current_turn(made.mention_id)
    if record is None:
        return None
    judged = judge_text(answer.text, passages=passages, mention=record.turn.mention, pack=pack, automated=False)
    verdict = verdict_of(judged.claims, judged.findings)
    ended = end(tx, made, verdict, at=at, verdict=verdict)
    waits = tx.conversation(made.conversation_id).waits_for_person
    if verdict is PeerEnd.CONFIRMED:
        thank(tx, made, pack=pack, at=at)
        if made.is_open and waits:
            _settled(tx, made, record, pack=pack, at=at)
    elif waits:
        _correct(tx, record, verdict, passages, pack=pack, at=at)
        _back_to_people(tx, made, pack=pack, at=at)
    return ended


def _back_to_people(tx: Transaction, made: PeerInvite, *, pack: Pack, at: datetime) -> None:
    wake(tx, made.conversation_id, agent=ASSISTANT, at=at)
    record = tx.current_turn(made.mention_id)
    if record is not None:
        give_to_people(tx, record, tx.conversation(made.conversation_id), pack=pack, at=at)


def _settled(tx: Transaction, made: PeerInvite, record: TurnRecord, *, pack: Pack, at: datetime) -> None:
    """Solved by a customer: nobody of ours need answer, and the customer may be asked whether it lasts."""
    tx.set_disposition(record.id, Disposition.IGNORED)
    conversation = tx.conversation(made.conversation_id)
    done = {"state": ConversationState.RESOLVED, "due_at": None, "updated_at": at}
    settled = timed(tx, conversation.model_copy(update=done), pack=pack, at=at)
    saved = tx.save_conversation(settled, seen_version=conversation.version)
    tx.save_triage(tx.triage(saved.id).model_copy(update={"snoozed_until": None}))
    close_hand_off(tx, saved, at=at)
    close_assignment(tx, saved, at=at)
    begin_fix(tx, saved.id, record.id, brand_id=saved.brand_id, at=at)


def _correct(
    tx: Transaction, record: TurnRecord, verdict: PeerEnd, passages: Sequence[Passage], *, pack: Pack, at: datetime
) -> None:
    """A further turn on the question, for a person: what the knowledge base says, and nothing of who was wrong."""
    turn, wordings = record.turn, pack.brand.voice.correct_peer
    told = Finding(guardrail="peer", severity=Severity.REVIEW, message=_SAID[verdict])
    draft, findings = turn.draft, turn.findings
    if draft is not None and verdict is PeerEnd.REFUTED and wordings:
        draft = _with(wordings[sum(record.id.encode()) % len(wordings)], draft)
        mention = turn.mention
        findings = judge_text(draft.text, passages=passages, mention=mention, pack=pack, automated=False).findings
    decision = Decision.REVIEW if draft is not None else Decision.HANDOFF
    reasons = (_REASONS[verdict], *(each for each in turn.route.reasons if each is not Reason.STRATEGY))
    route = turn.route.model_copy(update={"decision": decision, "reasons": reasons, "certified": False})
    said = {"draft": draft, "findings": (*findings, told), "route": route}
    corrected = tx.add_turn(turn.model_copy(update=said), at=at)
    bind_draft(tx, corrected, pack=pack, seen_all=True)


def _with(wording: str, draft: Draft) -> Draft:
    claims = (Claim(text=wording, kind=ClaimKind.COURTESY, supported=True), *draft.claims)
    return draft.model_copy(update={"claims": claims, "text": running_text(claims)})
