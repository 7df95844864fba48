"""One customer: handles on several channels, phone and e-mail joined into a person, each with its reason. Pure."""

from datetime import datetime

from pydantic import Field

from assistant.domain.value import Value


class Handle(Value):
    """One account of a customer; `channel` is a channel's name, `email` or `phone`."""

    channel: str = Field(min_length=1, max_length=100)
    handle: str = Field(min_length=1, max_length=320)

    @property
    def plain(self) -> "Handle":
        """The same account however it is written."""
        return Handle(channel=self.channel, handle=self.handle.strip().lstrip("@").casefold() or "@")


class Join(Value):
    """One handle of a person: how sure in [0, 1], why, by whom, and on what the customer agreed to it.

    `verified_at` is when the customer proved that it is theirs, None until then; `how` says by what.
    """

    handle: Handle
    confidence: float = Field(ge=0, le=1)
    why: str
    by: str
    consent: str
    at: datetime
    verified_at: datetime | None = None
    verified_by: str = ""
    how: str = ""


class Person(Value):
    """A customer, as far as their handles are joined."""

    id: str
    brand_id: str
    joins: tuple[Join, ...]

    def join_of(self, handle: Handle) -> Join | None:
        """The join of that account; None where it isn't theirs."""
        return next((each for each in self.joins if each.handle == handle.plain), None)

    def is_verified(self, handle: Handle) -> bool:
        """Whether account facts may be told to whoever writes from there: only an account that was itself verified."""
        join = self.join_of(handle)
        return join is not None and join.verified_at is not None


class Suggestion(Value):
    """Another account that may be the same customer's; a person decides."""

    handle: Handle
    confidence: float
    why: str
