"""What the store keeps of messages that people read again."""

from collections.abc import Sequence
from typing import Protocol

from assistant.domain.relabel import Relabel


class RelabelReading(Protocol):
    """Looks."""

    def relabel(self, relabel_id: str) -> Relabel:
        """Raises `NotFound`."""
        ...

    def relabels(self, *, brand_id: str) -> Sequence[Relabel]:
        """Newest first, those taken back included."""
        ...


class RelabelWriting(RelabelReading, Protocol):
    """Writes."""

    def save_relabel(self, relabel: Relabel) -> None:
        """Add it or replace the one of its id."""
        ...
