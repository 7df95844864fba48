"""Leaves a failing server alone for a while, then tries it with one call before trusting it again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from assistant.errors import ModelResting

FAILURES = 5
"""Failures in a row that open the circuit; each has its own transport retries behind it."""
REST_S = 15.0
LONGEST_REST_S = 240.0


class Circuit(StrEnum):
    """Closed lets every call through, open none, half-open one."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class CircuitBreaker:
    """Closed until `failures` calls in a row failed; then open for `rest_s` seconds, then half-open.

    The one call let through half-open closes it where it succeeds; where it fails, the rest doubles, up to
    `longest_rest_s`. Every `admit` must be followed by `succeeded`, `failed` or `left_open`.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        failures: int = FAILURES,
        rest_s: float = REST_S,
        longest_rest_s: float = LONGEST_REST_S,
    ) -> None:
        self._clock = clock
        self._most = failures
        self._first_rest_s = self._rest_s = rest_s
        self._longest_rest_s = longest_rest_s
        self._failed = 0
        self._open_until: datetime | None = None
        self._trying = False

    @property
    def state(self) -> Circuit:
        """Where it stands now."""
        if self._open_until is None:
            return Circuit.CLOSED
        return Circuit.OPEN if self._trying or self._clock() < self._open_until else Circuit.HALF_OPEN

    def admit(self) -> None:
        """Raises `ModelResting` where no call may go out now."""
        match self.state:
            case Circuit.OPEN:
                raise ModelResting("the model's server failed several times in a row and is left alone for a while")
            case Circuit.HALF_OPEN:
                self._trying = True
            case Circuit.CLOSED:
                pass

    def succeeded(self) -> None:
        """The server answered."""
        self._failed, self._open_until, self._trying = 0, None, False
        self._rest_s = self._first_rest_s

    def failed(self) -> None:
        """The server didn't answer, or not usefully."""
        self._failed += 1
        if self._trying:
            self._rest_s = min(2 * self._rest_s, self._longest_rest_s)
        if self._trying or (self._failed >= self._most and self._open_until is None):
            self._open_until = self._clock() + timedelta(seconds=self._rest_s)
        self._trying = False

    def left_open(self) -> None:
        """The call ended without saying anything of the server: it was cancelled."""
        self._trying = False
