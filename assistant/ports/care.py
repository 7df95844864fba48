"""What the store keeps of fixes and their outcome."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.follow_up import FollowUp


class CareReading(Protocol):
    """A look at it. What was never written is None or empty."""

    def follow_ups(self, conversation_id: str) -> Sequence[FollowUp]:
        """Oldest first."""
        ...

    def all_follow_ups(self, *, brand_id: str, since: datetime) -> Sequence[FollowUp]:
        """Those of fixes since then, newest first, 100,000 at most."""
        ...

    def follow_ups_to_look_at(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[FollowUp]:
        """Those whose time to ask has come, the longest due first."""
        ...


class CareTransaction(CareReading, Protocol):
    """Writing it: each `save` replaces what stands under the same id."""

    def save_follow_up(self, follow_up: FollowUp, *, look_at: datetime | None) -> None:
        """`look_at` None: nobody needs to look."""
        ...
