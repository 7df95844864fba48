"""From a person's verdict to a slice that stands still: holdback, blind answer, judgement, roll-back, and back up."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from assistant.desk import automation
from assistant.desk.act import act
from assistant.desk.outbox import Delivered, deliver_due
from assistant.domain.automation import LEAVE_ALONE, Step
from assistant.domain.basis import World
from assistant.domain.certificate import Certificate, Origin, Permit, Permits, Proof
from assistant.domain.conversation import TurnRecord
from assistant.domain.escalation import EscalationKind
from assistant.domain.label import Outcome
from assistant.domain.mention import Author
from assistant.domain.routing import Sample
from assistant.domain.vocabulary import Decision
from assistant.errors import Conflict, InputInvalid, NotFound
from assistant.ports import Store
from assistant.workflows.suspend import beginning, judge_draft, suspend
from tests.desk.test_labels import candidate
from tests.desk.test_outbox import Network
from tests.desk_builders import NOW, SetClock, make_pack
from tests.stores import new_store

PACK = make_pack()
SLICE = "skylark/public/self_serve"
VERSIONS: Mapping[str, str] = {"pack": "pack-1"}


@pytest.fixture
def store() -> Store:
    return new_store()


def proof(*, origin: Origin = Origin.PACK, newest_after: timedelta | None = None) -> Proof:
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
        expires_at=NOW + timedelta(days=90),
    )
    newest = NOW + newest_after if newest_after is not None else None
    permit = Permit(
        certificate=certificate,
        versions=VERSIONS,
        labels_sha256="",
        given_at=NOW,
        origin=origin,
        newest_label_at=newest,
    )
    return Proof(permits=Permits(permits=(permit,)), versions=VERSIONS)


def audited(store: Store, number: int, *, sample: Sample | None = Sample.BLIND) -> TurnRecord:
    """A blind draft that was answered already."""
    decision = Decision.AUTO_REPLY if sample is None else Decision.REVIEW
    turn = candidate(str(number), sample=sample, decision=decision)
    mention = turn.mention.model_copy(update={"author": Author(handle=f"a{number}")})
    turn = turn.model_copy(update={"mention": mention})
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        record = act(tx, turn, pack=PACK, at=NOW)
        if sample is not None:
            label = tx.label(record.id)
            assert label is not None
            tx.save_label(label.model_copy(update={"outcome": Outcome.RESPONDED, "settled_at": NOW}))
    return record


def judged(store: Store, record: TurnRecord, *, error: bool, critical: bool = False) -> None:
    judge_draft(
        record.id,
        store=store,
        pack=PACK,
        clock=SetClock(),
        proof=proof(),
        error=error,
        critical=critical,
        why="wrong size",
        by="ann",
    )


def test_verdicts_that_break_the_promise_stop_the_slice_and_tell_people(store: Store) -> None:
    for number in range(12):
        judged(store, audited(store, number), error=True)
        with store.read() as look:
            if look.automation("skylark").holds:
                break
    assert 1 <= number < 11, "one error proves nothing, a dozen do"
    with store.read() as look:
        state = look.automation("skylark")
        (told,) = look.escalations(brand_id="skylark", limit=10)
        events = look.events(brand_id="skylark", after=0, limit=500)
    (held,) = state.holds
    assert (held.scope, held.by) == (SLICE, automation.MONITOR)
    assert state.step(SLICE) is Step.SHADOW
    assert told.kind is EscalationKind.AUTOMATION_STOPPED
    assert [event.kind for event in events][-1] == "automation"
    assert suspend(store, pack=PACK, clock=SetClock(), proof=proof()) == (), "once is enough"


def test_one_harmful_draft_stops_it_at_once_and_what_waits_to_be_sent_is_held(store: Store) -> None:
    audited(store, 1, sample=None)
    judged(store, audited(store, 2), error=True, critical=True)
    network = Network()
    clock = SetClock()
    clock.forward(60)
    world = World(articles={"bag-size": 3}, proof=None)
    assert deliver_due(store, {"x": network}, brand_id="skylark", clock=clock, world=lambda: world) == Delivered(held=1)
    with store.begin() as tx:
        automation.release(tx, "skylark", scope=SLICE, by="ann", at=NOW)
    assert network.posts == []
    assert suspend(store, pack=PACK, clock=clock, proof=proof()) == (), "it was dealt with"


def asked(store: Store, first: int, clock: SetClock) -> None:
    """Twenty customers ask the same, answered by nobody yet."""
    for number in range(first, first + 20):
        turn = candidate(str(number), sample=None, decision=Decision.REVIEW)
        mention = turn.mention.model_copy(update={"author": Author(handle=f"a{number}")})
        turn = turn.model_copy(update={"mention": mention})
        with store.begin() as tx:
            tx.take_in(mention, at=clock())
            act(tx, turn, pack=PACK, at=clock())


def test_people_are_told_of_a_surge_and_who_lets_it_go_is_heard(store: Store) -> None:
    """A rush that goes on isn't held again at once; after a while it is."""
    clock = SetClock()
    asked(store, 0, clock)
    assert [trip.scope for trip in suspend(store, pack=PACK, clock=clock, proof=proof())] == ["bag_size"]
    with store.read() as look:
        (told,) = look.escalations(brand_id="skylark", limit=10)
    assert told.kind is EscalationKind.AUTOMATION_STOPPED
    clock.forward(60)
    with store.begin() as tx:
        automation.release(tx, "skylark", scope="bag_size", by="ann", at=clock())
    clock.forward(30)
    asked(store, 20, clock)
    assert suspend(store, pack=PACK, clock=clock, proof=proof()) == (), "people have looked, and know better"
    clock.forward(LEAVE_ALONE.total_seconds())
    for first in (40, 60, 80, 100):
        asked(store, first, clock)
    assert [trip.scope for trip in suspend(store, pack=PACK, clock=clock, proof=proof())] == ["bag_size"]


def test_a_reply_outside_the_share_is_held_at_sending_too(store: Store) -> None:
    audited(store, 1, sample=None)
    with store.begin() as tx:
        automation.move(tx, PACK, slice_=SLICE, to=Step.SHADOW, proof=None, by="ann", why="a new product", at=NOW)
    network = Network()
    world = World(articles={"bag-size": 3}, proof=None)
    sent = deliver_due(store, {"x": network}, brand_id="skylark", clock=SetClock(), world=lambda: world)
    assert (sent, network.posts) == (Delivered(held=1), [])


def test_audits_count_from_a_beginning_that_stands_still() -> None:
    """A beginning that moves with each look is another bet each time, and sooner or later one of them wins."""
    hours = [beginning(NOW + timedelta(hours=hour)) for hour in range(24 * 130)]
    assert len(set(hours)) <= 4
    assert {
        timedelta(days=60) <= NOW + timedelta(hours=n) - began <= timedelta(days=120) for n, began in enumerate(hours)
    } == {True}


def test_without_a_proof_there_is_nothing_to_stop(store: Store) -> None:
    assert suspend(store, pack=PACK, clock=SetClock(), proof=None) == ()


def climbed(store: Store, to: Step, given: Proof | None, *, hours: float = 0) -> Step:
    with store.begin() as tx:
        at = NOW + timedelta(hours=hours)
        return automation.move(tx, PACK, slice_=SLICE, to=to, proof=given, by="ann", why="", at=at).step(SLICE)


def test_a_slice_climbs_one_step_at_a_time_each_with_labels_of_the_step_before(store: Store) -> None:
    assert climbed(store, Step.SHADOW, None) is Step.SHADOW
    with pytest.raises(Conflict, match="no certificate that stands"):
        climbed(store, Step.ONE, None)
    with pytest.raises(Conflict, match="the next step is 1%"):
        climbed(store, Step.FIVE, proof())
    assert climbed(store, Step.ONE, proof(), hours=1) is Step.ONE
    for stale in (proof(), proof(origin=Origin.DESK, newest_after=timedelta(hours=1))):
        with pytest.raises(Conflict, match="labels of the present step"):
            climbed(store, Step.FIVE, stale, hours=80)
    fresh = proof(origin=Origin.DESK, newest_after=timedelta(hours=2))
    assert climbed(store, Step.FIVE, fresh, hours=80) is Step.FIVE
    assert climbed(store, Step.SHADOW, None, hours=81) is Step.SHADOW
    with store.read() as look:
        moves = [entry for entry in look.audit(subject="automation:skylark") if entry.event == "ramp_moved"]
    assert len(moves) == 4


def test_a_held_slice_does_not_climb_and_another_brands_is_not_ours(store: Store) -> None:
    climbed(store, Step.SHADOW, None)
    with store.begin() as tx:
        automation.hold(tx, "skylark", scope=SLICE, reason="look", by="monitor", at=NOW)
    with pytest.raises(Conflict, match="release it first"):
        climbed(store, Step.ONE, proof())
    for wrong in ("other/public/thanks", "skylark/public/selfserve", "skylark/publik/self_serve", "skylark"):
        with store.begin() as tx, pytest.raises(NotFound):
            automation.move(tx, PACK, slice_=wrong, to=Step.SHADOW, proof=None, by="a", why="", at=NOW)
    with store.begin() as tx, pytest.raises(InputInvalid):
        automation.move(tx, PACK, slice_=SLICE, to=Step.ONE, proof=None, by=" ", why="", at=NOW)
