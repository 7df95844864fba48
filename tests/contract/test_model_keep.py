"""What every keep of a model's limits promises: in one process, and in the store for all of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from tempfile import TemporaryDirectory

import pytest
from pydantic import BaseModel

from assistant.adapters.circuit_breaker import Circuit, CircuitBreaker
from assistant.adapters.guarded_chat import AnswerCache, GuardedChat
from assistant.adapters.model_budget import ModelBudget
from assistant.adapters.model_keep import CircuitState, MemoryKeep, ModelKeep, Spent
from assistant.adapters.scripted import ScriptedChat
from assistant.adapters.sql.store import SqlStore
from assistant.errors import ModelBudgetSpent, ModelResting, ModelUnavailable
from tests import postgres
from tests.desk_builders import NOW, SetClock
from tests.stores import new_store

HOUR = timedelta(hours=1)
Keeps = tuple[ModelKeep, ModelKeep]
"""Two views of one keep, as two processes have them."""


pytestmark = pytest.mark.xdist_group("postgres")


@contextmanager
def _url(kind: str) -> Iterator[str]:
    if kind == "postgres":
        with postgres.store_database() as url:
            yield url
    else:
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/store.db"


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def keeps(request: pytest.FixtureRequest) -> Iterator[Keeps]:
    if request.param == "memory":
        one = MemoryKeep()
        yield one, one
        return
    with _url(request.param) as url:
        stores = SqlStore(url), SqlStore(url)
        yield stores[0].model_keep(), stores[1].model_keep()
        for store in stores:
            store.close()


def _most(tokens: int) -> Callable[[Spent], None]:
    def check(total: Spent) -> None:
        if total.tokens > tokens:
            raise ModelBudgetSpent(f"{total.tokens}")

    return check


def test_spending_adds_up_over_all_and_within_the_hour(keeps: Keeps) -> None:
    one, other = keeps
    first = one.spend(Spent(tokens=60, usd=0.5), at=NOW, since=NOW - HOUR, check=_most(100))
    with pytest.raises(ModelBudgetSpent, match="120"):
        other.spend(Spent(tokens=60), at=NOW, since=NOW - HOUR, check=_most(100))
    one.respend(first, Spent(tokens=40))
    other.spend(Spent(tokens=60), at=NOW, since=NOW - HOUR, check=_most(100))
    later = NOW + HOUR
    one.spend(Spent(tokens=100), at=later, since=NOW, check=_most(100))
    other.respend(first, Spent(tokens=1))
    one.respend("gone", Spent())


def test_the_circuit_is_one_for_all(keeps: Keeps) -> None:
    one, other = keeps
    assert one.circuit() == CircuitState()
    one.change_circuit(lambda state: state.model_copy(update={"failed": state.failed + 1, "open_until": NOW}))
    other.change_circuit(lambda state: state.model_copy(update={"failed": state.failed + 1}))
    assert one.circuit() == CircuitState(failed=2, open_until=NOW)


def test_answers_are_found_by_all_until_their_time_is_over(keeps: Keeps) -> None:
    one, other = keeps
    one.keep_answer("a", "{}", at=NOW, until=NOW + HOUR, most=2)
    one.keep_answer("a", '{"x": 1}', at=NOW, until=NOW + HOUR, most=2)
    assert other.answer("a", at=NOW + HOUR - timedelta(seconds=1)) == '{"x": 1}'
    assert (other.answer("a", at=NOW + HOUR), other.answer("b", at=NOW)) == (None, None)
    for number, key in enumerate(("b", "c", "d"), start=1):
        one.keep_answer(key, "{}", at=NOW, until=NOW + HOUR + timedelta(seconds=number), most=2)
    assert [other.answer(key, at=NOW) for key in "bcd"] == [None, "{}", "{}"]


class Colour(BaseModel):
    name: str


def _guarded(script: ScriptedChat, keep: ModelKeep, clock: SetClock, tokens: int | None = None) -> GuardedChat:
    return GuardedChat(
        script,
        cache=AnswerCache(clock, keep=keep),
        budget=ModelBudget(clock, tokens=tokens, keep=keep),
        breaker=CircuitBreaker(clock, failures=2, rest_s=10, keep=keep),
    )


async def _ask(chat: GuardedChat, user: str) -> object:
    return await chat.complete(system="You name colours.", user=user, into=Colour)


async def test_two_processes_share_answers_budget_and_circuit(keeps: Keeps) -> None:
    clock, away = SetClock(), ModelUnavailable("away")
    ours, theirs = ScriptedChat([{"name": "red"}, away]), ScriptedChat([away, {"name": "blue"}])
    one, other = _guarded(ours, keeps[0], clock), _guarded(theirs, keeps[1], clock)
    await _ask(one, "Of a tomato?")
    assert await _ask(other, "Of a tomato?") == (Colour(name="red"), {"cached": 1})
    for chat in (one, other):
        with pytest.raises(ModelUnavailable, match="away"):
            await _ask(chat, "Of a plum?")
    for chat in (one, other):
        with pytest.raises(ModelResting):
            await _ask(chat, "Of a plum?")
    clock.forward(10)
    await _ask(other, "Of a plum?")
    assert one._breaker.state is Circuit.CLOSED
    poor = _guarded(ScriptedChat([{"name": "green"}]), keeps[0], clock, tokens=320)
    with pytest.raises(ModelBudgetSpent):  # what the two spent counts
        await _ask(poor, "Of grass?")


def test_a_try_whose_process_died_is_not_waited_for_for_ever(keeps: Keeps) -> None:
    clock = SetClock()
    died, lives = (CircuitBreaker(clock, failures=1, rest_s=10, keep=keep) for keep in keeps)
    died.failed()
    clock.forward(10)
    died.admit()
    with pytest.raises(ModelResting):
        lives.admit()
    clock.forward(120)
    lives.admit()
    lives.succeeded()
    assert died.state is Circuit.CLOSED


async def test_a_store_that_is_away_spends_nothing() -> None:
    store, script = new_store(), ScriptedChat([{"name": "red"}])
    chat = _guarded(script, store.model_keep(), SetClock())
    with store.begin() as tx:
        tx._connection.exec_driver_sql("DROP TABLE model_answers")
    with pytest.raises(ModelUnavailable, match="limits can't be read"):
        await _ask(chat, "Of a tomato?")
    assert script.asked == []
    store.close()


def test_scrubbing_forgets_answers_past_their_time() -> None:
    store = new_store()
    keep = store.model_keep()
    keep.keep_answer("old", "{}", at=NOW, until=NOW, most=9)
    store.scrub()
    assert keep.answer("old", at=NOW - HOUR) is None
    store.close()
