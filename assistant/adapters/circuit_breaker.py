"""Leaves a failing server alone for a while, then tries it with one call before trusting it again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from assistant.adapters.model_keep import CircuitState, MemoryKeep, ModelKeep
from assistant.errors import ModelResting

FAILURES = 5
"""Failures in a row that open the circuit; each has its own transport retries behind it."""
REST_S = 15.0
LONGEST_REST_S = 240.0
TRY_S = 120.0
"""Longer than any call's deadline and its retries."""


class Circuit(StrEnum):
    """Closed lets every call through, open none, half-open one."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class CircuitBreaker:
    """Closed until `failures` calls in a row failed; then open for `rest_s` seconds, then half-open.

    The one call let through half-open closes it where it succeeds; where it fails, the rest doubles, up to
    `longest_rest_s`. Every `admit` must be followed by `succeeded`, `failed` or `left_open`; a try nothing more is
    heard of, its process died, counts for `TRY_S`.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        failures: int = FAILURES,
        rest_s: float = REST_S,
        longest_rest_s: float = LONGEST_REST_S,
        keep: ModelKeep | None = None,
    ) -> None:
        self._clock = clock
        self._most = failures
        self._rest_s = rest_s
        self._longest_rest_s = longest_rest_s
        self._keep = keep or MemoryKeep()

    @property
    def state(self) -> Circuit:
        """Where it stands now."""
        return self._standing(self._keep.circuit())

    def admit(self) -> None:
        """Raises `ModelResting` where no call may go out now."""
        if self.state is not Circuit.CLOSED:
            self._keep.change_circuit(self._tried)

    def succeeded(self) -> None:
        """The server answered."""
        if self._keep.circuit() != CircuitState():
            self._keep.change_circuit(lambda _: CircuitState())

    def failed(self) -> None:
        """The server didn't answer, or not usefully."""
        self._keep.change_circuit(self._worse)

    def left_open(self) -> None:
        """The call ended without saying anything of the server: it was cancelled."""
        if self._keep.circuit().trying_until is not None:
            self._keep.change_circuit(lambda state: state.model_copy(update={"trying_until": None}))

    def _standing(self, state: CircuitState) -> Circuit:
        now = self._clock()
        if state.open_until is None:
            return Circuit.CLOSED
        being_tried = state.trying_until is not None and now < state.trying_until
        return Circuit.OPEN if being_tried or now < state.open_until else Circuit.HALF_OPEN

    def _tried(self, state: CircuitState) -> CircuitState:
        match self._standing(state):
            case Circuit.OPEN:
                raise ModelResting("the model's server failed several times in a row and is left alone for a while")
            case Circuit.HALF_OPEN:
                return state.model_copy(update={"trying_until": self._clock() + timedelta(seconds=TRY_S)})
            case Circuit.CLOSED:
                return state

    def _worse(self, state: CircuitState) -> CircuitState:
        rest_s = state.rest_s or self._rest_s
        tried, failed = state.trying_until is not None, state.failed + 1
        if tried:
            rest_s = min(2 * rest_s, self._longest_rest_s)
        opens = tried or (failed >= self._most and state.open_until is None)
        until = self._clock() + timedelta(seconds=rest_s) if opens else state.open_until
        return CircuitState(failed=failed, rest_s=rest_s, open_until=until)
