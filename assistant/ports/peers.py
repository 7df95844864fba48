"""What the store keeps of customers who help customers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.peer import Advocate, PeerInvite


class PeerReading(Protocol):
    """A look at it. What was never written is None or empty."""

    def advocate(self, advocate_id: str) -> Advocate | None:
        """Who agreed to be asked under that id."""
        ...

    def advocates(self, *, brand_id: str) -> Sequence[Advocate]:
        """Everybody who agreed to be asked and didn't take it back, newest first."""
        ...

    def peer_invite(self, invite_id: str) -> PeerInvite | None:
        """The invitation of that id."""
        ...

    def peer_invites(self, conversation_id: str) -> Sequence[PeerInvite]:
        """The conversation's invitations, oldest first."""
        ...

    def all_peer_invites(self, *, brand_id: str, limit: int, only_open: bool = False) -> Sequence[PeerInvite]:
        """Newest first; `only_open`: of those that haven't ended."""
        ...

    def peer_invites_to_look_at(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[PeerInvite]:
        """Those whose time is up or whose answer came, the longest due first."""
        ...


class PeerWriting(PeerReading, Protocol):
    """Writing it: each `save` replaces what stands under the same id."""

    def save_advocate(self, advocate: Advocate) -> None: ...

    def drop_advocate(self, advocate_id: str) -> None:
        """One that isn't there changes nothing."""
        ...

    def save_peer_invite(self, invite: PeerInvite, *, look_at: datetime | None) -> None:
        """`look_at` None: nobody needs to look."""
        ...
