"""What the channels' contract suite needs of a network it is run against."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from assistant.ports import Link


class Delivery(NamedTuple):
    """One call a network makes to our webhook."""

    headers: Mapping[str, str]
    body: bytes


class Rig(Protocol):
    """One customer on one network, and somebody independent who looks at it."""

    @property
    def link(self) -> Link:
        """The adapter under test."""
        ...

    @property
    def can(self) -> frozenset[str]:
        """Which of `edit`, `delete`, `busy`, `expire`, `away`, `see_parent`, `find` the network can do here."""
        ...

    def say(self, text: str, *, parent: str | None = None) -> str:
        """A customer writes to the brand; returns the network's id."""
        ...

    def change(self, external_id: str, text: str) -> None:
        """The customer edits it."""
        ...

    def take_back(self, external_id: str) -> None:
        """The customer deletes it."""
        ...

    def answers(self, external_id: str) -> Sequence[str]:
        """Texts that stand under it on the network, as somebody else sees them."""
        ...

    def deliveries(self) -> Sequence[Delivery]:
        """Calls the network makes since the last time; none where it is asked instead."""
        ...

    def busy(self) -> None:
        """From now on the network asks for a minute's patience."""
        ...

    def expire(self) -> None:
        """From now on the token is worth nothing."""
        ...

    def away(self) -> None:
        """The network can't be reached."""
        ...

    def back(self) -> None:
        """It can again, and a token is worth what it was."""
        ...
