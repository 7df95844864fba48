"""Breaker, budget and cache around a model: what each lets through, and when."""

import pytest
from pydantic import BaseModel

from assistant.adapters.circuit_breaker import Circuit, CircuitBreaker
from assistant.adapters.guarded_chat import EXPECTED_OUT, AnswerCache, GuardedChat
from assistant.adapters.model_budget import OWN_MACHINES, ModelBudget, Prices
from assistant.adapters.scripted import ScriptedChat
from assistant.errors import ModelBudgetSpent, ModelOutputInvalid, ModelResting, ModelUnavailable
from tests.desk_builders import SetClock


class Colour(BaseModel):
    name: str


RED = {"name": "red"}


def guarded(
    script: ScriptedChat,
    clock: SetClock,
    *,
    tokens: int | None = None,
    usd: float | None = None,
    prices: Prices = OWN_MACHINES,
    cached: int = 10,
    failures: int = 2,
) -> GuardedChat:
    return GuardedChat(
        script,
        cache=AnswerCache(clock, size=cached),
        budget=ModelBudget(clock, tokens=tokens, usd=usd, prices=prices),
        breaker=CircuitBreaker(clock, failures=failures, rest_s=10, longest_rest_s=25),
    )


async def ask(chat: GuardedChat, user: str = "Of a tomato?") -> object:
    return await chat.complete(system="You name colours.", user=user, into=Colour)


async def test_a_known_answer_is_given_again_without_the_server() -> None:
    script, clock = ScriptedChat([RED, RED, RED]), SetClock()
    chat = guarded(script, clock)
    assert await ask(chat) == (Colour(name="red"), {"in": 10, "out": 5})
    assert await ask(chat) == (Colour(name="red"), {"cached": 1})
    assert await ask(chat, "Of a plum?") == (Colour(name="red"), {"in": 10, "out": 5})
    clock.forward(3600)
    assert await ask(chat) == (Colour(name="red"), {"in": 10, "out": 5})


async def test_the_answer_not_asked_for_longest_makes_room() -> None:
    script, clock = ScriptedChat([RED] * 4), SetClock()
    chat = guarded(script, clock, cached=2)
    for user in ("a", "b", "a", "c", "a"):
        await ask(chat, user)
    assert [asked.user for asked in script.asked] == ["a", "b", "c"]
    await ask(chat, "b")
    assert len(script.asked) == 4


async def test_failures_in_a_row_open_the_circuit_and_one_try_closes_it() -> None:
    away = ModelUnavailable("away")
    script, clock = ScriptedChat([away, RED, away, away, RED]), SetClock()
    chat = guarded(script, clock)
    for user in "abc":
        if user == "b":
            await ask(chat, user)
            continue
        with pytest.raises(ModelUnavailable, match="away"):
            await ask(chat, user)
    with pytest.raises(ModelUnavailable, match="away"):
        await ask(chat, "d")
    assert len(script.asked) == 4
    with pytest.raises(ModelResting):
        await ask(chat, "e")
    assert len(script.asked) == 4
    clock.forward(10)
    await ask(chat, "e")
    assert chat._breaker.state is Circuit.CLOSED


def test_half_open_lets_one_call_through_and_rests_longer_each_time_it_fails() -> None:
    clock = SetClock()
    breaker = CircuitBreaker(clock, failures=1, rest_s=10, longest_rest_s=25)
    breaker.admit()
    breaker.failed()
    rests = []
    for _ in range(3):
        waited = 0
        while breaker.state is Circuit.OPEN:
            clock.forward(1)
            waited += 1
        rests.append(waited)
        breaker.admit()
        with pytest.raises(ModelResting):
            breaker.admit()
        breaker.failed()
    assert rests == [10, 20, 25]
    clock.forward(25)
    breaker.admit()
    breaker.left_open()
    breaker.admit()
    breaker.succeeded()
    assert breaker.state is Circuit.CLOSED


async def test_a_wrong_shape_says_nothing_of_the_server_and_is_paid_for() -> None:
    script, clock = ScriptedChat(["no", "no", "no", RED]), SetClock()
    chat = guarded(script, clock, tokens=3 * (EXPECTED_OUT + 10))
    for user in "abc":
        with pytest.raises(ModelOutputInvalid):
            await ask(chat, user)
    assert chat._breaker.state is Circuit.CLOSED
    with pytest.raises(ModelBudgetSpent, match="tokens an hour"):
        await ask(chat, "d")
    clock.forward(3600)
    assert await ask(chat, "d") == (Colour(name="red"), {"in": 10, "out": 5})


async def test_what_never_reached_the_server_costs_nothing() -> None:
    script, clock = ScriptedChat([ModelUnavailable("away")] * 3 + [RED]), SetClock()
    chat = guarded(script, clock, tokens=EXPECTED_OUT + 20, failures=9)
    for user in "abc":
        with pytest.raises(ModelUnavailable):
            await ask(chat, user)
    assert await ask(chat, "d") == (Colour(name="red"), {"in": 10, "out": 5})


def test_money_is_counted_by_price_and_within_any_hour() -> None:
    clock = SetClock()
    budget = ModelBudget(clock, usd=0.01, prices=Prices(usd_per_million_in=1.0, usd_per_million_out=10.0))
    budget.settle(budget.reserve(1000, 300), 4000, 500)  # 0.009 USD
    with pytest.raises(ModelBudgetSpent, match=r"0\.01 USD an hour"):
        budget.reserve(1000, 300)
    clock.forward(3599)
    with pytest.raises(ModelBudgetSpent):
        budget.reserve(1000, 300)
    clock.forward(1)
    budget.reserve(1000, 300)


def test_calls_at_the_same_time_cant_spend_the_same_remainder() -> None:
    budget = ModelBudget(SetClock(), tokens=1000)
    budget.reserve(400, 200)
    with pytest.raises(ModelBudgetSpent):
        budget.reserve(400, 200)
