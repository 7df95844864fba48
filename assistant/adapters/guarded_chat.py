"""A chat model behind a cache, an hourly budget and a circuit breaker, in this order."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

from pydantic import BaseModel, ValidationError

from assistant.adapters.circuit_breaker import CircuitBreaker
from assistant.adapters.model_budget import ModelBudget
from assistant.adapters.model_keep import MemoryKeep, ModelKeep
from assistant.errors import ModelOutputInvalid, ModelUnavailable, StoreUnavailable
from assistant.ports import ChatModel, Filled
from assistant.ports.drafting import Show, WatchedChat

Given = ParamSpec("Given")
Result = TypeVar("Result")

CACHED = 1024
"""Answers kept; a few kilobytes each."""
CACHED_FOR = timedelta(hours=1)
"""An answer holds words about a customer's message: it must be gone soon after the message is."""
CHARACTERS_PER_TOKEN = 4
"""English text and JSON; what a prompt is reckoned to cost before the server counts it."""
EXPECTED_OUT = 300
"""Tokens a structured reply of a few sentences takes."""


class AnswerCache:
    """The newest answers by content: model, prompts and schema. Bounded in number and age."""

    def __init__(self, clock: Callable[[], datetime], *, size: int = CACHED, keep: ModelKeep | None = None) -> None:
        self._clock = clock
        self._size = size
        self._keep = keep or MemoryKeep()

    def get(self, key: str, into: type[Filled]) -> Filled | None:
        """The answer under this key, or None; what was kept for another form of the schema is none."""
        found = self._keep.answer(key, at=self._clock())
        try:
            return into.model_validate_json(found) if found is not None else None
        except ValidationError:
            return None

    def put(self, key: str, answer: BaseModel) -> None:
        """Keep an answer; older ones make room."""
        now = self._clock()
        self._keep.keep_answer(key, answer.model_dump_json(), at=now, until=now + CACHED_FOR, most=self._size)


class GuardedChat:
    """A `ChatModel`. A known answer costs nothing: its tokens count as `{"cached": 1}`.

    Raises `ModelBudgetSpent` and `ModelResting` without calling the server, and `ModelUnavailable` where the limits
    can't be read. An answer of a wrong shape is paid for, by estimate, and counts neither for nor against the server in
    the breaker.
    """

    def __init__(self, chat: WatchedChat, *, cache: AnswerCache, budget: ModelBudget, breaker: CircuitBreaker) -> None:
        self._chat = chat
        self._asked: ChatModel = chat
        self._cache = cache
        self._budget = budget
        self._breaker = breaker

    @property
    def name(self) -> str:
        return self._chat.name

    def watched(self, show: Show) -> ChatModel:
        """The same limits and the same cache; a known answer is shown to nobody before it is checked."""
        seen = GuardedChat(self._chat, cache=self._cache, budget=self._budget, breaker=self._breaker)
        seen._asked = self._chat.watched(show)
        return seen

    async def complete(self, *, system: str, user: str, into: type[Filled]) -> tuple[Filled, Mapping[str, int]]:
        key = _key(self.name, system, user, into)
        known = await _aside(self._cache.get, key, into)
        if known is not None:
            return known, {"cached": 1}
        expected_in = (len(system) + len(user)) // CHARACTERS_PER_TOKEN
        reserved = await _aside(self._budget.reserve, expected_in, EXPECTED_OUT)
        try:
            answer, tokens = await self._admitted(system, user, into)
        except ModelOutputInvalid:
            raise  # the server worked on it and will charge for it
        except BaseException:
            await _aside(self._budget.settle, reserved, 0, 0)
            raise
        counted = tokens.get("in", 0) or expected_in, tokens.get("out", 0) or EXPECTED_OUT
        await _aside(self._budget.settle, reserved, *counted)
        await _aside(self._cache.put, key, answer)
        return answer, tokens

    async def _admitted(self, system: str, user: str, into: type[Filled]) -> tuple[Filled, Mapping[str, int]]:
        await _aside(self._breaker.admit)
        try:
            answered = await self._asked.complete(system=system, user=user, into=into)
        except ModelUnavailable:
            await _aside(self._breaker.failed)
            raise
        except BaseException:
            await _aside(self._breaker.left_open)
            raise
        await _aside(self._breaker.succeeded)
        return answered


async def _aside(call: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """In a thread: the keep may be a database. Without it nothing is spent."""
    try:
        return await asyncio.to_thread(call, *args, **named)
    except StoreUnavailable as away:
        raise ModelUnavailable(f"the model's limits can't be read: {away}") from away


def _key(model: str, system: str, user: str, into: type[BaseModel]) -> str:
    schema = json.dumps(into.model_json_schema(), sort_keys=True)
    return hashlib.sha256("\0".join((model, schema, system, user)).encode("utf-8", "surrogatepass")).hexdigest()
