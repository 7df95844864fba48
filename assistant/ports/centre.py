"""What the command centre needs of the store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.centre import Decided, Flow, Outgoing, QueueDepth


class CentreReading(Protocol):
    """Counts; each walks an index or the newest rows only, so that a page may ask every few seconds."""

    def arrivals(self, *, brand_id: str, since: datetime, by_hour: bool = False) -> Mapping[datetime, int]:
        """Mentions taken in, by the minute (or hour) that began then; moments without any are left out."""
        ...

    def flows(self, *, brand_id: str, now: datetime, most: int) -> Sequence[Flow]:
        """The mentions of the last 24 hours, the newest `most`, by what they are about."""
        ...

    def decided(self, *, brand_id: str, newest: int) -> Sequence[Decided]:
        """The newest decisions, counted."""
        ...

    def waits(self, *, brand_id: str, newest: int) -> Sequence[tuple[bool, float, datetime]]:
        """For the newest answers that went out: whether the assistant sent it by itself, minutes since the message,
        and when that came.

        A wait ends when the reply was due to leave.
        """
        ...

    def depths(self, *, brand_id: str, now: datetime) -> Sequence[QueueDepth]:
        """What waits, by queue; queues where nothing does are left out."""
        ...

    def oldest_waiting_at(self, *, brand_id: str) -> datetime | None:
        """When whoever waits longest for people wrote what nobody has answered yet."""
        ...

    def loads(self, *, brand_id: str) -> Mapping[str, int]:
        """Open conversations by who they are given to."""
        ...

    def outgoing(self, *, brand_id: str) -> Sequence[Outgoing]:
        """The outbox by channel; channels with nothing in it are left out."""
        ...
