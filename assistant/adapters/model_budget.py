"""What the model may cost within any hour, in tokens and in money. Counted in this process, forgotten with it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.errors import ModelBudgetSpent

WINDOW = timedelta(hours=1)


@dataclass(frozen=True)
class Prices:
    """US dollars for a million tokens in and out; 0 where the model runs on machines of one's own."""

    usd_per_million_in: float = 0.0
    usd_per_million_out: float = 0.0

    def usd(self, tokens_in: int, tokens_out: int) -> float:
        """What these tokens cost."""
        return (tokens_in * self.usd_per_million_in + tokens_out * self.usd_per_million_out) / 1_000_000


OWN_MACHINES = Prices()


@dataclass
class Spending:
    """Tokens and dollars of one call: estimated while it runs, exact afterwards."""

    at: datetime
    tokens: int
    usd: float


class ModelBudget:
    """At most `tokens` and `usd` within any sixty minutes; None sets no limit.

    A call reserves what it will cost by estimate before it goes out, so that calls at the same time can't spend
    the same remainder; afterwards the reservation becomes what the server counted.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        tokens: int | None = None,
        usd: float | None = None,
        prices: Prices = OWN_MACHINES,
    ) -> None:
        self._clock = clock
        self._tokens = tokens
        self._usd = usd
        self._prices = prices
        self._spent: deque[Spending] = deque()

    def reserve(self, tokens_in: int, tokens_out: int) -> Spending:
        """Raises `ModelBudgetSpent` where the call would go beyond a limit."""
        now = self._clock()
        while self._spent and self._spent[0].at <= now - WINDOW:
            self._spent.popleft()
        wanted = Spending(now, tokens_in + tokens_out, self._prices.usd(tokens_in, tokens_out))
        tokens = sum(each.tokens for each in self._spent) + wanted.tokens
        usd = sum(each.usd for each in self._spent) + wanted.usd
        if self._tokens is not None and tokens > self._tokens:
            raise ModelBudgetSpent(f"the model's budget of {self._tokens} tokens an hour is spent")
        if self._usd is not None and usd > self._usd:
            raise ModelBudgetSpent(f"the model's budget of {self._usd:g} USD an hour is spent")
        self._spent.append(wanted)
        return wanted

    def settle(self, reserved: Spending, tokens_in: int, tokens_out: int) -> None:
        """Replace the estimate by what was counted; 0 and 0 give it back."""
        reserved.tokens, reserved.usd = tokens_in + tokens_out, self._prices.usd(tokens_in, tokens_out)
