"""Whose answer may wait until the index or the embedder is back, and until when it is promised. Pure."""

from datetime import datetime, timedelta

from assistant.domain.brand import Pack
from assistant.domain.calendars import due_after, minutes_between
from assistant.domain.precedence import URGENT, rank_of
from assistant.domain.queueing import queue_and_due
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import AWAY, FLOORS, Decision, Reason

SHARE = 0.5
"""Of a promise; the rest is left to people. Chosen, not measured."""
UNPROMISED = timedelta(hours=1)
"""How long an answer waits where the queue promises nothing."""


def waits_until(turn: Turn, *, since: datetime, pack: Pack) -> datetime | None:
    """Until when the mention, which came at `since`, may wait for what is away; None where it goes to a person at once.

    What is urgent or may be sensitive does, and what a person must answer whatever the index holds; so
    does what nobody could read, which may be either.
    """
    reasons = set(turn.route.reasons)
    if AWAY.isdisjoint(reasons) or rank_of(turn.understanding) == URGENT:
        return None
    others = reasons - AWAY
    if Reason.MAYBE_SENSITIVE in others or any(FLOORS[each] is Decision.HANDOFF for each in others):
        return None
    due_at = promised_at(turn, since=since, pack=pack)
    if due_at is None:
        return since + UNPROMISED
    calendar = pack.calendars.of(turn.route.queue)
    return due_after(calendar, since, SHARE * minutes_between(calendar, since, due_at))


def promised_at(turn: Turn, *, since: datetime, pack: Pack) -> datetime | None:
    """When the turn's promise breaks, counted from when the mention came instead of when it was thought about."""
    route = turn.route
    if route.due_at is None:
        return None
    led = next((advice for advice in route.advice if advice.path == route.chart_path), None)
    counted = queue_and_due(pack, turn.understanding, since, advice=led, said=route.advice).due_at
    return route.due_at if counted is None else min(route.due_at, counted)
