"""Is more coming in than usual, about what, and how long do people wait? Pure: counts in, verdicts out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp

from assistant.domain.centre import LATELY, Band, Flow, Level, Rising, Verdict, Waits

LEAST_DAYS = 3
"""Days with anything in them before the usual can be told."""
WINDOW_MIN = 10
"""Minutes over which the pace of now is taken."""
LEAST_RECENT = 8
"""Mentions below which nothing counts as rising; chosen, not measured."""
LEAST_BEFORE = 20
"""Mentions of the day before without which nothing rises or sours: a desk that has just begun has no pace."""
CHANCE = 0.0002
"""How unlikely a topic's last hour must be at its usual pace before it counts as rising or souring. That is asked again
and again: .001 holds topics of ordinary mail about four times as often (`benchmarks/souring.py`)."""
LEAST_UPSET = 5
"""Upset mentions of a topic, and conversations they come in, below which it isn't souring; chosen, not measured."""
OTHERS = 2
"""Mentions added on both sides where the pace of everything else is compared: three posts by night are no rush."""
CRISIS_TIMES = 3.0
"""Times the usual high from which a surge counts as a crisis; chosen, not measured."""
CRISIS_UPSET = 0.5
"""Share of upset mentions a rising topic needs to count as a crisis."""


def band_of(hours: Mapping[datetime, int], *, now: datetime) -> Band | None:
    """How much usually comes at this hour: from the same hour and its two neighbours on earlier days."""
    this = now.replace(minute=0, second=0, microsecond=0)
    days = sorted({began.date() for began in hours if began.date() < this.date()})
    if len(days) < LEAST_DAYS:
        return None
    span = (this.date() - days[0]).days
    same = [
        hours.get(this - timedelta(days=back) + timedelta(hours=shift), 0) / 60
        for back in range(1, span + 1)
        for shift in (-1, 0, 1)
    ]
    return Band(low=_at(same, 0.1), usual=_at(same, 0.5), high=_at(same, 0.9), days=span)


@dataclass
class _Tally:
    """Mentions of one topic: of the last hour, of the 23 hours before it, and those of them by people who are upset.

    `upset_talks` are the conversations that `upset` came in: one person who writes five times is no storm.
    """

    recent: int = 0
    before: int = 0
    upset: int = 0
    upset_lately: int = 0
    upset_talks: int = 0
    upset_before: int = 0

    def add(self, flow: Flow) -> None:
        self.recent += flow.recent
        self.before += flow.before
        if flow.upset:
            self.upset += flow.recent
            self.upset_lately += flow.lately
            self.upset_talks += flow.talks
            self.upset_before += flow.before


def rising_topics(flows: Sequence[Flow], topic_of: Mapping[str, str], *, most: int = 6) -> tuple[Rising, ...]:
    """Topics of the last hour, those that rise fastest first. Mentions of no known intent are left out.

    A topic's usual pace is that of the day before, times what everything else comes in faster by: noon is no storm.
    """
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    whole = _Tally()
    for flow in flows:
        if topic := topic_of.get(flow.intent):
            tallies[topic].add(flow)
            whole.add(flow)
    known = whole.before >= LEAST_BEFORE
    found = [
        _rising(topic, tally, known=known, pace=_pace(whole.recent - tally.recent, whole.before - tally.before))
        for topic, tally in tallies.items()
        if tally.recent
    ]
    return tuple(sorted(found, key=lambda each: (not each.rising, -each.recent, each.topic))[:most])


def _rising(topic: str, tally: _Tally, *, known: bool, pace: float) -> Rising:
    usual, usually_upset = pace * tally.before / 23, pace * tally.upset_before / 23
    return Rising(
        topic=topic,
        recent=tally.recent,
        before=tally.before,
        velocity=tally.recent / max(tally.before / 23, 1 / 23),
        rising=known and tally.recent >= LEAST_RECENT and _chance(tally.recent, usual) < CHANCE,
        upset=tally.upset / tally.recent,
        souring=known
        and tally.upset_talks >= LEAST_UPSET
        and (
            _sours(tally.upset, usually_upset)
            or _sours(tally.upset_lately, usually_upset * (LATELY / timedelta(hours=1)))
        ),
    )


def _pace(recent: int, before: int) -> float:
    """How many times its usual pace the mail on other topics has now, at least once."""
    return max(1.0, (recent + OTHERS) / (before / 23 + OTHERS))


def _sours(upset: int, usual: float) -> bool:
    return upset >= LEAST_UPSET and _chance(upset, usual) < CHANCE


def verdict_of(minutes: Sequence[int], band: Band | None, topics: Iterable[Rising]) -> Verdict:
    """How worried to be: `minutes` are mentions of each of the last minutes, oldest first.

    A surge or a rising topic is worth a look; both together with mostly upset people are a crisis.
    """
    lately = minutes[-WINDOW_MIN:]
    pace = sum(lately) / max(1, len(lately))
    up = [topic for topic in topics if topic.rising]
    why = [_said(each) for each in up]
    surge = band is not None and sum(lately) >= LEAST_RECENT and pace > band.high
    if surge and band is not None:
        why.insert(0, f"{pace:.1f} a minute come in; usual at this hour are {band.low:.1f} to {band.high:.1f}")
    angry = any(each.upset >= CRISIS_UPSET for each in up)
    huge = surge and band is not None and pace > CRISIS_TIMES * max(band.high, 0.1)
    if angry and huge:
        return Verdict(level=Level.CRISIS, why=tuple(why))
    if surge or up:
        return Verdict(level=Level.WATCH, why=tuple(why))
    if band is None:
        return Verdict(level=Level.UNKNOWN, why=(f"the usual is known after {LEAST_DAYS} days of messages",))
    return Verdict(level=Level.CALM, why=("nothing comes in more than usual",))


def _said(topic: Rising) -> str:
    pace = f"{topic.velocity:.1f} times its pace" if topic.before else "none in the day before"
    return f"{topic.topic.replace('_', ' ')}: {topic.recent} in the last hour, {pace}"


def waits_of(who: str, minutes: Sequence[float], *, since: datetime | None = None) -> Waits:
    """Median and 90th percentile."""
    if not minutes:
        return Waits(who=who, n=0, median=None, p90=None)
    return Waits(who=who, n=len(minutes), since=since, median=_at(minutes, 0.5), p90=_at(minutes, 0.9))


def _at(values: Sequence[float], share: float) -> float:
    """The quantile, between neighbours by their distance."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _chance(count: int, expected: float) -> float:
    """How likely that many or more are at an expected number (Poisson)."""
    expected = max(expected, 1 / 23)
    if expected > 700:
        return 0.0 if count > expected * 1.2 else 1.0
    term, below = exp(-expected), 0.0
    for number in range(count):
        below += term
        term *= expected / (number + 1)
    return max(0.0, 1.0 - below)
