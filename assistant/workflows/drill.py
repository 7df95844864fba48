"""Plays a fire drill minute by minute, in a store of its own, through the pipeline, watch and ladders of real mail."""

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from assistant.desk.escalate import acknowledge, pass_on
from assistant.domain.brand import Pack
from assistant.domain.centre import Level
from assistant.domain.drill import Drill, DrillReport, Goal, Moment, MomentKind, Played
from assistant.domain.escalation import EscalationKind
from assistant.domain.mention import Mention
from assistant.ports import Respond, Store
from assistant.workflows.answer import answer
from assistant.workflows.hold_souring import hold_souring
from assistant.workflows.take_in import take_in
from assistant.workflows.watch import Watch

Parse = Callable[[Mapping[str, object], str], Mention]
"""One input row and where it stands, as a mention."""

KNOWN_DAYS = 4
"""Days of ordinary mail before the drill, so that the usual is known."""
READ_HOURS = 24
"""Hours of it that are thought about, so that topics have a pace."""
SEEN_AFTER = timedelta(minutes=3)
"""How soon somebody who isn't away says that they have seen it; chosen, not measured."""
_MOST_ESCALATIONS = 1000
_WORRY = tuple(Level)


class Hands:
    """A clock that stands where it was put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@dataclass
class _Stage:
    """What a drill is played on, and what was written down so far."""

    drill: Drill
    store: Store
    respond: Respond
    pack: Pack
    hands: Hands
    watch: Watch
    posts: Mapping[int, Sequence[Mention]]
    usual: Mapping[int, Sequence[Mention]]
    played: dict[str, Played] = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)
    worry: int = -1
    told: set[tuple[str, str]] = field(default_factory=set)

    def note(self, kind: MomentKind, said: str) -> None:
        minute = int((self.hands.at - self.drill.begins) / timedelta(minutes=1))
        self.moments.append(Moment(minute=minute, kind=kind, said=said))


async def play(
    drill: Drill,
    *,
    store: Store,
    respond: Respond,
    hands: Hands,
    pack: Pack,
    parse: Parse,
    usual: Sequence[Mapping[str, object]],
    progress: Callable[[int], None] = lambda steps: None,
) -> DrillReport:
    """How the drill went. `store` is empty and the drill's own; `respond` and it read the time from `hands`.

    `usual` are rows of ordinary mail, taken in turn. One step of progress is a minute played; while the days before
    come in, steps of none say that it goes on.
    """
    if not usual:
        raise ValueError("a drill needs ordinary mail around it")
    ordinary = _ordinary(drill, usual, parse)
    async for _ in _before(drill, store=store, respond=respond, hands=hands, pack=pack, ordinary=ordinary):
        progress(0)
    posts: dict[int, list[Mention]] = defaultdict(list)
    by_id: dict[str, int] = {}
    for number, post in enumerate(drill.posts):
        author = {"handle": post.handle, "followers": post.followers}
        row = {"id": f"drill-{number}", "channel": post.channel, "text": post.text, "author": author}
        mention = parse(row, f"post {number + 1}")
        posts[post.minute].append(mention)
        by_id[mention.id] = number
    around = {minute: list(ordinary(drill.begins + timedelta(minutes=minute), 1)) for minute in range(drill.minutes)}
    stage = _Stage(drill, store, respond, pack, hands, Watch(store, lambda: pack, hands), posts, around)
    for minute in range(drill.minutes):
        hands.at = drill.begins + timedelta(minutes=minute)
        await _minute(stage, minute, by_id)
        progress(1)
    return DrillReport(
        drill=drill,
        played=tuple(stage.played[mention_id] for mention_id in by_id),
        moments=tuple(stage.moments),
        goals=tuple(_goals(stage)),
    )


Ordinary = Callable[[datetime, int], Iterator[Mention]]
"""The ordinary mail of that many minutes from a moment on."""


def _ordinary(drill: Drill, usual: Sequence[Mapping[str, object]], parse: Parse) -> Ordinary:
    """Evenly spread, and the same in every play of the drill."""

    def of(start: datetime, minutes: int) -> Iterator[Mention]:
        for minute in range(minutes):
            at = start + timedelta(minutes=minute)
            place = int(at.timestamp() // 60) * drill.usual_per_hour
            for number in range(-(-place // 60), -(-(place + drill.usual_per_hour) // 60)):
                row = usual[_shuffled(number) % len(usual)]
                yield parse({**row, "id": f"usual-{number}", "thread": None, "created_at": None}, f"usual {number}")

    return of


def _shuffled(number: int) -> int:
    return int.from_bytes(hashlib.sha256(str(number).encode()).digest()[:8])


async def _before(
    drill: Drill, *, store: Store, respond: Respond, hands: Hands, pack: Pack, ordinary: Ordinary
) -> AsyncIterator[None]:
    """Some days of ordinary mail, hour by hour: all of it taken in, the last day of it thought about."""
    first = drill.begins - timedelta(days=KNOWN_DAYS)
    for hour in range(24 * KNOWN_DAYS):
        hands.at = first + timedelta(hours=hour)
        mentions = list(ordinary(hands.at, 60))
        if hour < 24 * KNOWN_DAYS - READ_HOURS:
            await take_in(mentions, store=store, clock=hands)
        else:
            await answer(mentions, store=store, respond=respond, pack=pack, clock=hands)
        yield


async def _minute(stage: _Stage, minute: int, by_id: Mapping[str, int]) -> None:
    arrived = [*stage.posts.get(minute, ()), *stage.usual[minute]]
    if arrived:
        records = await answer(arrived, store=stage.store, respond=stage.respond, pack=stage.pack, clock=stage.hands)
        for record in records:
            if (number := by_id.get(record.turn.mention_id)) is not None:
                route = record.turn.route
                post = stage.drill.posts[number]
                stage.played[record.turn.mention_id] = Played(post=post, decision=route.decision, reasons=route.reasons)
    _watched(stage)
    _ladders(stage)


def _watched(stage: _Stage) -> None:
    """What the watch says where it is more worried than before, and what is put on hold for it."""
    verdict = stage.watch.look().verdict
    if _WORRY.index(verdict.level) > stage.worry:
        stage.worry = _WORRY.index(verdict.level)
        stage.note(MomentKind.VERDICT, f"{verdict.level.value}: {'; '.join(verdict.why)}")
    for topic in hold_souring(stage.store, pack=stage.pack, clock=stage.hands):
        stage.note(MomentKind.HELD, topic)


def _ladders(stage: _Stage) -> None:
    """Who is told that automation stopped; those who aren't away say that they have seen it."""
    store, brand_id, away = stage.store, stage.pack.brand.id, set(stage.drill.away)
    pass_on(store, pack=stage.pack, clock=stage.hands)
    with store.read() as look:
        open_ones = look.escalations(brand_id=brand_id, limit=_MOST_ESCALATIONS, only_open=True)
    for each in open_ones:
        last, says = each.told[-1], each.kind is EscalationKind.AUTOMATION_STOPPED
        if says and (each.id, last.who) not in stage.told:
            stage.told.add((each.id, last.who))
            stage.note(MomentKind.TOLD, f"{last.who} ({each.team})")
        if each.exhausted and says and (each.id, "") not in stage.told:
            stage.told.add((each.id, ""))
            stage.note(MomentKind.NOBODY, each.team)
        if last.who in away or stage.hands.at - last.at < SEEN_AFTER:
            continue
        with store.begin() as tx:
            acknowledge(tx, each.id, brand_id=brand_id, by=last.who, at=stage.hands.at)
        if says:
            stage.note(MomentKind.SEEN, f"{last.who} ({each.team})")


def _goals(stage: _Stage) -> Iterator[Goal]:
    drill, played = stage.drill, list(stage.played.values())
    held = {moment.said: moment.minute for moment in stage.moments if moment.kind is MomentKind.HELD}
    for topic in drill.topics:
        at = held.get(topic)
        said = "never put on hold" if at is None else f"on hold after {at} min (within {drill.hold_within_minutes})"
        met = at is not None and at <= drill.hold_within_minutes
        yield Goal(name=f"automation on {topic} is on hold in time", met=met, said=said)
    if not drill.topics:
        listed = ", ".join(held) or "nothing was held"
        yield Goal(name="nothing is put on hold that is not ours", met=not held, said=listed)
    wrong = [each for each in played if each.spoke_wrongly]
    readers = sum(each.post.followers or 0 for each in wrong)
    said = f"{len(wrong)} of {len(played)} posts, {readers} followers"
    yield Goal(name="no wrong automatic reply", met=not wrong, said=said)
    alone = [each for each in played if each.left_alone]
    yield Goal(name="nobody who must be heard is left alone", met=not alone, said=f"{len(alone)} of {len(played)}")
    hurt = [each for each in played if each.post.needs_person]
    if hurt:
        helped = sum(each.right for each in hurt)
        said = f"{helped} of {len(hurt)}"
        yield Goal(name="a person takes over where nothing else will do", met=helped == len(hurt), said=said)
    seen = {moment.said.rpartition(" (")[2].rstrip(")") for moment in stage.moments if moment.kind is MomentKind.SEEN}
    for team in drill.tell:
        said = "seen" if team in seen else "nobody said that they had seen it"
        yield Goal(name=f"somebody of {team} has seen it", met=team in seen, said=said)
