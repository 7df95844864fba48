"""A second person's word on an answer that must not go out on one person's alone."""

import hashlib
from datetime import datetime

from assistant.domain.value import Value


class Approval(Value):
    """Asked for one text of one turn; any other text needs another. `team` is whose ladder is called.

    `approved` is None until somebody decided; `escalation` is the call to the ladder that time-outs run on.
    """

    id: str
    brand_id: str
    conversation_id: str
    turn_id: str
    team: str
    text: str
    asked_by: str
    asked_at: datetime
    escalation: str
    approved: bool | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    why: str = ""

    def covers(self, text: str, *, sender: str) -> bool:
        """Whether it lets this text go: approved word for word, by somebody else than who sends it."""
        return self.approved is True and self.text.split() == text.split() and self.decided_by != sender


def approval_id(turn_id: str, text: str) -> str:
    """One for each text of a turn."""
    return f"ok-{turn_id}-{hashlib.sha256(' '.join(text.split()).encode()).hexdigest()[:16]}"
