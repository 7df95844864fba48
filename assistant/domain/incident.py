"""Incidents: what is going wrong right now, and which mentions it touches."""

from collections.abc import Iterable

from pydantic import AwareDatetime, Field

from assistant.domain.value import Value


class Incident(Value):
    """Something going on that changes answers, from `valid_from` until just before `valid_until` (None: still open).

    It touches mentions whose intent or topic is listed. `statement` is approved wording for the desk.
    """

    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    topics: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    valid_from: AwareDatetime
    valid_until: AwareDatetime | None = None
    statement: str = ""

    def is_open(self, at: AwareDatetime) -> bool:
        """Whether it goes on at that moment."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)

    def touches(self, *, intent: str | None, topic: str | None) -> bool:
        """Whether a mention of that intent and topic is about it."""
        return intent in self.intents or topic in self.topics


def open_at(incidents: Iterable[Incident], at: AwareDatetime) -> tuple[Incident, ...]:
    """Those that go on at that moment, in the order written."""
    return tuple(incident for incident in incidents if incident.is_open(at))
