"""What the store keeps of sources: each reading that was asked for, begun or ended."""

from collections.abc import Sequence
from typing import Protocol

from assistant.domain.sources import Sync


class SourceReading(Protocol):
    """Looks at the readings."""

    def source_syncs(self, brand_id: str) -> Sequence[Sync]:
        """The newest 500 of a brand, the newest first."""
        ...


class SourceWriting(SourceReading, Protocol):
    """Writes them."""

    def ask_sync(self, sync: Sync) -> bool:
        """Keep that a reading is wanted; False where one of that id is kept already."""
        ...

    def start_sync(self, sync: Sync) -> bool:
        """Keep that it began; False where somebody else began it, or nobody asked."""
        ...

    def finish_sync(self, sync: Sync) -> None:
        """Keep what it found."""
        ...
