"""Intake in groups: each caller hears of its own mention, after the commit."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from assistant.adapters.sql.reading import SqlReading
from assistant.adapters.sql.transaction import SqlTransaction
from assistant.desk.agents import add_agent
from assistant.domain.agent import Role
from assistant.errors import Overloaded, SignInNeeded, StoreUnavailable
from assistant.ports import Store
from assistant.workflows import intake_groups
from assistant.workflows.intake_groups import IntakeGroups
from tests.builders import QuickPasswords
from tests.desk_builders import NOW, SetClock, make_mention
from tests.stores import new_store

PASSWORD = "correct horse battery"


class Counting:
    """A real store that counts commits, waits where a test says so, and refuses one mention."""

    def __init__(self) -> None:
        self.store = new_store()
        self.commits = 0
        self.gate = threading.Event()
        self.gate.set()

    @contextmanager
    def begin(self) -> Iterator[SqlTransaction]:
        self.gate.wait(30)
        with self.store.begin() as tx:
            yield tx
        self.commits += 1

    def read(self) -> AbstractContextManager[SqlReading]:
        return self.store.read()


def groups_on(store: object) -> IntakeGroups:
    typed: Store = store  # type: ignore[assignment]  # intake only begins transactions
    return IntakeGroups(typed, SetClock())


async def test_what_arrives_during_a_commit_is_kept_by_the_next_one() -> None:
    store = Counting()
    groups = groups_on(store)
    store.gate.clear()
    first = groups.put(make_mention("0"))
    rest = [groups.put(make_mention(str(number))) for number in range(1, 50)]
    again = groups.put(make_mention("1"))
    store.gate.set()
    taken = [await each for each in [first, *rest, again]]
    assert store.commits <= 2
    assert [each.new for each in taken] == [True] * 50 + [False]
    assert taken[-1].conversation_id == taken[1].conversation_id
    groups.close()


async def test_one_impossible_mention_fails_alone() -> None:
    store = Counting()
    groups = groups_on(store)
    store.gate.clear()
    good = groups.put(make_mention("0"))
    bad = groups.put(make_mention("1").model_copy(update={"id": None}))
    other = groups.put(make_mention("2"))
    store.gate.set()
    assert (await good).new
    assert (await other).new
    with pytest.raises(IntegrityError):
        await bad
    groups.close()


async def test_more_than_may_wait_is_refused_and_says_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_groups, "MOST_WAITING", 2)
    store = Counting()
    groups = groups_on(store)
    store.gate.clear()
    kept = [groups.put(make_mention("0"))]
    with pytest.raises(Overloaded, match="send this one again") as refused:  # noqa: PT012  # one of these is too many
        for number in range(1, 9):
            kept += [groups.put(make_mention(str(number)))]
    assert refused.value.retry_after_s == 5
    store.gate.set()
    assert all([(await each).new for each in kept])
    groups.close()


async def test_a_sender_nobody_asked_is_refused_from_the_first_agent_on_and_others_are_not() -> None:
    store = Counting()
    groups = groups_on(store)
    assert (await groups.put(make_mention("0"), unasked=True)).new
    store.gate.clear()
    first = groups.put(make_mention("1"))
    asked, unasked = groups.put(make_mention("2")), groups.put(make_mention("3"), unasked=True)
    with store.store.begin() as tx:
        add_agent(tx, name="Ana", role=Role.ADMIN, queues=(), password=PASSWORD, passwords=QuickPasswords(), at=NOW)
    store.gate.set()
    assert (await first).new
    assert (await asked).new
    with pytest.raises(SignInNeeded):
        await unasked
    groups.close()


async def test_closing_keeps_what_waits() -> None:
    store = Counting()
    groups = groups_on(store)
    kept = [groups.put(make_mention(str(number))) for number in range(20)]
    groups.close()
    assert all([(await each).new for each in kept])
    with store.store.read() as look:
        assert look.backlog(brand_id="skylark", limit=99) == 20


async def test_whoever_went_away_keeps_nobody_from_being_told() -> None:
    store = Counting()
    groups = groups_on(store)
    store.gate.clear()
    gone, there = groups.put(make_mention("0")), groups.put(make_mention("1"))
    gone.cancel()
    store.gate.set()
    assert (await there).new
    assert not (await groups.put(make_mention("0"))).new
    groups.close()


async def test_where_no_worker_lives_what_came_is_unfolded_as_soon_as_it_is_quiet() -> None:
    store = Counting()
    groups = groups_on(store)
    taken = await groups.put(make_mention("0"))

    def unfolded() -> bool:
        with store.store.read() as look:
            return bool(look.unanswered(brand_id="skylark", limit=9))

    while not unfolded():  # noqa: ASYNC110  # the store tells nobody
        await asyncio.sleep(0.01)
    with store.store.read() as look:
        assert [each.external_id for each in look.detail(taken.conversation_id).mentions] == ["0"]
    groups.close()


class Away:
    """A store that is away."""

    def begin(self) -> AbstractContextManager[SqlTransaction]:
        raise StoreUnavailable("the database server was stopped")

    def read(self) -> AbstractContextManager[SqlReading]:
        raise StoreUnavailable("the database server was stopped")


async def test_a_store_that_is_away_is_told_of_less_and_less_often() -> None:
    groups = groups_on(Away())
    with capture_logs() as told:
        with pytest.raises(StoreUnavailable):
            await groups.put(make_mention("0"))
        await asyncio.sleep(1.2)
        groups.close()
    assert 2 <= len(told) <= 5  # after .05, .15, .35 and .75 s; every .05 s they were 24
    assert {each["problem"] for each in told} == {"the database server was stopped"}
