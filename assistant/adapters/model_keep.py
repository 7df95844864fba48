"""What is remembered of calls to a model: spending, the circuit, answers. Here in one process, forgotten with it."""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from threading import Lock
from typing import Protocol

from assistant.domain.value import Value


class Spent(Value):
    """Tokens and dollars within a time."""

    tokens: int = 0
    usd: float = 0.0


class CircuitState(Value):
    """How a server does: failures in a row, how long it is left alone, until when, and who tries it until when."""

    failed: int = 0
    rest_s: float | None = None
    open_until: datetime | None = None
    trying_until: datetime | None = None


class ModelKeep(Protocol):
    """Where budget, breaker and cache remember. Each call is one step that no other call, thread or process divides."""

    def spend(self, wanted: Spent, *, at: datetime, since: datetime, check: Callable[[Spent], None]) -> str:
        """Add a spending and return its id, unless `check` raises of the sum after `since` with it."""
        ...

    def respend(self, spending_id: str, exact: Spent) -> None:
        """Replace what a spending came to; one that is older than an hour may be gone."""
        ...

    def circuit(self) -> CircuitState:
        """Where the circuit stands."""
        ...

    def change_circuit(self, change: Callable[[CircuitState], CircuitState]) -> None:
        """Move it on; what `change` raises leaves it as it was."""
        ...

    def answer(self, key: str, *, at: datetime) -> str | None:
        """The answer kept under this key, or None."""
        ...

    def keep_answer(self, key: str, body: str, *, at: datetime, until: datetime, most: int) -> None:
        """Keep it until then at most; beyond `most` answers older ones go."""
        ...


@dataclass
class _Spending:
    id: str
    at: datetime
    spent: Spent


class MemoryKeep:
    """A `ModelKeep` of one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._numbers = count(1)
        self._spendings: deque[_Spending] = deque()
        self._circuit = CircuitState()
        self._answers: OrderedDict[str, tuple[str, datetime]] = OrderedDict()

    def spend(self, wanted: Spent, *, at: datetime, since: datetime, check: Callable[[Spent], None]) -> str:
        with self._lock:
            while self._spendings and self._spendings[0].at <= since:
                self._spendings.popleft()
            tokens = sum(each.spent.tokens for each in self._spendings) + wanted.tokens
            usd = sum(each.spent.usd for each in self._spendings) + wanted.usd
            check(Spent(tokens=tokens, usd=usd))
            added = _Spending(str(next(self._numbers)), at, wanted)
            self._spendings.append(added)
            return added.id

    def respend(self, spending_id: str, exact: Spent) -> None:
        with self._lock:
            for each in self._spendings:
                if each.id == spending_id:
                    each.spent = exact

    def circuit(self) -> CircuitState:
        return self._circuit

    def change_circuit(self, change: Callable[[CircuitState], CircuitState]) -> None:
        with self._lock:
            self._circuit = change(self._circuit)

    def answer(self, key: str, *, at: datetime) -> str | None:
        with self._lock:
            body, until = self._answers.get(key, ("", at))
            if until <= at:
                self._answers.pop(key, None)
                return None
            self._answers.move_to_end(key)
            return body

    def keep_answer(self, key: str, body: str, *, at: datetime, until: datetime, most: int) -> None:
        with self._lock:
            self._answers[key] = (body, until)
            self._answers.move_to_end(key)
            while len(self._answers) > most:
                self._answers.popitem(last=False)
