"""A chat model behind a cache, an hourly budget and a circuit breaker, in this order."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import BaseModel

from assistant.adapters.circuit_breaker import CircuitBreaker
from assistant.adapters.model_budget import ModelBudget
from assistant.errors import ModelOutputInvalid, ModelUnavailable
from assistant.ports import ChatModel, Filled
from assistant.ports.drafting import Show, WatchedChat

CACHED = 1024
"""Answers kept; a few kilobytes each."""
CACHED_FOR = timedelta(hours=1)
"""An answer holds words about a customer's message: it must be gone soon after the message is."""
CHARACTERS_PER_TOKEN = 4
"""English text and JSON; what a prompt is reckoned to cost before the server counts it."""
EXPECTED_OUT = 300
"""Tokens a structured reply of a few sentences takes."""


class _Kept(NamedTuple):
    answer: BaseModel
    until: datetime


class AnswerCache:
    """The newest answers by content: model, prompts and schema. In memory only, bounded in number and age."""

    def __init__(self, clock: Callable[[], datetime], *, size: int = CACHED) -> None:
        self._clock = clock
        self._size = size
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def get(self, key: str) -> BaseModel | None:
        """The answer under this key, or None."""
        found = self._kept.get(key)
        if found is None or found.until <= self._clock():
            self._kept.pop(key, None)
            return None
        self._kept.move_to_end(key)
        return found.answer

    def put(self, key: str, answer: BaseModel) -> None:
        """Keep an answer; the one not asked for longest makes room."""
        self._kept[key] = _Kept(answer, self._clock() + CACHED_FOR)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)


class GuardedChat:
    """A `ChatModel`. A known answer costs nothing: its tokens count as `{"cached": 1}`.

    Raises `ModelBudgetSpent` and `ModelResting` without calling the server. An answer of a wrong shape is paid for,
    by estimate, and counts neither for nor against the server in the breaker.
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
        known = self._cache.get(key)
        if isinstance(known, into):
            return known, {"cached": 1}
        expected_in = (len(system) + len(user)) // CHARACTERS_PER_TOKEN
        reserved = self._budget.reserve(expected_in, EXPECTED_OUT)
        try:
            answer, tokens = await self._admitted(system, user, into)
        except ModelOutputInvalid:
            raise  # the server worked on it and will charge for it
        except BaseException:
            self._budget.settle(reserved, 0, 0)
            raise
        counted = tokens.get("in", 0) or expected_in, tokens.get("out", 0) or EXPECTED_OUT
        self._budget.settle(reserved, *counted)
        self._cache.put(key, answer)
        return answer, tokens

    async def _admitted(self, system: str, user: str, into: type[Filled]) -> tuple[Filled, Mapping[str, int]]:
        self._breaker.admit()
        try:
            answered = await self._asked.complete(system=system, user=user, into=into)
        except ModelUnavailable:
            self._breaker.failed()
            raise
        except BaseException:
            self._breaker.left_open()
            raise
        self._breaker.succeeded()
        return answered


def _key(model: str, system: str, user: str, into: type[BaseModel]) -> str:
    schema = json.dumps(into.model_json_schema(), sort_keys=True)
    return hashlib.sha256("\0".join((model, schema, system, user)).encode("utf-8", "surrogatepass")).hexdigest()
