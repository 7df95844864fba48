"""An automated answer goes out only while its certificate stands, at the moment of sending too."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from assistant.desk.act import act
from assistant.desk.outbox import INDEX_AWAY, NOT_CERTIFIED, Delivered, deliver_due
from assistant.domain.automation import AutomationState, Ramp, Step
from assistant.domain.basis import World, world_of
from assistant.domain.certificate import UNREADABLE, Certificate, Permit, Permits, Proof
from assistant.domain.conversation import Reply, ReplyState
from assistant.domain.vocabulary import ConversationState
from assistant.ports import Store
from tests.desk.test_outbox import Network
from tests.desk_builders import NOW, SetClock, make_mention, make_pack, make_turn
from tests.stores import new_store

PACK = make_pack()
SLICE = "skylark/public/self_serve"
VERSIONS: Mapping[str, str] = {"pack": "pack-1"}
"""Those of `make_turn`."""


def proof(
    slice_: str = SLICE,
    *,
    certified: bool = True,
    threshold: float = 0.6,
    given_for: Mapping[str, str] = VERSIONS,
    now: Mapping[str, str] = VERSIONS,
    expires_at: datetime = NOW + timedelta(days=30),
) -> Proof:
    certificate = Certificate(
        slice=slice_,
        certified=certified,
        threshold=threshold if certified else None,
        n=100,
        errors=0,
        coverage=1.0,
        labels=100,
        alpha=0.05,
        delta=0.1,
        labels_needed=0,
        expires_at=expires_at if certified else None,
    )
    permit = Permit(certificate=certificate, versions=given_for, labels_sha256="l", given_at=NOW)
    return Proof(permits=Permits(permits=(permit,)), versions=now)


def enqueued(store: Store, number: str = "1") -> Reply:
    turn = make_turn(make_mention(number))
    turn = turn.model_copy(update={"route": turn.route.model_copy(update={"slice": SLICE, "score": 0.6})})
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        return tx.reply(f"r-{act(tx, turn, pack=PACK, at=NOW).id}")


def deliver(store: Store, network: Network, now: Proof) -> Delivered:
    world = World(articles={"bag-size": 3}, proof=now)
    return deliver_due(store, {"x": network}, brand_id="skylark", clock=SetClock(), world=lambda: world)


def test_it_goes_out_while_its_certificate_stands() -> None:
    store, network = new_store(), Network()
    enqueued(store)
    assert deliver(store, network, proof()) == Delivered(sent=1)


LOST = {
    "none": Proof(permits=Permits(), versions=VERSIONS),
    "refused": proof(certified=False),
    "another slice": proof("skylark/private/self_serve"),
    "higher threshold": proof(threshold=0.61),
    "expired": proof(expires_at=NOW),
    "changed since it was certified": proof(now={"pack": "pack-2"}),
    "certified again for other versions": proof(given_for={"pack": "pack-2"}, now={"pack": "pack-2"}),
}


@pytest.mark.parametrize("how", LOST)
def test_it_waits_for_a_person_once_its_certificate_is_gone(how: str) -> None:
    store, network = new_store(), Network()
    reply = enqueued(store)
    assert deliver(store, network, LOST[how]) == Delivered(held=1)
    assert network.posts == []
    with store.read() as look:
        held, conversation = look.reply(reply.id), look.conversation(reply.conversation_id)
    assert (held.state, held.last_error) == (ReplyState.HELD, NOT_CERTIFIED)
    assert conversation.state is ConversationState.OPEN


def test_what_changes_while_a_slow_network_takes_one_reply_stops_the_next() -> None:
    store, clock = new_store(), SetClock()
    for number in ("1", "2"):
        enqueued(store, number)
    now = [proof()]

    class Slow(Network):
        def send(self, reply: Reply) -> str:
            clock.forward(4)
            now[0] = LOST["none"]
            return super().send(reply)

    def world() -> World:
        return World(articles={"bag-size": 3}, proof=now[0])

    assert deliver_due(store, {"x": Slow()}, brand_id="skylark", clock=clock, world=world) == Delivered(sent=1, held=1)


def test_while_the_index_is_away_it_is_not_called_uncertified() -> None:
    """A version that can't be told now is no version that changed; a person decides, and reads why."""
    store, network = new_store(), Network()
    reply = enqueued(store)
    assert deliver(store, network, proof(now={"pack": "pack-1", "index": UNREADABLE})) == Delivered(held=1)
    with store.read() as look:
        assert look.reply(reply.id).last_error == INDEX_AWAY


def test_an_agents_own_reply_needs_no_certificate() -> None:
    store, network = new_store(), Network()
    reply = enqueued(store)
    with store.begin() as tx:
        tx.save_reply(reply.model_copy(update={"automated": False, "approved_by": "ann"}))
    assert deliver(store, network, LOST["none"]) == Delivered(sent=1)


@pytest.mark.parametrize(("start", "goes"), [(Step.ALL, True), (Step.SHADOW, False)])
def test_a_queued_reply_waits_for_a_person_where_the_pack_lets_slices_start_in_shadow(start: Step, goes: bool) -> None:
    store, network = new_store(), Network()
    reply = enqueued(store)
    world = World(articles={"bag-size": 3}, proof=proof(), ramp_start=start)
    delivered = deliver_due(store, {"x": network}, brand_id="skylark", clock=SetClock(), world=lambda: world)
    assert delivered == (Delivered(sent=1) if goes else Delivered(held=1))
    with store.read() as look:
        assert look.reply(reply.id).state is (ReplyState.SENT if goes else ReplyState.HELD)


def test_where_a_person_moved_the_slice_the_packs_start_says_nothing() -> None:
    store, network = new_store(), Network()
    enqueued(store)
    ramp = Ramp(slice=SLICE, step=Step.ALL, since=NOW, by="ann")
    with store.begin() as tx:
        tx.save_automation("skylark", AutomationState(ramps=(ramp,)))
    world = World(articles={"bag-size": 3}, proof=proof(), ramp_start=Step.SHADOW)
    assert deliver_due(store, {"x": network}, brand_id="skylark", clock=SetClock(), world=lambda: world) == Delivered(
        sent=1
    )


def test_the_world_has_the_packs_start() -> None:
    shadow = PACK.model_copy(update={"automation": PACK.automation.model_copy(update={"ramp_start": Step.SHADOW})})
    assert world_of(shadow, charts="", at=NOW).ramp_start is Step.SHADOW
