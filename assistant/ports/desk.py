"""What the desk keeps beside conversations: clocks, escalations, what drafts stand on, hand-offs, owners."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.approval import Approval
from assistant.domain.assignment import Assignment
from assistant.domain.audit import AuditEntry
from assistant.domain.basis import Basis, MentionChange
from assistant.domain.escalation import Escalation
from assistant.domain.handoff import Handoff
from assistant.domain.mention import Mention
from assistant.domain.retraction import Retraction
from assistant.domain.sla import SlaClock
from assistant.domain.value import Value


class Rates(Value):
    """Conversations whose clock started, or runs again, and whose clock was stopped."""

    arrived: int
    settled: int

    @classmethod
    def of(cls, clocks: Sequence[SlaClock], *, since: datetime) -> "Rates":
        """Counted since then. What came back before and was stopped again counts as stopped alone."""
        began = [each for each in clocks if max(each.started_at, each.running_since or each.started_at) >= since]
        stopped = [each for each in clocks if each.paused_at is not None and each.paused_at >= since]
        return cls(arrived=len(began), settled=len(stopped))


class DeskReading(Protocol):
    """A look at it. What was never written is None or empty."""

    def sla_clock(self, conversation_id: str) -> SlaClock | None:
        """The conversation's clock."""
        ...

    def clocks_to_look_at(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[SlaClock]:
        """Clocks whose next look is due, the longest due first."""
        ...

    def escalation(self, escalation_id: str) -> Escalation:
        """Raises `NotFound`."""
        ...

    def escalations(self, *, brand_id: str, limit: int, only_open: bool = False) -> Sequence[Escalation]:
        """Newest first; `only_open`: of those that nobody acknowledged."""
        ...

    def escalations_to_look_at(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[Escalation]:
        """Those whose time to be acknowledged is over, the longest over first."""
        ...

    def draft_basis(self, key: str) -> Basis | None:
        """What the draft of that turn, or the reply of that id, stands on."""
        ...

    def drafts_to_redo(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[Basis]:
        """What stale drafts stood on, the longest stale first."""
        ...

    def mention(self, mention_id: str) -> Mention:
        """A message in its newest words. Raises `NotFound`."""
        ...

    def mention_change(self, mention_id: str) -> MentionChange | None:
        """What became of the message since it was taken in."""
        ...

    def audit_after(self, sequence: int, *, limit: int, brand_id: str | None = None) -> Sequence[AuditEntry]:
        """Entries of the log whose sequence is higher, oldest first: of one brand or, as they are chained, of all."""
        ...

    def newest_mention_id(self, conversation_id: str) -> str:
        """The message taken in last. Raises `NotFound` for a conversation without one."""
        ...

    def handoffs(self, conversation_id: str) -> Sequence[Handoff]:
        """Oldest first."""
        ...

    def rates(self, *, brand_id: str, queue: str, since: datetime) -> Rates:
        """What came into a queue for people since then, and what people settled of it."""
        ...

    def promises_end(self, *, brand_id: str, queue: str) -> Sequence[datetime]:
        """When the promise of each conversation that waits in the queue ends, the earliest first."""
        ...

    def approval(self, approval_id: str) -> Approval | None:
        """The one of that id."""
        ...

    def approvals(self, conversation_id: str) -> Sequence[Approval]:
        """Oldest first."""
        ...

    def all_approvals(self, *, brand_id: str, limit: int, only_open: bool = False) -> Sequence[Approval]:
        """Newest first; `only_open`: of those that nobody decided."""
        ...

    def assignment(self, conversation_id: str) -> Assignment | None:
        """Who takes it."""
        ...

    def assignments(self, *, brand_id: str, limit: int) -> Sequence[Assignment]:
        """Newest first, of conversations in any state."""
        ...

    def retraction(self, reply_id: str) -> Retraction | None:
        """What became of the wish to take this reply off its network; None where nobody had it."""
        ...

    def retractions_due(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[Retraction]:
        """Those that wait and may be tried now, the longest waiting first."""
        ...


class DeskTransaction(DeskReading, Protocol):
    """Writing it: each `save` replaces what stands under the same id."""

    def save_sla_clock(self, clock: SlaClock, *, look_at: datetime | None) -> None:
        """`look_at` None: nobody needs to look."""
        ...

    def save_escalation(self, escalation: Escalation, *, look_at: datetime | None) -> None:
        """`look_at` is when it goes on to the next person."""
        ...

    def save_draft_basis(self, key: str, basis: Basis, *, redo_at: datetime | None = None) -> None:
        """`key` is the id of the turn or of the reply that stands on it; `redo_at`: it is stale since then."""
        ...

    def save_mention_change(self, change: MentionChange, *, brand_id: str) -> None: ...

    def save_handoff(self, handoff: Handoff) -> None: ...

    def save_approval(self, approval: Approval) -> None: ...

    def save_assignment(self, assignment: Assignment) -> None: ...

    def save_retraction(self, retraction: Retraction) -> None: ...

    def drop_assignment(self, conversation_id: str) -> None:
        """Nobody's any more; one that isn't there changes nothing."""
        ...
