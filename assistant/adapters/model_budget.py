"""What the model may cost within any hour, in tokens and in money; counted where its keep counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.adapters.model_keep import MemoryKeep, ModelKeep, Spent
from assistant.errors import ModelBudgetSpent

WINDOW = timedelta(hours=1)


@dataclass(frozen=True)
class Prices:
    """US dollars for a million tokens in and out; 0 where the model runs on machines of one's own."""

    usd_per_million_in: float = 0.0
    usd_per_million_out: float = 0.0

    def spent(self, tokens_in: int, tokens_out: int) -> Spent:
        """What these tokens come to."""
        usd = (tokens_in * self.usd_per_million_in + tokens_out * self.usd_per_million_out) / 1_000_000
        return Spent(tokens=tokens_in + tokens_out, usd=usd)


OWN_MACHINES = Prices()


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
        keep: ModelKeep | None = None,
    ) -> None:
        self._clock = clock
        self._tokens = tokens
        self._usd = usd
        self._prices = prices
        self._keep = keep or MemoryKeep()

    def reserve(self, tokens_in: int, tokens_out: int) -> str:
        """The id of what was set aside. Raises `ModelBudgetSpent` where the call would go beyond a limit."""
        now = self._clock()
        wanted = self._prices.spent(tokens_in, tokens_out)
        return self._keep.spend(wanted, at=now, since=now - WINDOW, check=self._check)

    def settle(self, reserved: str, tokens_in: int, tokens_out: int) -> None:
        """Replace the estimate by what was counted; 0 and 0 give it back."""
        self._keep.respend(reserved, self._prices.spent(tokens_in, tokens_out))

    def _check(self, total: Spent) -> None:
        if self._tokens is not None and total.tokens > self._tokens:
            raise ModelBudgetSpent(f"the model's budget of {self._tokens} tokens an hour is spent")
        if self._usd is not None and total.usd > self._usd:
            raise ModelBudgetSpent(f"the model's budget of {self._usd:g} USD an hour is spent")
