"""The firehose: what is silent is settled, what is owed becomes work by urgency, what is too much goes to people."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta

import pytest

from assistant.domain.mention import Mention
from assistant.domain.precedence import URGENT, place_in_line
from assistant.domain.turn import Turn
from assistant.domain.understanding import Understanding
from assistant.domain.vocabulary import Decision, Sensitivity, Urgency
from assistant.ports import HANDED_OVER, Clock, Store
from assistant.workflows.dispatch import AT_HAND, Desk, dispatch, recover
from tests.desk_builders import NOW, SetClock, make_mention, make_pack, make_turn, make_understanding
from tests.stores import new_store

pytestmark = pytest.mark.anyio

LATER: Mapping[str, Understanding | None] = {
    "calm": make_understanding(urgency=Urgency.LOW),
    "usual": make_understanding(urgency=Urgency.MEDIUM),
    "urgent": make_understanding(urgency=Urgency.HIGH),
    "sensitive": make_understanding(urgency=Urgency.LOW, sensitivity=(Sensitivity.MEDICAL,)),
    "praise": make_understanding().model_copy(update={"respond": False}),
    "unreadable": None,
}


CLOCK = SetClock()


class Ledger:
    """Durable work as a dictionary: what was put in, and which dead processes were asked for."""

    def __init__(self) -> None:
        self.owed: dict[str, int] = {}

    def start(self, *, answer: object, deliver: object) -> None:
        raise AssertionError("dispatching starts nothing")

    def put(self, mentions: Mapping[str, int]) -> None:
        self.owed.update(mentions)

    def resume_lost(self, dead: Callable[[Collection[str]], frozenset[str]]) -> int:
        return len(dead({"gone", "me"}))

    def resume_dropped(self) -> int:
        return 0

    def forget(self, *, finished_before: object, limit: int = 1000) -> int:
        return 0

    def close(self) -> None:
        raise AssertionError("dispatching closes nothing")


class Alive:
    """A presence that knows one dead process."""

    name = "me"

    def __init__(self, *, leads: bool = True) -> None:
        self._leads = leads

    def dead(self, names: Collection[str]) -> frozenset[str]:
        return frozenset(names) & {"gone"}

    def leads(self) -> bool:
        return self._leads

    def close(self) -> None:
        """Nothing to leave."""


def glance(mentions: Sequence[Mention]) -> Sequence[Understanding | None]:
    return [LATER[mention.external_id] for mention in mentions]


async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
    return [make_turn(mention, Decision.NO_REPLY) for mention in mentions]


def shed(mentions: Sequence[Mention]) -> Sequence[Turn]:
    return [make_turn(mention, Decision.HANDOFF) for mention in mentions]


def put(store: Store, *names: str) -> None:
    with store.begin() as tx:
        for name in names:
            tx.take_in(make_mention(name), at=NOW)


async def run(store: Store, work: Ledger, *, most_waiting: int = 100, limit: int = 9, clock: Clock = CLOCK) -> int:
    desk = Desk(
        store=store,
        glance=glance,
        respond=respond,
        work=work,
        presence=Alive(),
        pack=make_pack(),
        clock=clock,
        shed=shed,
        most_waiting=most_waiting,
    )
    return await dispatch(desk, limit=limit)


def places(work: Ledger) -> dict[str, int]:
    """Seconds of patience, by name."""
    first = place_in_line(URGENT, NOW)
    return {name: work.owed[make_mention(name).id] - first for name in LATER if make_mention(name).id in work.owed}


def decisions(store: Store) -> dict[str, Decision]:
    with store.read() as look:
        turns = {name: look.current_turn(make_mention(name).id) for name in LATER}
    return {name: record.turn.route.decision for name, record in turns.items() if record is not None}


async def test_what_is_owed_becomes_work_by_urgency_and_the_silent_is_settled() -> None:
    store, work = new_store(), Ledger()
    put(store, *LATER)
    assert await run(store, work) == 6
    assert places(work) == {"calm": 120, "usual": 60, "urgent": 0, "sensitive": 0, "unreadable": 0}
    assert decisions(store) == {"praise": Decision.NO_REPLY}
    assert await run(store, work) == 0


async def test_a_batch_is_no_larger_than_asked_for() -> None:
    store, work = new_store(), Ledger()
    put(store, "calm", "usual", "urgent")
    assert await run(store, work, limit=2) == 2
    assert await run(store, work, limit=2) == 2
    assert await run(store, work, limit=2) == 1
    assert await run(store, work, limit=2) == 0


async def test_too_much_goes_to_people_except_what_is_urgent() -> None:
    store, work = new_store(), Ledger()
    put(store, *LATER)
    assert await run(store, work, most_waiting=3) == 6
    assert decisions(store) == {
        "calm": Decision.HANDOFF,
        "usual": Decision.HANDOFF,
        "praise": Decision.NO_REPLY,
    }
    assert places(work) == {"urgent": 0, "sensitive": 0, "unreadable": 0}


async def test_while_the_engine_has_much_at_hand_the_rest_waits_in_its_row_by_rank() -> None:
    store, work = new_store(), Ledger()
    put(store, "calm", "usual", "urgent")
    before = [f"before-{number}" for number in range(AT_HAND // 2)]
    put(store, *before)
    with store.begin() as tx:
        tx.claim([make_mention(name).id for name in before], by=HANDED_OVER)
    assert await run(store, work, most_waiting=999) == 3
    assert places(work) == {"urgent": 0}
    later = SetClock(NOW + timedelta(minutes=2))
    assert await run(store, work, most_waiting=999, clock=later, limit=1) == 1
    assert places(work) == {"urgent": 0, "calm": 120}  # handed over two minutes later, and then with the urgent
    with store.begin() as tx:
        tx.add_turn(make_turn(make_mention(before[0])), at=NOW)
        tx.add_turn(make_turn(make_mention(before[1])), at=NOW)
        tx.add_turn(make_turn(make_mention(before[2])), at=NOW)
    assert await run(store, work, most_waiting=999) == 1  # another process could: the row says it all
    assert places(work) == {"urgent": 0, "calm": 120, "usual": 60}


async def test_while_anything_is_unread_only_the_urgent_is_taken_up() -> None:
    store, work = new_store(), Ledger()
    put(store, "calm", "urgent", "usual")
    assert await run(store, work, limit=2) == 2
    assert places(work) == {"urgent": 0}
    assert await run(store, work, limit=2) == 2
    assert places(work) == {"urgent": 0, "usual": 60, "calm": 120}


async def test_what_breaks_a_batch_leaves_each_of_it_as_work_of_its_own() -> None:
    store, work = new_store(), Ledger()
    put(store, "calm", "unheard of")
    assert await run(store, work) == 2
    first = place_in_line(URGENT, NOW)
    assert work.owed == {make_mention(name).id: first for name in ("calm", "unheard of")}
    assert await run(store, work) == 0


async def test_only_the_leader_gives_back_what_the_dead_held() -> None:
    store, work = new_store(), Ledger()
    put(store, "calm", "usual", "urgent")
    with store.begin() as tx:
        tx.claim([make_mention("calm").id], by="gone")
        tx.claim([make_mention("usual").id], by="me")
        tx.claim([make_mention("urgent").id], by=HANDED_OVER)
    kept = {"store": store, "work": work, "brand_id": "skylark", "clock": SetClock()}
    assert recover(presence=Alive(leads=False), **kept) == 0  # type: ignore[arg-type]  # the same four
    assert recover(presence=Alive(), **kept) == 2  # type: ignore[arg-type]
    with store.begin() as tx:
        free = tx.claim_mentions(brand_id="skylark", by="x", limit=9)
    assert [mention.external_id for mention in free] == ["calm"]
