"""Tells people: one step of a ladder after the other, until somebody says they have seen it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from assistant.domain.audit import ASSISTANT
from assistant.domain.brand import Pack
from assistant.domain.escalation import Escalation, EscalationKind, Told
from assistant.errors import AlreadyHandled, InputInvalid, NotFound
from assistant.ports import Clock, Reading, Store, Transaction

_OF_WHAT_WAITS = frozenset({EscalationKind.SLA_AT_RISK, EscalationKind.SLA_BREACHED, EscalationKind.APPROVAL})
"""Over once the conversation waits for nobody; an injury or a stop must be seen whatever was answered."""


def escalate(
    tx: Transaction, conversation_id: str, kind: EscalationKind, *, team: str, pack: Pack, at: datetime
) -> Escalation:
    """Tell the team's first on-call person, else the team itself. The same thing is told once a conversation."""
    steps = pack.on_call.ladder(team)
    first = Told(
        who=steps[0].who if steps else team,
        at=at,
        acknowledge_by=at + timedelta(minutes=steps[0].acknowledge_minutes) if steps else None,
    )
    escalation = Escalation(
        id=f"{conversation_id}-{kind.value}-{int(at.timestamp())}",
        brand_id=pack.brand.id,
        conversation_id=conversation_id,
        kind=kind,
        team=team,
        told=(first,),
    )
    _keep(tx, escalation, f"escalated_{kind.value}", actor=ASSISTANT, at=at)
    return escalation


def acknowledge(tx: Transaction, escalation_id: str, *, brand_id: str, by: str, at: datetime) -> Escalation:
    """Somebody has seen it, once however often they say so. Raises `AlreadyHandled` where somebody else was first,
    `NotFound`, `InputInvalid`.
    """
    if not by.strip():
        raise InputInvalid("by: missing; say who acknowledges")
    found = tx.escalation(escalation_id)
    if found.brand_id != brand_id:
        raise NotFound("escalation", escalation_id)
    if found.acknowledged_by == by:
        return found
    if found.acknowledged_by is not None:
        raise AlreadyHandled(found.conversation_id, found.acknowledged_by, handled_at=found.acknowledged_at)
    seen = found.model_copy(update={"acknowledged_by": by, "acknowledged_at": at})
    _keep(tx, seen, "escalation_acknowledged", actor=by, at=at)
    return seen


def pass_on(store: Store, *, pack: Pack, clock: Clock, limit: int = 100) -> int:
    """Whatever nobody acknowledged in time goes to the next person of the ladder; how many did.

    What was settled meanwhile calls nobody else.
    """
    at = clock()
    with store.read() as look:
        if not look.escalations_to_look_at(brand_id=pack.brand.id, now=at, limit=1):
            return 0
    with store.begin() as tx:
        late = tx.escalations_to_look_at(brand_id=pack.brand.id, now=at, limit=limit)
        over = [each for each in late if _is_over(tx, each)]
        for escalation in over:
            closed = escalation.model_copy(update={"acknowledged_by": ASSISTANT, "acknowledged_at": at})
            _keep(tx, closed, "escalation_over", actor=ASSISTANT, at=at)
        for escalation in (each for each in late if each not in over):
            passed = _passed_on(escalation, pack, at)
            event = "escalation_exhausted" if passed.exhausted else "escalation_passed_on"
            _keep(tx, passed, event, actor=ASSISTANT, at=at)
    return len(late) - len(over)


def _is_over(look: Reading, escalation: Escalation) -> bool:
    about_it = escalation.kind in _OF_WHAT_WAITS
    return about_it and not look.conversation(escalation.conversation_id).waits_for_person


def _passed_on(escalation: Escalation, pack: Pack, at: datetime) -> Escalation:
    steps = pack.on_call.ladder(escalation.team)
    place = _place_after(escalation, [step.who for step in steps])
    if place >= len(steps):
        return escalation.model_copy(update={"exhausted": True})
    following = Told(
        who=steps[place].who, at=at, acknowledge_by=at + timedelta(minutes=steps[place].acknowledge_minutes)
    )
    return escalation.model_copy(update={"told": (*escalation.told, following)})


def _place_after(escalation: Escalation, ladder: Sequence[str]) -> int:
    """Where the ladder goes on; it may have other people than when the first was told: nobody on it is skipped."""
    told = [step.who for step in escalation.told]
    place = len(told)
    if told == list(ladder[:place]):
        return place
    return next((number for number, who in enumerate(ladder) if who not in told), len(ladder))


def _keep(tx: Transaction, escalation: Escalation, event: str, *, actor: str, at: datetime) -> None:
    waits = escalation.is_open and not escalation.exhausted
    tx.save_escalation(escalation, look_at=escalation.told[-1].acknowledge_by if waits else None)
    facts = {
        "conversation": escalation.conversation_id,
        "kind": escalation.kind,
        "team": escalation.team,
        "told": escalation.told[-1].who,
    }
    tx.append_audit(brand_id=escalation.brand_id, at=at, actor=actor, event=event, subject=escalation.id, facts=facts)
