"""Reviewer canaries at the desk: planted among drafts for review, told apart by nobody, and never sent.

What was decided on one says how carefully its queue reads; where that falls, accepting costs a second look.
"""

from datetime import datetime
from typing import NamedTuple

from assistant.desk.act import act
from assistant.desk.assign import close_assignment
from assistant.desk.handoffs import close_hand_off
from assistant.desk.sla import timed
from assistant.domain.brand import Pack
from assistant.domain.canary import Canary, CatchRate, Friction, catch_rate
from assistant.domain.conversation import Conversation, TurnRecord
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ConversationState, Decision, Disposition
from assistant.errors import ConfirmFirst, Conflict
from assistant.guardrails.facts import facts_of
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.substance import changed_substance
from assistant.ports import Reading, Transaction

PLANTER = "canaries"
"""Who the audit log names for planting."""


class Settled(NamedTuple):
    """A canary after a reviewer's decision."""

    canary: Canary
    record: TurnRecord
    conversation: Conversation


def plant(tx: Transaction, turn: Turn, *, kind: str, wrong: str, planted: str, pack: Pack, at: datetime) -> Canary:
    """Put a wrong draft before the reviewers of its queue as any other. `wrong` stands in it and is false.

    Raises `Conflict` where its conversation exists: nothing planted may touch a customer.
    """
    taken = tx.take_in(turn.mention, at=at)
    if not taken.new or len(tx.detail(taken.conversation_id).mentions) > 1:
        raise Conflict(f"conversation {taken.conversation_id} is somebody's; a canary needs one of its own")
    shown = {"decision": Decision.REVIEW, "certified": False, "candidate": False, "sample": None}
    route = turn.route.model_copy(update=shown)
    record = act(tx, turn.model_copy(update={"route": route}), pack=pack, at=at)
    canary = Canary(
        turn_id=record.id,
        brand_id=pack.brand.id,
        conversation_id=record.conversation_id,
        queue=tx.conversation(record.conversation_id).queue,
        kind=kind,
        wrong=wrong,
        planted=planted,
        planted_at=at,
    )
    tx.save_canary(canary)
    facts = {"conversation": record.conversation_id, "kind": kind, "queue": canary.queue}
    tx.append_audit(
        brand_id=pack.brand.id, at=at, actor=PLANTER, event="canary_planted", subject=record.id, facts=facts
    )
    return canary


def rate_of(look: Reading, queue: str, *, brand_id: str) -> CatchRate:
    """How many planted errors the queue's reviewers caught lately, and what accepting costs there."""
    return catch_rate(queue, look.canaries(brand_id=brand_id, queue=queue))


def rates(look: Reading, *, brand_id: str) -> tuple[CatchRate, ...]:
    """Of every queue a canary was planted in, by name."""
    queues = sorted({canary.queue for canary in look.canaries(brand_id=brand_id)})
    return tuple(rate_of(look, queue, brand_id=brand_id) for queue in queues)


def friction(look: Reading, conversation: Conversation, disposition: Disposition, *, confirmed: bool) -> Friction:
    """What this decision costs. Raises `ConfirmFirst` where accepting must be confirmed and wasn't."""
    if disposition is not Disposition.ACCEPTED:
        return Friction.NONE
    rate = rate_of(look, conversation.queue, brand_id=conversation.brand_id)
    if rate.friction is not Friction.NONE and not confirmed:
        raise ConfirmFirst(rate.queue, caught=rate.caught, of=rate.n)
    return rate.friction


def still_says(canary: Canary, text: str) -> bool:
    """Whether what is false in it stands in the text still, in the same words or in others."""
    wrong = " ".join(canary.wrong.split())
    if wrong in " ".join(text.split()):
        return True
    if any(not changed_substance(wrong, sentence) for sentence in split_sentences(text)):
        return True
    figures, now = _figures(wrong), _figures(text)
    return canary.kind == "figure" and bool(figures) and figures <= now


def _figures(text: str) -> frozenset[tuple[str, str]]:
    return frozenset((fact.kind.value, fact.value) for fact in facts_of(text) if any(map(str.isdigit, fact.value)))


def settle_canary(
    tx: Transaction,
    canary: Canary,
    record: TurnRecord,
    disposition: Disposition,
    text: str,
    *,
    pack: Pack,
    agent: str,
    at: datetime,
) -> Settled:
    """Note what the reviewer did and close it: there is no reply, no promise and no lesson in it."""
    wished = any(entry.event == "turn_redrafted" for entry in tx.audit(subject=record.id))
    holds = still_says(canary, text)
    told = canary.settled(disposition, holds=holds, turn_id=record.id, wished=wished, agent=agent, at=at)
    tx.save_canary(told)
    tx.set_disposition(record.id, disposition)
    before = tx.conversation(record.conversation_id)
    resolved = before.model_copy(update={"state": ConversationState.RESOLVED, "due_at": None, "updated_at": at})
    saved = tx.save_conversation(timed(tx, resolved, pack=pack, at=at), seen_version=before.version)
    close_hand_off(tx, saved, at=at)
    close_assignment(tx, saved, at=at)
    facts = {"conversation": saved.id, "caught": told.caught, "disposition": disposition}
    tx.append_audit(
        brand_id=canary.brand_id, at=at, actor=agent, event="canary_settled", subject=canary.turn_id, facts=facts
    )
    return Settled(told, record.model_copy(update={"disposition": disposition}), saved)
