"""Automation: its state, the kill switch, holds, and how far each slice has climbed."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

import assistant.desk.automation as desk
from assistant.domain.automation import AutomationState, Step
from assistant.domain.certificate import Certificate, Origin, Standing
from assistant.web.deps import Name, TheAssistant

router = APIRouter(prefix="/automation")


class SwitchIn(BaseModel):
    """On stops every automated reply, the ones already waiting to be sent too."""

    model_config = ConfigDict(extra="forbid")

    on: bool
    by: Name


class HoldIn(BaseModel):
    """Pause automation for one intent, topic, channel or slice."""

    model_config = ConfigDict(extra="forbid")

    scope: str = Field(min_length=1, max_length=100)
    reason: str = Field(min_length=1, max_length=500)
    by: Name


class ReleaseIn(BaseModel):
    """Lift a hold."""

    model_config = ConfigDict(extra="forbid")

    by: Name


class MoveIn(BaseModel):
    """Move a slice along the ramp: down at will, up one step at a time with a certificate for it."""

    model_config = ConfigDict(extra="forbid")

    slice: str = Field(min_length=1, max_length=200)
    to: Step
    by: Name
    why: str = Field(default="", max_length=500)


class CertificateOut(BaseModel):
    """A slice's certificate. `changed` names what is no longer as it was when it was given, which suspends it."""

    certificate: Certificate
    standing: Standing
    given_at: datetime
    origin: Origin
    changed: list[str]


@router.get("")
def read_state(assistant: TheAssistant) -> AutomationState:
    """The state as it is enforced now."""
    with assistant.require_store().read() as look:
        return look.automation(assistant.pack.brand.id)


@router.get("/certificates")
def list_certificates(assistant: TheAssistant) -> list[CertificateOut]:
    """What was proven of each slice, and whether it counts now."""
    proof = assistant.proof()
    return [
        CertificateOut(
            certificate=permit.certificate,
            standing=standing,
            given_at=permit.given_at,
            origin=permit.origin,
            changed=list(permit.differs_in(proof.versions)) if proof and standing is Standing.CHANGED else [],
        )
        for permit, standing in assistant.certificates()
    ]


@router.put("/kill-switch")
def set_kill_switch(switch: SwitchIn, assistant: TheAssistant) -> AutomationState:
    """Takes effect at the next decision and at the next sending."""
    with assistant.require_store().begin() as tx:
        return desk.set_kill_switch(tx, assistant.pack.brand.id, on=switch.on, by=switch.by, at=assistant.clock())


@router.post("/holds")
def add_hold(hold: HoldIn, assistant: TheAssistant) -> AutomationState:
    """Hold one intent, topic, channel or slice; 422 where the brand has none of that name."""
    with assistant.require_store().begin() as tx:
        return desk.hold_named(
            tx, assistant.pack, scope=hold.scope, reason=hold.reason, by=hold.by, at=assistant.clock()
        )


@router.post("/holds/{scope:path}/release")
def release_hold(scope: str, release: ReleaseIn, assistant: TheAssistant) -> AutomationState:
    """Lift the hold of this scope; a slice is written with its slashes. 422 for what is neither held nor known."""
    with assistant.require_store().begin() as tx:
        return desk.release_named(tx, assistant.pack, scope=scope, by=release.by, at=assistant.clock())


@router.put("/ramp")
def move_ramp(move: MoveIn, assistant: TheAssistant) -> AutomationState:
    """Takes effect at the next decision and at the next sending; 409 says what a step up still needs."""
    with assistant.require_store().begin() as tx:
        return desk.move(
            tx,
            assistant.pack,
            slice_=move.slice,
            to=move.to,
            proof=assistant.proof(),
            by=move.by,
            why=move.why,
            at=assistant.clock(),
        )
