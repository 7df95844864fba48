"""Applies what detectors say: a slice or an intent stops by itself, the slice goes back to shadow, people are told."""

from datetime import UTC, datetime, timedelta

import structlog

from assistant.desk import labels as desk_labels
from assistant.desk.automation import releases, stop
from assistant.domain.brand import Pack
from assistant.domain.certificate import Proof
from assistant.domain.label import DeskLabel
from assistant.evals.trips import Trip, trips
from assistant.ports import Clock, Store

WATCHED = timedelta(days=60)
"""How far back audits count at the least, and for how long from the same beginning."""
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)

log = structlog.get_logger()


def suspend(store: Store, *, pack: Pack, clock: Clock, proof: Proof | None) -> tuple[Trip, ...]:
    """Look at the labels and stop what must stop. Without `proof` nothing is sent, so nothing stops."""
    if proof is None or not proof.permits.permits:
        return ()
    at, brand_id = clock(), pack.brand.id
    with store.read() as look:
        state = look.automation(brand_id)
        verdicts = look.verdicts(brand_id=brand_id, since=beginning(at))
        drafts = look.labels(brand_id=brand_id, since=beginning(at))
        released = releases(look, brand_id)
    start = pack.automation.ramp_start
    found = trips(drafts, verdicts, proof=proof, state=state, released=released, start=start, now=at)
    if not found:
        return ()
    with store.begin() as tx:
        for trip in found:
            stop(
                tx,
                pack,
                scope=trip.scope,
                why=trip.why,
                roll_back=trip.roll_back,
                conversation_id=trip.conversation_id,
                at=at,
            )
    for trip in found:
        log.warning("automation_stopped", scope=trip.scope, why=trip.why, rolled_back=trip.roll_back)
    return found


def beginning(at: datetime) -> datetime:
    """Where the audits that count at that moment begin.

    It moves on by `WATCHED` at a time: a window that slid with each look would begin a new series of bets each time,
    and one of so many wins by chance.
    """
    return _FIRST + ((at - _FIRST) // WATCHED - 1) * WATCHED


def judge_draft(
    turn_id: str,
    *,
    store: Store,
    pack: Pack,
    clock: Clock,
    proof: Proof | None,
    error: bool,
    critical: bool,
    why: str,
    by: str,
    late: bool = False,
) -> DeskLabel:
    """Keep a verdict on a draft, a blind one or a `late` correction, and stop at once what it stops.

    Raises what `desk.labels` raises.
    """
    say = desk_labels.correct if late else desk_labels.judge
    with store.begin() as tx:
        label = say(tx, turn_id, brand_id=pack.brand.id, error=error, critical=critical, why=why, by=by, at=clock())
    suspend(store, pack=pack, clock=clock, proof=proof)
    return label
