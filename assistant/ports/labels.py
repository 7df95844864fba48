"""What the store keeps of drafts that could have been sent by themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.conversation import TurnRecord
from assistant.domain.label import DeskLabel


class LabelReading(Protocol):
    """Looks at labels and recorded turns."""

    def label(self, turn_id: str) -> DeskLabel | None:
        """The label of that turn's draft; None where it was never a candidate."""
        ...

    def labels(self, *, brand_id: str, since: datetime) -> Sequence[DeskLabel]:
        """Labels of drafts written since then, oldest first, the newest 100,000 at most."""
        ...

    def verdicts(self, *, brand_id: str, since: datetime) -> Sequence[DeskLabel]:
        """Those of them that count (`DeskLabel.counts`), however many others came after, the newest 100,000 at most."""
        ...

    def last_label(self, conversation_id: str) -> DeskLabel | None:
        """The newest draft of a conversation that could have been sent."""
        ...

    def first_turns(self, *, brand_id: str, since: datetime, limit: int) -> Sequence[TurnRecord]:
        """What was decided first on each mention since then, newest first; planted canaries are nobody's mentions."""
        ...


class LabelWriting(LabelReading, Protocol):
    """Writes them in the transaction of what they tell."""

    def save_label(self, label: DeskLabel) -> None:
        """Add it, or replace the one of this id."""
        ...
