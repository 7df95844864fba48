"""What sending needs of a network."""

from typing import Protocol, runtime_checkable

from assistant.domain.budget import Budget
from assistant.domain.conversation import Reply


class Channel(Protocol):
    """Sends replies on one network."""

    @property
    def name(self) -> str:
        """The channel's name, as in the pack."""
        ...

    def send(self, reply: Reply) -> str:
        """Post `reply` and return the channel's own id for it.

        Sending the same `reply.delivery_key` twice must post once and return the same id. Gives up within 4 seconds.
        Raises `ChannelUnavailable`, also where it can't tell whether the reply was posted, and `ChannelBusy` where the
        network refused it for now and said until when.
        """
        ...

    def find(self, delivery_key: str) -> str | None:
        """The channel's id of a reply already posted under this key, or None. Gives up within 4 seconds.

        Raises `ChannelUnavailable` where it can't tell.
        """
        ...


@runtime_checkable
class Metered(Protocol):
    """A channel whose network says how much it still takes."""

    def budget(self) -> Budget | None:
        """What the headers of the network's last answer said; None before the first."""
        ...
