"""What stops a slice by itself: broken promises, harm, a failing drafter, other traffic, a surge; and nothing else."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
import pytest

from assistant.domain.automation import AutomationState, Hold, Ramp, Step
from assistant.domain.certificate import Certificate, Permit, Permits, Proof
from assistant.domain.label import DeskLabel, Outcome
from assistant.domain.routing import Sample
from assistant.evals.monitor import wealth_after_each
from assistant.evals.trips import MOST_SHIFT, RECENT, Trip, psi, quintiles_of, trips
from tests.desk_builders import NOW

SLICE = "skylark/public/self_serve"
VERSIONS: Mapping[str, str] = {"pack": "p1"}
ON = AutomationState()
NOTHING: Mapping[str, datetime] = {}


def proof(*, quintiles: tuple[float, ...] = (), versions: Mapping[str, str] = VERSIONS) -> Proof:
    certificate = Certificate(
        slice=SLICE,
        certified=True,
        threshold=0.5,
        n=100,
        errors=0,
        coverage=1.0,
        labels=100,
        alpha=0.05,
        delta=0.1,
        labels_needed=0,
        expires_at=NOW + timedelta(days=30),
    )
    given = NOW - timedelta(days=20)
    permit = Permit(certificate=certificate, versions=VERSIONS, labels_sha256="", given_at=given, quintiles=quintiles)
    return Proof(permits=Permits(permits=(permit,)), versions=versions)


def labelled(
    number: int,
    *,
    error: bool | None = False,
    critical: bool = False,
    score: float = 0.9,
    sample: Sample | None = Sample.BLIND,
    at: datetime = NOW - timedelta(days=2),
    fell_back: bool = False,
    intent: str = "bag_size",
) -> DeskLabel:
    return DeskLabel(
        id=f"t{number}",
        brand_id="skylark",
        conversation_id=f"c{number}",
        mention_id=f"m{number}",
        slice=SLICE,
        score=score,
        sample=sample,
        intent=intent,
        fell_back=fell_back,
        drafted_at=at,
        outcome=Outcome.RESPONDED,
        error=error,
        critical=critical,
        settled_at=at,
    )


def found(
    labels: list[DeskLabel],
    *,
    state: AutomationState = ON,
    given: Proof | None = None,
    released: Mapping[str, datetime] = NOTHING,
) -> tuple[Trip, ...]:
    verdicts = [label for label in labels if label.counts]
    return trips(labels, verdicts, proof=given or proof(), state=state, released=released, start=Step.ALL, now=NOW)


BROKEN = [labelled(number, error=number % 3 == 0) for number in range(60)]


def test_a_broken_promise_sends_the_slice_back_to_shadow() -> None:
    (trip,) = found(BROKEN)
    assert (trip.scope, trip.roll_back) == (SLICE, True)
    assert "more than 5% are wrong" in trip.why


def test_a_kept_promise_stops_nothing() -> None:
    assert found([labelled(number, error=number % 50 == 0) for number in range(300)]) == ()
    assert found([]) == ()


def test_one_critical_error_is_enough_whoever_sent_it() -> None:
    (trip,) = found([labelled(1, error=True, critical=True, sample=None)])
    assert (trip.roll_back, trip.conversation_id) == (True, "c1")


@pytest.mark.parametrize(
    "labels",
    [
        [label.model_copy(update={"sample": None}) for label in BROKEN],
        [label.model_copy(update={"score": 0.4}) for label in BROKEN],
        [label.model_copy(update={"error": None}) for label in BROKEN],
        [label.model_copy(update={"slice": "skylark/private/self_serve"}) for label in BROKEN],
    ],
    ids=["not drawn at random", "below the threshold", "unknown", "another slice"],
)
def test_what_says_nothing_of_what_is_sent_stops_nothing(labels: list[DeskLabel]) -> None:
    assert found(labels) == ()


def ramp(step: Step, *, watch_from: datetime | None = None) -> AutomationState:
    return AutomationState(ramps=(Ramp(slice=SLICE, step=step, since=NOW, by="ann", watch_from=watch_from),))


@pytest.mark.parametrize(
    "state",
    [
        ramp(Step.SHADOW),
        ramp(Step.FIVE, watch_from=NOW - timedelta(days=1)),
        AutomationState(holds=(Hold(scope=SLICE, reason="", by="ann", since=NOW),)),
    ],
    ids=["in shadow", "before the roll-back", "on hold"],
)
def test_what_was_dealt_with_trips_no_more(state: AutomationState) -> None:
    assert found(BROKEN, state=state) == ()
    assert found(BROKEN, given=proof(versions={"pack": "p2"})) == (), "nothing is sent on a suspended certificate"


def test_a_drafter_that_fails_holds_the_slice_and_leaves_the_ramp() -> None:
    lately = NOW - timedelta(minutes=5)
    labels = [labelled(number, error=None, at=lately, fell_back=number < 10) for number in range(19)]
    (trip,) = found(labels)
    assert (trip.scope, trip.roll_back) == (SLICE, False)
    assert "10 of the last hour's 19" in trip.why
    assert found([label for label in labels if not label.fell_back or label.id != "t0"]) == ()
    assert found(labels, released={SLICE: NOW - timedelta(minutes=4)}) == (), "it was mended"


def test_other_traffic_than_was_certified_holds_the_slice() -> None:
    random = np.random.default_rng(3)
    certified = random.beta(5, 2, 180).tolist()
    cuts = quintiles_of(certified)
    same = [labelled(n, error=None, score=score) for n, score in enumerate(random.beta(5, 2, RECENT))]
    other = [labelled(n, error=None, score=score) for n, score in enumerate(random.beta(2, 2, RECENT))]
    assert found(same, given=proof(quintiles=cuts)) == ()
    (trip,) = found(other, given=proof(quintiles=cuts))
    assert "other traffic" in trip.why
    assert found(other[1:], given=proof(quintiles=cuts)) == (), "too few to tell"


def test_the_same_traffic_seldom_looks_like_other_traffic() -> None:
    random = np.random.default_rng(4)
    shifts = [psi(quintiles_of(random.random(180).tolist()), random.random(RECENT).tolist()) for _ in range(400)]
    assert np.mean(np.array(shifts) > MOST_SHIFT) <= 0.01


def test_other_traffic_that_a_person_let_pass_is_compared_anew() -> None:
    random = np.random.default_rng(3)
    cuts = quintiles_of(random.beta(5, 2, 180).tolist())
    scores = random.beta(2, 2, 2 * RECENT)
    before, after = NOW - timedelta(days=2), NOW - timedelta(hours=2)
    other = [labelled(n, error=None, score=score, at=before) for n, score in enumerate(scores[:RECENT])]
    later = [labelled(RECENT + n, error=None, score=score, at=after) for n, score in enumerate(scores[RECENT:])]
    let_go = {SLICE: NOW - timedelta(days=1)}
    assert found(other, given=proof(quintiles=cuts), released=let_go) == ()
    assert found([*other, *later[1:]], given=proof(quintiles=cuts), released=let_go) == ()
    (trip,) = found([*other, *later], given=proof(quintiles=cuts), released=let_go)
    assert "other traffic" in trip.why


def test_ties_leave_nothing_to_compare() -> None:
    assert quintiles_of([0.5] * 100) == ()
    assert quintiles_of([]) == ()


def test_a_surge_holds_the_intent_not_the_slice() -> None:
    lately = NOW - timedelta(minutes=5)
    surge = [labelled(number, error=None, at=lately) for number in range(20)]
    (trip,) = found(surge)
    assert (trip.scope, trip.roll_back) == ("bag_size", False)
    assert trip.conversation_id == "c19", "without a conversation nobody is told"
    assert found(surge[1:]) == ()
    once = labelled(99, error=None, at=NOW - timedelta(hours=80))
    assert [each.why for each in found([once, *surge])] == [
        "asked 20 times within an hour and 1 times in the week before"
    ]
    usual = [labelled(n, error=None, at=NOW - timedelta(hours=2 + n % 160)) for n in range(1000)]
    assert found([*usual, *surge]) == ()


def test_a_desk_that_began_this_morning_has_a_pace_of_five_hours_not_of_a_week() -> None:
    steady = [labelled(n, error=None, at=NOW - timedelta(minutes=5 + 2.5 * n)) for n in range(120)]
    assert found(steady[::-1]) == ()
    fivefold = [labelled(n, error=None, at=NOW - timedelta(minutes=5)) for n in range(200, 320)]
    assert [trip.scope for trip in found([*steady[::-1], *fivefold])] == ["bag_size"]


def first_alarm(errors: np.ndarray[tuple[int], np.dtype[np.float64]], alpha: float) -> int | None:
    above = np.flatnonzero(wealth_after_each(errors, alpha=alpha) >= 20)
    return int(above[0]) + 1 if len(above) else None


@pytest.mark.parametrize(("clean", "half", "nine_tenths"), [(0, 300, 750), (200, 400, 750), (1000, 700, 1250)])
def test_drift_is_found_after_a_good_time_too(clean: int, half: int, nine_tenths: int) -> None:
    """T8: at alpha 1 % the truth goes from 0.5 % to 3 % after so many audits."""
    random = np.random.default_rng(8)
    late: list[int] = []
    for _ in range(150):
        before, after = random.random(clean) < 0.005, random.random(2500) < 0.03
        alarm = first_alarm(np.concatenate([before, after]).astype(float), 0.01)
        late.append((alarm or 2500 + clean) - clean)
    assert np.median(late) <= half
    assert np.quantile(late, 0.9) <= nine_tenths


def test_half_the_allowed_rate_never_alarms() -> None:
    random = np.random.default_rng(8)
    quiet = [first_alarm((random.random(4000) < 0.005).astype(float), 0.01) for _ in range(150)]
    assert sum(alarm is not None for alarm in quiet) / 150 <= 0.05
