"""When will a queue break its promises? A backlog, what comes in and what gets done, seen forward. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import Field

from assistant.domain.value import Value

LONGEST_H = 24 * 365.0
"""What takes longer than a year never happens."""


class Forecast(Value):
    """`breaks_at` is when the first promise breaks at these rates; None where none does.

    `clears_at` is when nothing waits any more, None where more comes in than gets done. Rates are per hour of work.
    """

    waiting: int = Field(ge=0)
    arrivals_per_hour: float = Field(ge=0)
    served_per_hour: float = Field(ge=0)
    late_already: int
    breaks_at: datetime | None
    clears_at: datetime | None
    why: str


def forecast(
    due: Sequence[datetime], *, arrivals_per_hour: float, served_per_hour: float, promise_minutes: float, now: datetime
) -> Forecast:
    """The most urgent goes first, at a steady pace; whoever comes in is promised `promise_minutes`."""
    ordered = sorted(due)
    late = sum(moment < now for moment in ordered)
    breaks_at = _first_break(ordered, arrivals_per_hour, served_per_hour, promise_minutes, now)
    net = served_per_hour - arrivals_per_hour
    clears_at = _clears(len(ordered), net, now)
    return Forecast(
        waiting=len(ordered),
        arrivals_per_hour=arrivals_per_hour,
        served_per_hour=served_per_hour,
        late_already=late,
        breaks_at=breaks_at,
        clears_at=clears_at,
        why=_why(late, breaks_at, arrivals_per_hour, served_per_hour),
    )


def _clears(waiting: int, net_per_hour: float, now: datetime) -> datetime | None:
    if waiting == 0:
        return now
    hours = waiting / net_per_hour if net_per_hour > 0 else LONGEST_H + 1
    return now + timedelta(hours=hours) if hours <= LONGEST_H else None


def _first_break(
    ordered: Sequence[datetime], arrivals: float, served: float, promise_minutes: float, now: datetime
) -> datetime | None:
    if any(moment < now for moment in ordered):
        return now
    if served <= 0:
        first = now + timedelta(minutes=promise_minutes) if arrivals > 0 else None
        return min((*ordered[:1], *([first] if first else [])), default=None)
    among_waiting = next(
        (moment for place, moment in enumerate(ordered, start=1) if now + timedelta(hours=place / served) > moment),
        None,
    )
    to_come = _break_of_arrivals(len(ordered), arrivals, served, promise_minutes / 60, now)
    return min((each for each in (among_waiting, to_come) if each is not None), default=None)


def _break_of_arrivals(
    waiting: int, arrivals: float, served: float, promise_h: float, now: datetime
) -> datetime | None:
    """Who arrives after t hours finds `waiting + (arrivals - served) * t` ahead; that must fit into the promise."""
    if arrivals <= served:
        return None
    after_h = max(0.0, (promise_h * served - waiting) / (arrivals - served))
    return now + timedelta(hours=min(after_h + promise_h, LONGEST_H))


def _why(late: int, breaks_at: datetime | None, arrivals: float, served: float) -> str:
    if late:
        return f"{late} are late already."
    if breaks_at is None:
        return f"{served:g} an hour get done and {arrivals:g} come in: every promise holds."
    when = f"{breaks_at:%d %b %H:%M} UTC"
    return f"{served:g} an hour get done and {arrivals:g} come in: the first promise breaks at {when}."
