"""Who of the desk takes a conversation, and why them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import log1p
from statistics import median

from assistant.domain.agents import DeskAgent, OnCall
from assistant.domain.calendars import CalendarRules, is_open
from assistant.domain.value import Value

SKILL = {"intent": 3.0, "topic": 2.0, "queue": 1.0}
"""What a declared skill is worth, by how closely it fits; chosen, not measured."""
MOST_FOR_EXPERIENCE = 2.0
HERE = 0.5
"""What being at the console now is worth."""
QUICK = timedelta(minutes=15)
"""Who answers such work within this, in the median, gets half a point more."""


class Assignment(Value):
    """One conversation's owner. `why` are the reasons in words, the weightiest first; `by` is who decided.

    `closed_at` is when they settled it, None while it waits for them.
    """

    conversation_id: str
    brand_id: str
    agent: str
    why: tuple[str, ...]
    by: str
    at: datetime
    queue: str = ""
    topic: str | None = None
    intent: str | None = None
    closed_at: datetime | None = None


class Need(Value):
    """What a conversation asks of whoever takes it."""

    queue: str
    topic: str | None = None
    intent: str | None = None
    language: str | None = None


class Candidate(Value):
    """One agent for one need; `available` only who works now, speaks the language and has room."""

    agent: str
    name: str
    score: float
    available: bool
    why: tuple[str, ...]


def candidates(
    desk: OnCall,
    need: Need,
    *,
    past: Sequence[Assignment],
    holds: Mapping[str, int],
    calendars: CalendarRules,
    at: datetime,
    present: frozenset[str] = frozenset(),
) -> tuple[Candidate, ...]:
    """Every agent, the best available first. `past` are recent assignments; what didn't last is left out by whoever
    asks. `holds` says how many conversations wait for whom now, by id or name.

    Who is `present` (ids or names of those at the console now) works, whatever their calendar says.
    """
    load = {each.id: sum(holds.get(who, 0) for who in each.known_as) for each in desk.agents}
    scored = [
        _scored(each, need, past, calendars, load[each.id], at, not present.isdisjoint(each.known_as))
        for each in desk.agents
    ]
    if desk.round_robin:
        turns = {
            each.id: max((given.at for given in past if given.agent in each.known_as), default=_NEVER)
            for each in desk.agents
        }
        return tuple(sorted(scored, key=lambda each: (not each.available, turns[each.agent], each.agent)))
    return tuple(sorted(scored, key=lambda each: (not each.available, -each.score, load[each.agent], each.agent)))


_NEVER = datetime.min.replace(tzinfo=UTC)


def _scored(
    agent: DeskAgent,
    need: Need,
    past: Sequence[Assignment],
    calendars: CalendarRules,
    load: int,
    at: datetime,
    here: bool,
) -> Candidate:
    against = tuple(_against(agent, need, calendars, load, at, here))
    gains = (*_gains(agent, need, past, load), *(((HERE, "Is here now."),) if here else ()))
    why = (*against, *(said for _, said in sorted(gains, key=lambda gain: -gain[0])))
    return Candidate(
        agent=agent.id,
        name=agent.name,
        score=round(sum(points for points, _ in gains), 3),
        available=not against,
        why=why or ("Nothing speaks for or against them.",),
    )


def _against(
    agent: DeskAgent, need: Need, calendars: CalendarRules, load: int, at: datetime, here: bool
) -> Iterator[str]:
    """What makes somebody unavailable."""
    hours = next((calendar for calendar in calendars.calendars if calendar.name == agent.calendar), None)
    if hours is not None and not here and not is_open(hours, at):
        yield "Doesn't work now."
    if agent.languages and need.language not in {None, "und", *agent.languages}:
        yield f"Doesn't speak {need.language}."
    if load >= agent.capacity:
        yield f"Holds {load} conversations already, {agent.capacity} at most."


def _gains(agent: DeskAgent, need: Need, past: Sequence[Assignment], load: int) -> Iterator[tuple[float, str]]:
    fits = {"intent": need.intent, "topic": need.topic, "queue": need.queue}
    for what, points in SKILL.items():
        if fits[what] is not None and fits[what] in agent.skills:
            yield points, f"Knows {str(fits[what]).replace('_', ' ')} ({what})."
    settled = [each for each in past if each.agent in agent.known_as and is_experience(each, need)]
    if settled:
        points = min(MOST_FOR_EXPERIENCE, log1p(len(settled)))
        yield points, f"Settled {len(settled)} like it lately."
        took_s = median((each.closed_at - each.at).total_seconds() for each in settled if each.closed_at is not None)
        if took_s <= QUICK.total_seconds():
            yield 0.5, f"Usually settles them within {max(1, round(took_s / 60))} minutes."
    if agent.capacity > load:
        yield (agent.capacity - load) / agent.capacity, f"Has room: {load} of {agent.capacity}."


def is_experience(past: Assignment, need: Need) -> bool:
    """Whether it was settled and is like what is asked now."""
    return past.closed_at is not None and _alike(past, need)


def _alike(past: Assignment, need: Need) -> bool:
    return (need.intent is not None and past.intent == need.intent) or (
        need.topic is not None and past.topic == need.topic
    )
