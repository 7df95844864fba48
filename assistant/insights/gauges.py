"""What a monitor watches, as numbers: what waits and for how long, and what may go out by itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from assistant.domain.certificate import Permit, Standing
from assistant.domain.value import Value
from assistant.ports import Reading

MOST_COUNTED = 100_000
"""Where a count stops: a monitor asks every few seconds, and more would say nothing new."""
RECENT = timedelta(hours=1)

Labelled = Mapping[str, float]


class Gauge(Value):
    """A number of this moment; `told` says what of. With a `label` it is one number for each of its values."""

    name: str
    told: str
    label: str | None = None
    values: Labelled


def gauges(look: Reading, *, brand_id: str, now: datetime) -> Sequence[Gauge]:
    """What the store says of one brand's work. Ages are in seconds, 0 where nothing waits."""
    came = look.arrivals(brand_id=brand_id, since=now - RECENT)
    unread = [look.wait(each.id).since for each in look.unanswered(brand_id=brand_id, limit=1)]
    put_off = look.count_put_off(brand_id=brand_id, most=MOST_COUNTED)
    state = look.automation(brand_id)
    return [
        _one("mentions_last_hour", "Mentions taken in within the last hour", sum(came.values())),
        _one(
            "mentions_unanswered",
            "Mentions nothing was decided about yet",
            look.backlog(brand_id=brand_id, limit=MOST_COUNTED),
        ),
        _one("mentions_unanswered_oldest_seconds", "How long the oldest of them has waited", _age(unread, now)),
        _one("answers_put_off", "Those of them that wait until the index can be searched", put_off.answers),
        *_replies(look, brand_id, now),
        *_queues(look, brand_id, now),
        _one("automation_stopped", "1 while the kill switch is on", float(state.kill_switch)),
        _one("automation_holds", "Topics, channels and kinds of question on hold", len(state.holds)),
    ]


def of_certificates(standings: Sequence[tuple[Permit, Standing]], *, now: datetime) -> Sequence[Gauge]:
    """Whether each certificate that was given counts now, and for how long still."""
    given = [(permit.certificate, standing) for permit, standing in standings if permit.certificate.certified]
    stands = {each.slice: float(standing is Standing.STANDS) for each, standing in given}
    left = {each.slice: (each.expires_at - now).total_seconds() for each, _ in given if each.expires_at is not None}
    return [
        Gauge(name="certificate_stands", told="1 while the slice's certificate counts", label="slice", values=stands),
        Gauge(name="certificate_left_seconds", told="How long it lasts, at most", label="slice", values=left),
    ]


def of_parts(parts: Mapping[str, str]) -> Gauge:
    """Whether each part of the service works, from what it says of itself."""
    works = {part: float(not said.startswith("unusable")) for part, said in parts.items()}
    return Gauge(name="part_usable", told="1 while this part of the service works", label="part", values=works)


def _replies(look: Reading, brand_id: str, now: datetime) -> Sequence[Gauge]:
    outgoing = look.outgoing(brand_id=brand_id)
    late = [each.not_before for each in look.due_replies(brand_id=brand_id, now=now, limit=1)]
    waiting, failing = {e.channel: e.waiting for e in outgoing}, {e.channel: e.failing for e in outgoing}
    return [
        Gauge(name="replies_waiting", told="Replies that haven't gone out", label="channel", values=waiting),
        Gauge(name="replies_failing", told="Those of them that failed before", label="channel", values=failing),
        _one("replies_late_oldest_seconds", "How long the oldest of them should have left", _age(late, now)),
    ]


def _queues(look: Reading, brand_id: str, now: datetime) -> Sequence[Gauge]:
    depths = look.depths(brand_id=brand_id, now=now)
    waiting, late = {e.queue: e.waiting for e in depths}, {e.queue: e.late for e in depths}
    return [
        Gauge(name="conversations_waiting", told="Conversations that wait for people", label="queue", values=waiting),
        Gauge(name="conversations_late", told="Those of them past their promise", label="queue", values=late),
    ]


def _one(name: str, told: str, value: float) -> Gauge:
    return Gauge(name=name, told=told, values={"": value})


def _age(moments: Sequence[datetime], now: datetime) -> float:
    return max(((now - each).total_seconds() for each in moments), default=0.0)
