"""The one writer of the automation state: the kill switch and the holds."""

from datetime import datetime

from assistant.desk.escalate import escalate
from assistant.domain.automation import AutomationState, Hold
from assistant.domain.brand import Pack
from assistant.domain.escalation import EscalationKind
from assistant.errors import InputInvalid
from assistant.ports import Reading, Transaction

MONITOR = "monitor"
"""Who the audit log names where a detector stopped something."""


def state(tx: Reading, brand_id: str) -> AutomationState:
    """What holds for the brand now."""
    return tx.automation(brand_id)


def set_kill_switch(tx: Transaction, brand_id: str, *, on: bool, by: str, at: datetime) -> AutomationState:
    """On stops every automatic reply of the brand, those that wait in the outbox included."""
    before = tx.automation(brand_id)
    if before.kill_switch is on:
        return before
    event = "kill_switch_on" if on else "kill_switch_off"
    tx.append_audit(brand_id=brand_id, at=at, actor=by, event=event, subject=f"automation:{brand_id}", facts={})
    return _save(tx, brand_id, before.model_copy(update={"kill_switch": on}))


def hold(tx: Transaction, brand_id: str, *, scope: str, reason: str, by: str, at: datetime) -> AutomationState:
    """Pause automation for one intent or topic. A scope already held keeps its first hold."""
    scope = scope.strip()
    if not scope:
        raise InputInvalid("scope: empty; name the intent or topic to hold")
    before = tx.automation(brand_id)
    if any(held.scope == scope for held in before.holds):
        return before
    held = Hold(scope=scope, reason=reason, by=by, since=at)
    _audit_hold(tx, brand_id, "held", scope, by=by, at=at)
    return _save(tx, brand_id, before.model_copy(update={"holds": (*before.holds, held)}))


def release(tx: Transaction, brand_id: str, *, scope: str, by: str, at: datetime) -> AutomationState:
    """End the hold on `scope`; one that isn't held changes nothing. Replies it held stay with people."""
    before = tx.automation(brand_id)
    left = tuple(held for held in before.holds if held.scope != scope.strip())
    if left == before.holds:
        return before
    _audit_hold(tx, brand_id, "released", scope.strip(), by=by, at=at)
    return _save(tx, brand_id, before.model_copy(update={"holds": left}))


def stop(
    tx: Transaction,
    pack: Pack,
    *,
    scope: str,
    why: str,
    roll_back: bool,
    conversation_id: str,
    at: datetime,
    team: str | None = None,
) -> AutomationState:
    """What a detector found: hold the scope, and tell the people in charge (`team`, else the brand's default queue)."""
    brand_id = pack.brand.id
    held = hold(tx, brand_id, scope=scope, reason=why, by=MONITOR, at=at)
    tx.add_event(brand_id=brand_id, kind="automation", conversation_id="", at=at)
    if conversation_id:
        told = team or pack.queues.default
        escalate(tx, conversation_id, EscalationKind.AUTOMATION_STOPPED, team=told, pack=pack, at=at)
    return held


def _save(tx: Transaction, brand_id: str, changed: AutomationState) -> AutomationState:
    tx.save_automation(brand_id, changed)
    return changed


def _audit_hold(tx: Transaction, brand_id: str, event: str, scope: str, *, by: str, at: datetime) -> None:
    subject = f"automation:{brand_id}"
    tx.append_audit(brand_id=brand_id, at=at, actor=by, event=event, subject=subject, facts={"scope": scope})
