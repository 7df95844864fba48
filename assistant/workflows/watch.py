"""What a supervisor sees at one glance: counts from the store, verdicts from insights."""

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import NamedTuple

from assistant.domain.agents import DeskAgent
from assistant.domain.brand import Pack
from assistant.domain.centre import AtWork, Band, Centre, Flow, Waits
from assistant.domain.fairness import Fairness, assess
from assistant.domain.gaps import Gap
from assistant.domain.incident import open_at
from assistant.domain.triage import QueueQuery, View
from assistant.insights.trends import band_of, rising_topics, verdict_of, waits_of
from assistant.ports import Clock, Embedder, Reading, Store
from assistant.workflows.find_gaps import find_gaps

FRESH = timedelta(seconds=2)
"""One look serves everybody who asks within this time."""
LASTING = timedelta(minutes=1)
"""How long gaps hold: each look reads the decisions of days."""
SETTLED = timedelta(minutes=10)
"""How long the usual and fairness hold: they move slowly and cost most."""
USUAL_DAYS = 28
FAIR_DAYS = 30
NEWEST = 1000
"""Decisions and answers that speak for now."""
MOST_MENTIONS = 20_000
MOST_TREATED = 5_000
MOST_AT_RISK = 100_000


class _Slow(NamedTuple):
    at: datetime
    band: Band | None
    fairness: Fairness


class Watch:
    """Looks at most every two seconds, however many ask."""

    def __init__(self, store: Store, pack: Callable[[], Pack], clock: Clock) -> None:
        self._store, self._pack_now, self._clock = store, pack, clock
        self._pack = pack()
        self._lock = threading.Lock()
        self._seen: Centre | None = None
        self._slow: _Slow | None = None
        self._looking = threading.Lock()
        self._lacking: dict[int, tuple[datetime, tuple[Gap, ...]]] = {}

    def look(self) -> Centre:
        """Everything as it stands now, two seconds old at most."""
        now = self._clock()
        with self._lock:
            if self._seen is None or not timedelta() <= now - self._seen.at < FRESH:
                self._pack = self._pack_now()
                with self._store.read() as look:
                    self._seen = self._looked(look, now)
            return self._seen

    def gaps(self, embedder: Embedder, *, days: int) -> tuple[Gap, ...]:
        """What was asked in the last `days` days and nothing answers, a minute old at most."""
        now = self._clock()
        with self._looking:
            at, found = self._lacking.get(days, (None, ()))
            if at is None or not timedelta() <= now - at < LASTING:
                found = find_gaps(self._pack_now(), store=self._store, embedder=embedder, at=now, days=days)
                self._lacking[days] = (now, found)
            return found

    def _looked(self, look: Reading, now: datetime) -> Centre:
        brand_id, slow = self._pack.brand.id, self._slowly(look, now)
        flows = look.flows(brand_id=brand_id, now=now, most=MOST_MENTIONS)
        topics = rising_topics(flows, {intent.id: intent.topic for intent in self._pack.intents})
        minutes = _minutes(look, brand_id, now)
        risky = QueueQuery(brand_id=brand_id, view=View.BREACHING, agent="", now=now)
        return Centre(
            at=now,
            minutes=minutes,
            band=slow.band,
            verdict=verdict_of(minutes, slow.band, topics),
            topics=topics,
            moods=_counted(flows, "sentiment"),
            channels=_counted(flows, "channel"),
            heard=_heard(flows),
            depths=tuple(look.depths(brand_id=brand_id, now=now)),
            oldest_waiting_at=look.oldest_waiting_at(brand_id=brand_id),
            at_risk=look.counts(risky, [View.BREACHING], most=MOST_AT_RISK)[View.BREACHING],
            waits=_waits(look.waits(brand_id=brand_id, newest=NEWEST)),
            decided=tuple(look.decided(brand_id=brand_id, newest=NEWEST)),
            people=_people(look, self._pack, now),
            outgoing=tuple(look.outgoing(brand_id=brand_id)),
            incidents=open_at(self._pack.incidents, now),
            fairness=slow.fairness,
        )

    def _slowly(self, look: Reading, now: datetime) -> _Slow:
        if self._slow is None or not timedelta() <= now - self._slow.at < SETTLED:
            brand_id = self._pack.brand.id
            hours = look.arrivals(brand_id=brand_id, since=now - timedelta(days=USUAL_DAYS), by_hour=True)
            treated = look.treatments(brand_id=brand_id, since=now - timedelta(days=FAIR_DAYS), limit=MOST_TREATED)
            self._slow = _Slow(now, band_of(hours, now=now), assess(treated))
        return self._slow


def _minutes(look: Reading, brand_id: str, now: datetime) -> tuple[int, ...]:
    """The last 60 minutes, the one that runs included."""
    this = now.replace(second=0, microsecond=0)
    first = this - timedelta(minutes=59)
    counted = look.arrivals(brand_id=brand_id, since=first)
    return tuple(counted.get(first + timedelta(minutes=step), 0) for step in range(60))


def _counted(flows: Sequence[Flow], field: str) -> Mapping[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for flow in flows:
        recent, before = found[str(getattr(flow, field))]
        found[str(getattr(flow, field))] = (recent + flow.recent, before + flow.before)
    return dict(found)


def _heard(flows: Sequence[Flow]) -> Mapping[str, datetime]:
    found: dict[str, datetime] = {}
    for flow in flows:
        found[flow.channel] = max(flow.last_at, found.get(flow.channel, flow.last_at))
    return found


def _waits(answers: Sequence[tuple[bool, float, datetime]]) -> tuple[Waits, Waits]:
    """Of people, then of the assistant alone."""
    people = [(minutes, asked) for automated, minutes, asked in answers if not automated]
    alone = [(minutes, asked) for automated, minutes, asked in answers if automated]
    return _waited("people", people), _waited("the assistant", alone)


def _waited(who: str, answers: Sequence[tuple[float, datetime]]) -> Waits:
    since = min((asked for _, asked in answers), default=None)
    return waits_of(who, [minutes for minutes, _ in answers], since=since)


def _people(look: Reading, pack: Pack, now: datetime) -> tuple[AtWork, ...]:
    """Everybody who may sign in or is on the brand's list, whoever is here first, then by load."""
    brand_id = pack.brand.id
    loads = look.loads(brand_id=brand_id)
    here = {each.agent for each in look.present(brand_id=brand_id, now=now)}
    accounts = {each.name for each in look.agents()}
    room = {who: each.capacity for each in pack.on_call.agents for who in _shown_as(each, accounts | {*loads})}
    names = {*room, *loads, *here, *accounts}
    found = [AtWork(name=name, here=name in here, holds=loads.get(name, 0), capacity=room.get(name)) for name in names]
    return tuple(sorted(found, key=lambda each: (not each.here, -each.holds, each.name)))


def _shown_as(agent: DeskAgent, known: Set[str]) -> Set[str]:
    """By what they sign in as or hold something as; by name where neither is."""
    return agent.known_as & known or {agent.name}
