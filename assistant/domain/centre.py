"""What a supervisor watches: how much comes in, what about, what waits and how long, what the assistant does."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from assistant.domain.fairness import Fairness
from assistant.domain.incident import Incident
from assistant.domain.value import Value
from assistant.domain.vocabulary import Decision, Disposition

LATELY = timedelta(minutes=20)
"""A storm that began lately shows here before it shows in the hour."""


class Flow(Value):
    """Mentions of one intent, sentiment and channel: `recent` of the last hour, `before` of the 23 hours before it.

    `lately` are those of `recent` that came in the last twenty minutes, `talks` the conversations `recent` came in;
    `upset` as `Understanding.upset` says.
    """

    intent: str
    sentiment: str
    channel: str
    upset: bool = False
    recent: int
    lately: int = 0
    talks: int
    before: int
    last_at: datetime


class Decided(Value):
    """How often a decision was made since then, and what people did with the draft (None: nothing yet)."""

    decision: Decision
    disposition: Disposition | None
    count: int
    since: datetime


class QueueDepth(Value):
    """What waits for people in one queue: how much, how much of it is late, and when the next promise ends."""

    queue: str
    waiting: int
    late: int
    next_due_at: datetime


class Outgoing(Value):
    """Replies of one channel that have not gone out: waiting, failed and tried again, or unknown to us."""

    channel: str
    waiting: int
    failing: int


class Band(Value):
    """Mentions a minute as they usually are at this hour: the 10th, 50th and 90th percentile over `days` days."""

    low: float
    usual: float
    high: float
    days: int


class Level(StrEnum):
    """How worried to be, in order."""

    UNKNOWN = "unknown"
    CALM = "calm"
    WATCH = "watch"
    CRISIS = "crisis"


class Verdict(Value):
    """A level and why, in words for people."""

    level: Level
    why: tuple[str, ...]


class Rising(Value):
    """A topic of the last hour: `velocity` is how many times its usual pace; `rising` where chance does not explain it.

    `upset` in [0, 1] is the share of its mentions in the last hour by people who are; `souring` where more of them
    are than chance explains, in that hour or its last twenty minutes, whatever else is asked on the topic meanwhile.
    """

    topic: str
    recent: int
    before: int
    velocity: float
    rising: bool
    upset: float
    souring: bool = False


class Waits(Value):
    """Minutes from message to answer over the newest `n` answers, to messages `since` then; None without any."""

    who: str
    n: int
    since: datetime | None = None
    median: float | None
    p90: float | None


class AtWork(Value):
    """One person of the desk: how many open conversations they hold of how many they can, and whether they are here."""

    name: str
    here: bool
    holds: int
    capacity: int | None


class Centre(Value):
    """One look at everything. `minutes` are mentions of the last 60 minutes, oldest first.

    `moods` and `channels` count the last hour and the 23 hours before it; `heard` is when a channel last brought
    something, within a day; `decided` counts the newest decisions.
    """

    at: datetime
    minutes: tuple[int, ...]
    band: Band | None
    verdict: Verdict
    topics: tuple[Rising, ...]
    moods: Mapping[str, tuple[int, int]]
    channels: Mapping[str, tuple[int, int]]
    heard: Mapping[str, datetime]
    depths: tuple[QueueDepth, ...]
    oldest_waiting_at: datetime | None
    at_risk: int
    waits: tuple[Waits, ...]
    decided: tuple[Decided, ...]
    people: tuple[AtWork, ...]
    outgoing: tuple[Outgoing, ...]
    incidents: tuple[Incident, ...]
    fairness: Fairness
