"""Is more coming in than usual, about what, and how long do people wait? Pure: counts in, verdicts out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
CHANCE = 0.001
"""How unlikely a topic's last hour must be at its pace of the day before it counts as rising."""
LEAST_UPSET = 5
"""Upset mentions of a topic below which it isn't souring; chosen, not measured."""
BEFORE = timedelta(hours=23)
"""The time before the last hour, from which the usual pace is taken."""
CRISIS_TIMES = 3.0
"""Times the usual high from which a surge counts as a crisis; chosen, not measured."""
CRISIS_NEGATIVE = 0.5
"""Share of negative mentions a rising topic needs to count as a crisis."""


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


def rising_topics(flows: Sequence[Flow], topic_of: Mapping[str, str], *, most: int = 6) -> tuple[Rising, ...]:
    """Topics of the last hour, those that rise fastest first. Mentions of no known intent are left out."""
    recent: dict[str, int] = defaultdict(int)
    before: dict[str, int] = defaultdict(int)
    negative: dict[str, int] = defaultdict(int)
    upset_lately: dict[str, int] = defaultdict(int)
    upset_before: dict[str, int] = defaultdict(int)
    for flow in flows:
        if topic := topic_of.get(flow.intent):
            recent[topic] += flow.recent
            before[topic] += flow.before
            if flow.sentiment == "negative":
                negative[topic] += flow.recent
                upset_lately[topic] += flow.lately
                upset_before[topic] += flow.before
    known = sum(before.values()) >= LEAST_BEFORE
    found = [
        Rising(
            topic=topic,
            recent=count,
            before=before[topic],
            velocity=count / max(before[topic] / 23, 1 / 23),
            rising=known and count >= LEAST_RECENT and _chance(count, before[topic] / 23) < CHANCE,
            negative=negative[topic] / count,
            souring=known
            and (
                _sours(negative[topic], upset_before[topic] / 23)
                or _sours(upset_lately[topic], upset_before[topic] * (LATELY / BEFORE))
            ),
        )
        for topic, count in recent.items()
        if count
    ]
    return tuple(sorted(found, key=lambda each: (not each.rising, -each.recent, each.topic))[:most])


def _sours(upset: int, usual: float) -> bool:
    return upset >= LEAST_UPSET and _chance(upset, usual) < CHANCE


def verdict_of(minutes: Sequence[int], band: Band | None, topics: Iterable[Rising]) -> Verdict:
    """How worried to be: `minutes` are mentions of each of the last minutes, oldest first.

    A surge or a rising topic is worth a look; both together with mostly negative words are a crisis.
    """
    lately = minutes[-WINDOW_MIN:]
    pace = sum(lately) / max(1, len(lately))
    up = [topic for topic in topics if topic.rising]
    why = [_said(each) for each in up]
    surge = band is not None and sum(lately) >= LEAST_RECENT and pace > band.high
    if surge and band is not None:
        why.insert(0, f"{pace:.1f} a minute come in; usual at this hour are {band.low:.1f} to {band.high:.1f}")
    angry = any(each.negative >= CRISIS_NEGATIVE for each in up)
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


def waits_of(who: str, minutes: Sequence[float]) -> Waits:
    """Median and 90th percentile."""
    if not minutes:
        return Waits(who=who, n=0, median=None, p90=None)
    return Waits(who=who, n=len(minutes), median=_at(minutes, 0.5), p90=_at(minutes, 0.9))


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
