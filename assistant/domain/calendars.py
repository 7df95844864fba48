"""Business time: when a desk is open, how many minutes of a span count, and when a promise breaks. Pure.

A day is a day in the calendar's own zone, so a shift keeps its wall-clock hours when summer time begins or ends.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, Field

from assistant.domain.value import Value

_DAY = timedelta(days=1)


class Day(StrEnum):
    """Days of the week, Monday first."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


_WEEK = tuple(Day)


class Shift(Value):
    """Hours on some days. `closes` at or before `opens` is on the next day: 22:00 to 06:00, 00:00 to 00:00."""

    days: tuple[Day, ...] = Field(min_length=1)
    opens: time
    closes: time


class Holiday(Value):
    """A day on which no shift begins."""

    date: date
    name: str


class Event(Value):
    """Launch, campaign, strike: from `valid_from` until just before `valid_until` something differs.

    `staffed`: the desk is open throughout, shifts and holidays aside. `due_share` shortens (below 1) or stretches the
    promises of what comes in then; `overflow_to` is the queue that takes new work meanwhile.
    """

    name: str
    valid_from: AwareDatetime
    valid_until: AwareDatetime
    staffed: bool = False
    due_share: float = Field(default=1.0, gt=0, le=10)
    overflow_to: str | None = None

    def is_on(self, at: datetime) -> bool:
        """Whether it goes on at that moment."""
        return self.valid_from <= at < self.valid_until


class Calendar(Value):
    """When one desk works. Without shifts it always does."""

    name: str
    time_zone: str
    shifts: tuple[Shift, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    events: tuple[Event, ...] = ()

    def __hash__(self) -> int:
        return hash((self.name, self.time_zone, len(self.shifts)))

    @property
    def always_open(self) -> bool:
        """Whether every minute counts."""
        return not self.shifts


class SunDesk(Value):
    """A desk that takes over while it is open: its queue, and the languages it speaks (empty: all)."""

    queue: str
    languages: tuple[str, ...] = ()


class CalendarRules(Value):
    """Calendars by name, which queue works by which (unlisted: always), and who follows whom round the globe."""

    calendars: tuple[Calendar, ...] = ()
    tracks: Mapping[str, str] = Field(default_factory=dict)
    follow_the_sun: Mapping[str, tuple[SunDesk, ...]] = Field(default_factory=dict)

    def of(self, queue: str) -> Calendar:
        """The queue's calendar."""
        name = self.tracks.get(queue)
        if name is None:
            return ALWAYS
        return next((calendar for calendar in self.calendars if calendar.name == name), ALWAYS)

    def queue_now(self, queue: str, *, language: str | None, at: datetime) -> str:
        """Who takes new work of a queue: its overflow during an event, else the first open desk with the language.

        A queue that is open itself keeps its work; with no desk open it waits where it is.
        """
        on = next((event for event in self.of(queue).events if event.overflow_to and event.is_on(at)), None)
        if on is not None and on.overflow_to is not None:
            return on.overflow_to
        desks = self.follow_the_sun.get(queue, ())
        if not desks or is_open(self.of(queue), at):
            return queue
        for desk in desks:
            speaks = not desk.languages or language in desk.languages
            if speaks and is_open(self.of(desk.queue), at):
                return desk.queue
        return queue

    def due_share(self, queue: str, at: datetime) -> float:
        """By how much the promises of a queue differ now; the strictest event counts."""
        return min((event.due_share for event in self.of(queue).events if event.is_on(at)), default=1.0)


ALWAYS = Calendar(name="always", time_zone="UTC")
"""Every minute counts."""


class Span(NamedTuple):
    """From `start` until just before `end`, both UTC."""

    start: datetime
    end: datetime


@lru_cache(maxsize=256)
def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the desk works at that moment."""
    span = next(_open_from(calendar, at))
    return span.start <= at


def opens_next(calendar: Calendar, at: datetime) -> datetime:
    """`at` itself where it is open, else when it opens."""
    return max(at, next(_open_from(calendar, at)).start)


@lru_cache(maxsize=256)
def due_after(calendar: Calendar, start: datetime, minutes: float) -> datetime:
    """The moment that many business minutes after `start` are used up, in UTC; with none left, `start` itself."""
    start = start.astimezone(UTC)
    left = timedelta(minutes=minutes)
    if left <= timedelta(0) or calendar.always_open:
        return start + max(left, timedelta(0))
    for span in _open_from(calendar, start):
        begins = max(span.start, start)
        if begins + left <= span.end:
            return begins + left
        left -= span.end - begins
    raise RuntimeError("a calendar with shifts opens again")


def minutes_between(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Business minutes from `start` to `end`; 0 where `end` is not later."""
    if end <= start:
        return 0.0
    if calendar.always_open:
        return (end - start) / timedelta(minutes=1)
    total = timedelta(0)
    for span in _open_from(calendar, start):
        if span.start >= end:
            break
        total += min(span.end, end) - max(span.start, start)
    return total / timedelta(minutes=1)


def _open_from(calendar: Calendar, at: datetime) -> Iterator[Span]:
    """Open spans that end after `at`, in order; none overlaps the one before."""
    at = at.astimezone(UTC)
    if calendar.always_open:
        yield Span(at, datetime.max.replace(tzinfo=UTC))
        return
    day, counted_until = _first_day(calendar, at), datetime.min.replace(tzinfo=UTC)
    while True:
        for span in _day_spans(calendar, day):
            start = max(span.start, counted_until)
            if span.end > max(at, start):
                yield Span(start, span.end)
            counted_until = max(counted_until, span.end)
        day += _DAY


def is_time_zone(name: str) -> bool:
    """Whether a zone has that name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _first_day(calendar: Calendar, at: datetime) -> date:
    """No span that begins on an earlier local day is still open: a shift lasts a day at most, an event any time."""
    zone = ZoneInfo(calendar.time_zone)
    begun = (event.valid_from for event in calendar.events if event.staffed and event.is_on(at))
    return min(begin.astimezone(zone).date() for begin in (at, *begun)) - 2 * _DAY


@lru_cache(maxsize=8192)
def _day_spans(calendar: Calendar, day: date) -> tuple[Span, ...]:
    """What opens on that local day, in order, cut nowhere; an event opens on the day it begins."""
    zone = ZoneInfo(calendar.time_zone)
    spans = [
        Span(event.valid_from.astimezone(UTC), event.valid_until.astimezone(UTC))
        for event in calendar.events
        if event.staffed and event.valid_from.astimezone(zone).date() == day
    ]
    if all(holiday.date != day for holiday in calendar.holidays):
        spans += [_on_day(shift, day, zone) for shift in calendar.shifts if _WEEK[day.weekday()] in shift.days]
    return tuple(sorted(span for span in spans if span.start < span.end))


def _on_day(shift: Shift, day: date, zone: ZoneInfo) -> Span:
    last = day if shift.closes > shift.opens else day + _DAY
    opens = datetime.combine(day, shift.opens, zone)
    closes = datetime.combine(last, shift.closes, zone)
    return Span(opens.astimezone(UTC), closes.astimezone(UTC))
