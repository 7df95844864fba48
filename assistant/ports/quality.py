"""What the store keeps of quality: which replies stood on an article, and wrong drafts put before reviewers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.canary import Canary
from assistant.domain.recall import Used


class QualityReading(Protocol):
    """Looks."""

    def uses_of(self, article_id: str, version: int, *, brand_id: str, since: datetime) -> Sequence[Used]:
        """Replies that went out in the words of a draft which cites that version, the newest first."""
        ...

    def canary_in(self, conversation_id: str) -> Canary | None:
        """The canary of that conversation, which holds nothing else."""
        ...

    def canaries(self, *, brand_id: str, queue: str | None = None, limit: int = 1000) -> Sequence[Canary]:
        """The newest first, of one queue or all."""
        ...


class QualityWriting(QualityReading, Protocol):
    """Writes."""

    def save_canary(self, canary: Canary) -> None:
        """Keep it, in place of the one of that turn where there is one."""
        ...
