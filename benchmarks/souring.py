"""How often ordinary mail puts a topic on hold for nothing, and how soon the shipped drills are noticed.

    python benchmarks/souring.py [--days 60] [--times 200]

The brand's own sample mentions, read by the shipped heads, come in at random at 24 and 120 an hour, evenly and with a
day's curve; the watch looks every five minutes, and whoever is told releases the topic at once. Then each drill's posts
come among them, at random hours. Exit status 1 where mail of 24 an hour, even or curved, is held over twice a week, or
a drill that must be held is not held in time in nine of ten plays. Needs fitted heads in ASSISTANT_DATA_DIR
(`make run ARGS=--no-serve` makes them).
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.compose import load_brand
from assistant.compose.drill import drills_of
from assistant.compose.rehearsal import Rehearsal, rehearse
from assistant.desk.intake import parse_mention
from assistant.domain.automation import LEAVE_ALONE
from assistant.domain.brand import Pack
from assistant.domain.centre import Flow
from assistant.domain.drill import Drill
from assistant.domain.understanding import Understanding
from assistant.insights.trends import LEAST_UPSET, rising_topics
from assistant.settings import read_settings

SETS = ("sample", "second")
PACES = (24, 120)
LOOK = 5
"""Minutes between two looks."""
DAY = 24 * 60
LEFT_ALONE = LEAVE_ALONE.total_seconds() / 60
HEARD = datetime(2026, 1, 1, tzinfo=UTC)
Minutes = NDArray[np.float64]


class Kind(NamedTuple):
    """What the watch sees of a mention."""

    topic: str
    upset: bool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--data", help="taken and not needed, as `make bench` gives it to each")
    given = parser.parse_args()
    settings = read_settings()
    pack, rehearsal = load_brand(settings, None), rehearse(settings)
    rows = [
        json.loads(line)
        for name in SETS
        for line in (settings.knowledge / "mentions" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    usual = _read(rehearsal, rows, pack)
    drills = {drill: _read(rehearsal, _rows(drill), pack) for drill in drills_of(settings, knowledge=None)}
    held = True
    for pace in PACES:
        for curved in (False, True):
            random = np.random.default_rng(1)
            mail = _mail(usual, pace=pace, days=given.days, curved=curved, random=random)
            false = _holds(mail, given.days)
            said = "with a day's curve" if curved else "evenly"
            print(f"{pace} an hour, {said}: {false / (given.days - 1) * 7:.1f} holds a week (n {given.days - 1} days)")
            held = held and (pace > PACES[0] or false / (given.days - 1) * 7 <= 2)
            for drill, posts in drills.items():
                starts = random.uniform(DAY, DAY * (given.days - 1), given.times)
                took = [_noticed(mail, drill, posts, start) for start in starts]
                held = _said(drill, took) or (pace > PACES[0] and held)
    print("held" if held else "NOT held")
    return 0 if held else 1


def _read(rehearsal: Rehearsal, rows: Sequence[Mapping[str, object]], pack: Pack) -> Sequence[Kind]:
    mentions = [parse_mention(row, pack=pack, position=str(row["id"])) for row in rows]
    turns = asyncio.run(rehearsal.respond(mentions, evidence={}))
    topics = {intent.id: intent.topic for intent in pack.intents}
    return [_kind(turn.understanding, topics) for turn in turns]


def _kind(read: Understanding | None, topics: Mapping[str, str]) -> Kind:
    return Kind(topics.get(read.intent or "", ""), read.upset) if read else Kind("", upset=False)


def _rows(drill: Drill) -> Sequence[Mapping[str, object]]:
    return [
        {"id": str(number), "channel": post.channel, "text": post.text, "author": {"handle": post.handle}}
        for number, post in enumerate(drill.posts)
    ]


def _mail(
    usual: Sequence[Kind], *, pace: int, days: int, curved: bool, random: np.random.Generator
) -> Mapping[Kind, Minutes]:
    """When mentions of each kind come, in minutes; by night a tenth of what comes at noon, where it is curved."""
    most = 1.82 if curved else 1.0
    at = np.sort(random.uniform(0, DAY * days, random.poisson(pace * 24 * days * most)))
    if curved:
        at = at[random.random(len(at)) * most < 1 - 0.82 * np.cos(at / DAY * 2 * np.pi)]
    which = random.integers(0, len(usual), len(at))
    kinds = np.array([sorted(set(usual)).index(kind) for kind in usual])[which]
    return {kind: at[kinds == number] for number, kind in enumerate(sorted(set(usual)))}


def _souring(mail: Mapping[Kind, Minutes], now: float) -> set[str]:
    """The topics that sour at that minute."""
    flows = []
    for kind, times in mail.items():
        day, hour, lately, end = (int(place) for place in np.searchsorted(times, (now - DAY, now - 60, now - 20, now)))
        flow = Flow(
            intent=kind.topic,
            sentiment="",
            upset=kind.upset,
            channel="",
            recent=end - hour,
            lately=end - lately,
            talks=end - hour,
            before=hour - day,
            last_at=HEARD,
        )
        flows.append(flow)
    if max(flow.recent for flow in flows if flow.upset) < LEAST_UPSET:
        return set()
    topics = {kind.topic: kind.topic for kind in mail if kind.topic}
    return {each.topic for each in rising_topics(flows, topics, most=len(topics)) if each.souring}


def _holds(mail: Mapping[Kind, Minutes], days: int) -> int:
    held = 0
    until: dict[str, float] = {}
    for now in range(DAY, DAY * days, LOOK):
        for topic in _souring(mail, now):
            if now > until.get(topic, 0):
                held += 1
                until[topic] = now + LEFT_ALONE
    return held


def _noticed(mail: Mapping[Kind, Minutes], drill: Drill, posts: Sequence[Kind], start: float) -> float:
    """Minutes until a topic of the drill is held, any where it should be left alone; infinite where none is."""
    nearby = {
        kind: at[np.searchsorted(at, start - DAY - 60) : np.searchsorted(at, start + 600)] for kind, at in mail.items()
    }
    at = np.array([start + post.minute for post in drill.posts])
    for kind in set(posts):
        own = at[[each == kind for each in posts]]
        nearby[kind] = np.sort(np.concatenate([nearby.get(kind, at[:0]), own]))
    for minute in range(drill.minutes):
        soured = _souring(nearby, start + minute + 0.5)
        if soured & set(drill.topics) if drill.topics else soured:
            return minute
    return np.inf


def _said(drill: Drill, took: Sequence[float]) -> bool:
    if not drill.topics:
        print(f"  {drill.id}: held for nothing in {np.mean(np.isfinite(took)):.1%} of {len(took)} plays")
        return True
    middle, late = np.percentile(took, (50, 90), method="nearest")
    intime = np.mean(np.array(took) <= drill.hold_within_minutes)
    limit = drill.hold_within_minutes
    print(f"  {drill.id}: held at minute {middle:.0f}, p90 {late:.0f}; within {limit} in {intime:.1%} of {len(took)}")
    return bool(intime >= 0.9)


if __name__ == "__main__":
    sys.exit(main())
