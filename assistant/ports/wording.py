"""What the store keeps of wording: replies of late, edits, and proposals drawn from them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.wording import Edit, Proposal, ProposalState, Said


class WordingReading(Protocol):
    """Looks at what was said and changed."""

    def said_since(
        self, since: datetime, *, brand_id: str, channel: str | None = None, limit: int = 500
    ) -> Sequence[Said]:
        """Public replies since then, the newest first; those on one channel or all."""
        ...

    def edits(self, *, brand_id: str, turn_id: str | None = None, limit: int = 1000) -> Sequence[Edit]:
        """The newest first, of one turn's draft or of all."""
        ...

    def proposal(self, proposal_id: str) -> Proposal:
        """Raises `NotFound`."""
        ...

    def proposals(self, *, brand_id: str, state: ProposalState | None = None, limit: int = 200) -> Sequence[Proposal]:
        """The newest first, in one state or any."""
        ...


class WordingWriting(WordingReading, Protocol):
    """Writes them."""

    def add_edit(self, edit: Edit) -> None:
        """Keep an edit, once: the same words for the same turn at the same moment are one."""
        ...

    def drop_edits(self, turn_id: str) -> None:
        """Forget what was made of that turn's draft; nothing where nobody changed it."""
        ...

    def save_proposal(self, proposal: Proposal) -> None:
        """Keep a proposal, in place of the one of this id where there is one."""
        ...
