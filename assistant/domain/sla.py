"""The clock of a promise: business minutes used up while a conversation waits for us. Pure.

It runs while a person of ours is due, stands still while the customer is, goes on where a conversation comes back,
and keeps what was used when the work changes hands.
"""

from datetime import datetime, timedelta

from assistant.domain.calendars import CalendarRules, due_after, minutes_between
from assistant.domain.value import Value

WARN_SHARE = 0.75
"""Share of a promise after which somebody else hears of it; a quarter is left to act."""
EPISODE = timedelta(days=7)
"""A conversation that comes back later than this is a new matter with a new promise."""


class SlaClock(Value):
    """One conversation's promise of `target_minutes`, of which `used_minutes` were gone when it last changed.

    `running_since` is None while it stands still (then since `paused_at`). `promised_by` is the earliest moment
    promised since it runs: another desk's calendar may bring it forward, never push it back.
    """

    conversation_id: str
    brand_id: str
    queue: str
    target_minutes: float
    used_minutes: float = 0.0
    started_at: datetime
    running_since: datetime | None = None
    paused_at: datetime | None = None
    promised_by: datetime | None = None
    escalate_to: str | None = None
    warned: bool = False
    breached: bool = False


def started(
    conversation_id: str,
    brand_id: str,
    *,
    queue: str,
    due_at: datetime,
    escalate_to: str | None,
    rules: CalendarRules,
    at: datetime,
) -> SlaClock:
    """A clock that begins to run at `at` and runs out at `due_at`."""
    return SlaClock(
        conversation_id=conversation_id,
        brand_id=brand_id,
        queue=queue,
        target_minutes=minutes_between(rules.of(queue), at, due_at),
        started_at=at,
        running_since=at,
        promised_by=due_at,
        escalate_to=escalate_to,
    )


def used(clock: SlaClock, rules: CalendarRules, at: datetime) -> float:
    """Minutes of the promise gone by then."""
    since = clock.running_since
    return clock.used_minutes + (minutes_between(rules.of(clock.queue), since, at) if since else 0.0)


def due_at(clock: SlaClock, rules: CalendarRules) -> datetime | None:
    """When the promise breaks; None while it stands still."""
    if clock.running_since is None:
        return None
    left = clock.target_minutes - clock.used_minutes
    counted = due_after(rules.of(clock.queue), clock.running_since, left)
    return min(counted, clock.promised_by) if clock.promised_by else counted


def paused(clock: SlaClock, rules: CalendarRules, at: datetime) -> SlaClock:
    """It stands still from now on: the next word is the customer's."""
    if clock.running_since is None:
        return clock
    gone = {"used_minutes": used(clock, rules, at), "running_since": None, "paused_at": at, "promised_by": None}
    return clock.model_copy(update=gone)


def resumed(clock: SlaClock, at: datetime) -> SlaClock:
    """It runs on with what is left; whoever must write twice goes first, and is told of anew where it broke before."""
    if clock.running_since is not None:
        return clock
    warned = clock.warned and not clock.breached
    return clock.model_copy(update={"running_since": at, "paused_at": None, "warned": warned})


def late(clock: SlaClock) -> timedelta | None:
    """How far over its promise a clock stands still; None where it isn't, or runs."""
    over = clock.used_minutes - clock.target_minutes
    return timedelta(minutes=over) if clock.running_since is None and over > 0 else None


def handed(clock: SlaClock, rules: CalendarRules, queue: str, at: datetime) -> SlaClock:
    """The same promise in another queue: what was used stays used, and it breaks no later than before."""
    if queue == clock.queue:
        return clock
    if clock.running_since is None:
        return clock.model_copy(update={"queue": queue})
    promised = due_at(clock, rules)
    update = {"queue": queue, "used_minutes": used(clock, rules, at), "running_since": at, "promised_by": promised}
    return clock.model_copy(update=update)


def tightened(clock: SlaClock, rules: CalendarRules, by: datetime) -> SlaClock:
    """A running promise that breaks at `by` where that is earlier."""
    now = due_at(clock, rules)
    if now is None or by >= now:
        return clock
    return clock.model_copy(update={"promised_by": by})


def is_over(clock: SlaClock, at: datetime) -> bool:
    """Whether it stood still for so long that the matter is closed."""
    return clock.paused_at is not None and at - clock.paused_at > EPISODE


def next_look_at(clock: SlaClock, rules: CalendarRules) -> datetime | None:
    """When somebody must look at it again: before it breaks, then when it does; None where nothing is left to see.

    What came back after it broke is late at once: it is told once more when the promised time went by again.
    """
    breaks, calendar = due_at(clock, rules), rules.of(clock.queue)
    if breaks is None or clock.running_since is None or (clock.breached and clock.warned):
        return None
    if clock.breached:
        return due_after(calendar, clock.running_since, clock.target_minutes)
    if clock.warned:
        return breaks
    left = WARN_SHARE * clock.target_minutes - clock.used_minutes
    return min(breaks, due_after(calendar, clock.running_since, left))
