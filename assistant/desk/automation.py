"""The one writer of the automation state: the kill switch, the holds and how far each slice has climbed."""

import json
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches

from assistant.desk.escalate import escalate
from assistant.domain.automation import AutomationState, Hold, Ramp, Step
from assistant.domain.brand import Pack
from assistant.domain.certificate import Origin, Proof, Standing
from assistant.domain.escalation import EscalationKind
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import NO_TIER, Tier, Visibility
from assistant.errors import Conflict, InputInvalid, NotFound
from assistant.ports import Reading, Transaction

MONITOR = "monitor"
"""Who the audit log names where a detector stopped something."""
_EVERY_ENTRY = 100_000


def set_kill_switch(tx: Transaction, brand_id: str, *, on: bool, by: str, at: datetime) -> AutomationState:
    """On stops every automatic reply of the brand, those that wait in the outbox included."""
    before = tx.automation(brand_id)
    if before.kill_switch is on:
        return before
    event = "kill_switch_on" if on else "kill_switch_off"
    tx.append_audit(brand_id=brand_id, at=at, actor=by, event=event, subject=f"automation:{brand_id}", facts={})
    return _save(tx, brand_id, before.model_copy(update={"kill_switch": on}), at=at)


def hold(tx: Transaction, brand_id: str, *, scope: str, reason: str, by: str, at: datetime) -> AutomationState:
    """Pause automation for one intent, topic, channel or slice. A scope already held keeps its first hold."""
    scope = scope.strip()
    if not scope:
        raise InputInvalid("scope: empty; name the intent, topic or channel to hold")
    before = tx.automation(brand_id)
    if any(held.scope == scope for held in before.holds):
        return before
    held = Hold(scope=scope, reason=reason, by=by, since=at)
    _audit_hold(tx, brand_id, "held", {"scope": scope, "reason": reason}, by=by, at=at)
    return _save(tx, brand_id, before.model_copy(update={"holds": (*before.holds, held)}), at=at)


def hold_named(tx: Transaction, pack: Pack, *, scope: str, reason: str, by: str, at: datetime) -> AutomationState:
    """As `hold`, for people, who misspell. Raises `InputInvalid` where the pack knows nothing of that name: a hold on
    nothing looks like a stop and is none.
    """
    _require_known(scope.strip(), pack)
    return hold(tx, pack.brand.id, scope=scope, reason=reason, by=by, at=at)


def _require_known(wanted: str, pack: Pack) -> None:
    known = {*(intent.id for intent in pack.intents), *slices_of(pack)}
    known |= {*(intent.topic for intent in pack.intents), *(channel.name for channel in pack.channels)}
    if wanted and wanted not in known:
        near = ", ".join(get_close_matches(wanted, sorted(known))) or "none"
        raise InputInvalid(f"scope: {pack.brand.name} has no intent, topic, channel or slice {wanted!r}; near: {near}")


def slices_of(pack: Pack) -> frozenset[str]:
    """Every slice the brand's traffic can fall into."""
    return frozenset(f"{pack.brand.id}/{kind.value}/{tier}" for kind in Visibility for tier in (*Tier, NO_TIER))


def release(tx: Transaction, brand_id: str, *, scope: str, by: str, at: datetime) -> AutomationState:
    """End the hold on `scope`; one that isn't held changes nothing. Replies it held stay with people."""
    before = tx.automation(brand_id)
    left = tuple(held for held in before.holds if held.scope != scope.strip())
    if left == before.holds:
        return before
    _audit_hold(tx, brand_id, "released", {"scope": scope.strip()}, by=by, at=at)
    return _save(tx, brand_id, before.model_copy(update={"holds": left}), at=at)


def release_named(tx: Transaction, pack: Pack, *, scope: str, by: str, at: datetime) -> AutomationState:
    """As `release`, for people, who misspell. Raises `InputInvalid` for a name that is neither held nor known."""
    if all(held.scope != scope.strip() for held in tx.automation(pack.brand.id).holds):
        _require_known(scope.strip(), pack)
    return release(tx, pack.brand.id, scope=scope, by=by, at=at)


def releases(look: Reading, brand_id: str) -> Mapping[str, datetime]:
    """When people last let go of each scope."""
    entries = look.audit(subject=f"automation:{brand_id}", limit=_EVERY_ENTRY)
    return {json.loads(entry.facts)["scope"]: entry.at for entry in entries if entry.event == "released"}


def move(
    tx: Transaction, pack: Pack, *, slice_: str, to: Step, proof: Proof | None, by: str, why: str, at: datetime
) -> AutomationState:
    """Move a slice along the ramp: down at will, up one step at a time and only with a certificate for it.

    From shadow any certificate that stands will do. From then on it must come from labels of the desk, the newest of
    them settled since the present step began. Raises `NotFound` for a slice that isn't ours, `Conflict` with what is
    missing.
    """
    if slice_ not in slices_of(pack):
        raise NotFound("slice", slice_)
    if not by.strip():
        raise InputInvalid("by: missing; say who decides")
    before = tx.automation(pack.brand.id)
    now = before.step(slice_, start=pack.automation.ramp_start)
    if to.place > now.place:
        _refuse_climb(before, slice_, now, to, proof, at=at)
    elif to is now and before.ramp(slice_) is not None:
        return before
    return _set_step(tx, pack.brand.id, before, slice_, to, by=by, why=why, at=at)


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
    """What a detector found: hold the scope, send a slice back to shadow, and tell the people in charge.

    They are `team`, else the brand's default queue.
    """
    brand_id = pack.brand.id
    if roll_back:
        before = tx.automation(brand_id)
        _set_step(tx, brand_id, before, scope, Step.SHADOW, by=MONITOR, why=why, at=at, watch_from=at)
    held = hold(tx, brand_id, scope=scope, reason=why, by=MONITOR, at=at)
    if conversation_id:
        told = team or pack.queues.default
        escalate(tx, conversation_id, EscalationKind.AUTOMATION_STOPPED, team=told, pack=pack, at=at)
    return held


def _refuse_climb(
    before: AutomationState, slice_: str, now: Step, to: Step, proof: Proof | None, *, at: datetime
) -> None:
    following = tuple(Step)[now.place + 1]
    if to is not following:
        raise Conflict(f"{slice_} stands at {now.value}; the next step is {following.value}")
    if before.holds_back(slice_):
        raise Conflict(f"{slice_} is on hold; look into it and release it first")
    permit = proof.permits.of(slice_) if proof is not None else None
    if permit is None or proof is None or permit.standing(versions=proof.versions, at=at) is not Standing.STANDS:
        raise Conflict(f"{slice_} has no certificate that stands; run `assistant certify --from-desk`")
    ramp = before.ramp(slice_)
    if now is Step.SHADOW or ramp is None:
        return
    newest = permit.newest_label_at
    if permit.origin is not Origin.DESK or newest is None or newest <= ramp.since:
        raise Conflict(
            f"{slice_} needs a certificate with labels of the present step, which began {ramp.since:%Y-%m-%d %H:%M}; "
            "run `assistant certify --from-desk` once there are some (labels count after 72 hours)"
        )


def _set_step(
    tx: Transaction,
    brand_id: str,
    before: AutomationState,
    slice_: str,
    to: Step,
    *,
    by: str,
    why: str,
    at: datetime,
    watch_from: datetime | None = None,
) -> AutomationState:
    old = before.ramp(slice_)
    watched = watch_from or (old.watch_from if old else None)
    ramp = Ramp(slice=slice_, step=to, since=at, by=by, why=why, watch_from=watched)
    others = tuple(each for each in before.ramps if each.slice != slice_)
    facts = {"slice": slice_, "from": old.step if old else None, "to": to, "why": why}
    subject = f"automation:{brand_id}"
    tx.append_audit(brand_id=brand_id, at=at, actor=by, event="ramp_moved", subject=subject, facts=facts)
    return _save(tx, brand_id, before.model_copy(update={"ramps": (*others, ramp)}), at=at)


def _save(tx: Transaction, brand_id: str, changed: AutomationState, *, at: datetime) -> AutomationState:
    """Kept, and told to every open page."""
    tx.save_automation(brand_id, changed)
    tx.add_event(brand_id=brand_id, kind="automation", conversation_id="", at=at)
    return changed


def _audit_hold(
    tx: Transaction, brand_id: str, event: str, facts: Mapping[str, object], *, by: str, at: datetime
) -> None:
    subject = f"automation:{brand_id}"
    tx.append_audit(brand_id=brand_id, at=at, actor=by, event=event, subject=subject, facts=facts)


def stopped_for(automation: AutomationState, turn: Turn) -> bool:
    """Whether nothing may go out by itself on what this turn is about."""
    read = turn.understanding
    intent, topic = (read.intent, read.situation.topic) if read else (None, None)
    return automation.stops(intent, topic, turn.route.slice, turn.mention.channel)
