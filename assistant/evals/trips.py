"""What stops a slice by itself: audits that break the promise, a critical error, other traffic, a failing drafter."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import log

from assistant.domain.automation import LEAVE_ALONE, AutomationState, Step
from assistant.domain.certificate import Permit, Proof, Standing
from assistant.domain.label import DeskLabel
from assistant.domain.value import Value
from assistant.evals.monitor import Audit, watch

PARTS = 5
"""Parts of equal weight that scores are compared in."""
MOST_SHIFT = 0.2
"""Population stability index from which on traffic counts as other traffic: the usual limit."""
RECENT = 200
"""Newest drafts compared; with 180 labels behind a certificate the same traffic exceeds the limit once in 1,200."""
HOUR = timedelta(hours=1)
FAILING = 0.2
"""Share of an hour's drafts that another drafter had to write, from which on the slice stops."""
LEAST_FAILING = 10
SURGE = 5.0
"""Times its own hourly mean of the week before, from which on an intent stops."""
LEAST_SURGE = 20
WEEK = timedelta(days=7)
DELTA = 0.05
"""The monitor's own: so often at most a slice that keeps its promise is stopped, from each beginning of the labels."""


class Trip(Value):
    """Something to stop: `scope` is a slice or an intent, `why` in words; `roll_back` sends the slice to shadow."""

    scope: str
    why: str
    roll_back: bool = False
    conversation_id: str = ""


def trips(
    drafts: Sequence[DeskLabel],
    verdicts: Sequence[DeskLabel],
    *,
    proof: Proof,
    state: AutomationState,
    released: Mapping[str, datetime],
    start: Step,
    now: datetime,
) -> tuple[Trip, ...]:
    """What must stop now, of slices that send and aren't held yet.

    `drafts` are the newest labels, `verdicts` those that count, from a beginning that doesn't move with each look;
    both oldest first. `released` is when a person last let go of a scope: what they saw then stops it no more, and a
    rush leaves an intent alone for a while.
    """
    held = {hold.scope for hold in state.holds}
    found: list[Trip] = []
    for permit in proof.permits.permits:
        name = permit.certificate.slice
        stands = permit.standing(versions=proof.versions, at=now) is Standing.STANDS
        if not stands or name in held or state.step(name, start=start) is Step.SHADOW:
            continue
        ramp = state.ramp(name)
        seen = [label for label in drafts if label.slice == name]
        since = ramp.watch_from if ramp else None
        judged = [each for each in verdicts if each.slice == name and (since is None or each.drafted_at >= since)]
        found.extend(_of_verdicts(judged, permit))
        found.extend(_of_drafts(_since(seen, released.get(name)), permit, now=now))
        found.extend(trip for trip in _surges(seen, released, now) if trip.scope not in held)
    return tuple({trip.scope: trip for trip in reversed(found)}.values())


def _since(labels: Sequence[DeskLabel], moment: datetime | None) -> Sequence[DeskLabel]:
    return labels if moment is None else [label for label in labels if label.drafted_at > moment]


def _of_verdicts(watched: Sequence[DeskLabel], permit: Permit) -> Iterator[Trip]:
    """The gravest first."""
    name, certificate = permit.certificate.slice, permit.certificate
    harmful = next((label for label in watched if label.critical), None)
    if harmful is not None:
        why = f"a critical error: {harmful.why or 'see the conversation'}"
        yield Trip(scope=name, why=why, roll_back=True, conversation_id=harmful.conversation_id)
    least = certificate.threshold or 0.0
    audits = sorted((each for each in watched if each.is_audit and each.score >= least), key=_known_at)
    verdict = watch([Audit(error=bool(each.error)) for each in audits], alpha=certificate.alpha, delta=DELTA)
    if verdict.alarm:
        yield Trip(scope=name, why=verdict.why, roll_back=True, conversation_id=audits[-1].conversation_id)


def _of_drafts(labels: Sequence[DeskLabel], permit: Permit, *, now: datetime) -> Iterator[Trip]:
    """A drafter that fails, or other traffic."""
    name = permit.certificate.slice
    newest = labels[-1].conversation_id if labels else ""
    lately = [label for label in labels if now - label.drafted_at <= HOUR]
    failed = sum(label.fell_back for label in lately)
    if failed >= LEAST_FAILING and failed >= FAILING * len(lately):
        why = f"the drafter failed for {failed} of the last hour's {len(lately)} drafts"
        yield Trip(scope=name, why=why, conversation_id=newest)
    scores = [label.score for label in labels if label.drafted_at >= permit.given_at][-RECENT:]
    if permit.quintiles and len(scores) == RECENT and (shift := psi(permit.quintiles, scores)) > MOST_SHIFT:
        why = f"other traffic than was certified: scores shifted by {shift:.2f} (limit {MOST_SHIFT})"
        yield Trip(scope=name, why=why, conversation_id=newest)


def _known_at(label: DeskLabel) -> datetime:
    return label.judged_at or label.settled_at or label.drafted_at


def _surges(labels: Sequence[DeskLabel], released: Mapping[str, datetime], now: datetime) -> Iterator[Trip]:
    """Intents asked far more often than usual: something happened that the articles don't know of.

    The usual is that of the week before, or of the hours since the slice's first draft where there are fewer.
    """
    if not labels:
        return
    alone = {scope for scope, let_go in released.items() if now - let_go < LEAVE_ALONE}
    now_asked = Counter(label.intent for label in labels if label.intent and now - label.drafted_at <= HOUR)
    before = Counter(label.intent for label in labels if HOUR < now - label.drafted_at <= WEEK)
    hours = max(1.0, min(WEEK, now - labels[0].drafted_at) / HOUR - 1)
    newest = {label.intent: label.conversation_id for label in labels}
    for intent, asked in now_asked.items():
        usual = before[intent] / hours
        if intent not in alone and asked >= LEAST_SURGE and asked > SURGE * usual:
            why = f"asked {asked} times within an hour and {before[intent]} times in the week before"
            yield Trip(scope=intent, why=why, conversation_id=newest[intent])


def psi(cuts: Sequence[float], scores: Sequence[float]) -> float:
    """Population stability index: 0 where the scores fall into the parts between `cuts` as evenly as they should."""
    counts: Mapping[int, int] = Counter(bisect_right(cuts, score) for score in scores)
    parts = len(cuts) + 1
    expected = 1 / parts
    shares = [max(counts.get(part, 0), 0.5) / len(scores) for part in range(parts)]
    return sum((share - expected) * log(share / expected) for share in shares)


def quintiles_of(scores: Sequence[float]) -> tuple[float, ...]:
    """Cuts between five parts of equal size; empty where ties leave fewer parts or there are too few scores."""
    ordered = sorted(scores)
    cuts = tuple(ordered[len(ordered) * part // PARTS] for part in range(1, PARTS)) if len(ordered) >= PARTS else ()
    return cuts if len(set(cuts)) == len(cuts) else ()
