"""Somebody must be told: what about, whom, and by when they must say that they have seen it."""

from datetime import datetime
from enum import StrEnum

from assistant.domain.value import Value


class EscalationKind(StrEnum):
    """Why somebody is told."""

    SLA_AT_RISK = "sla_at_risk"
    SLA_BREACHED = "sla_breached"
    ON_CALL = "on_call"
    APPROVAL = "approval"
    AUTOMATION_STOPPED = "automation_stopped"


class Told(Value):
    """One step of an escalation: who was told, and until when they had to answer (None: nobody asked them to)."""

    who: str
    at: datetime
    acknowledge_by: datetime | None = None


class Escalation(Value):
    """One thing a team is told of. `told` are the steps so far, the last the current; open until acknowledged."""

    id: str
    brand_id: str
    conversation_id: str
    kind: EscalationKind
    team: str
    told: tuple[Told, ...]
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    exhausted: bool = False
    """Nobody of the ladder answered in time; the last one stays told."""

    @property
    def is_open(self) -> bool:
        return self.acknowledged_at is None
