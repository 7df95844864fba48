"""Who guesses passwords has to wait: after some wrong ones for a name from one address, and for that pair alone, so
that a stranger elsewhere keeps no agent out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from assistant.errors import NotAllowed

TRIES = 10
"""Wrong passwords for one name from one address."""
WAIT = timedelta(minutes=15)
"""How long they count."""

Who = tuple[str, str]
"""A name, and the address it was tried from."""


class Guesses:
    """What one process remembers of wrong passwords."""

    def __init__(self) -> None:
        self._wrong: dict[Who, Sequence[datetime]] = {}

    def admit(self, who: Who, *, now: datetime) -> None:
        """Raises `NotAllowed` where too many were wrong of late, whether or not anybody has the name."""
        counted = [at for at in self._wrong.get(who, ()) if now - at < WAIT]
        if len(counted) >= TRIES:
            until = counted[-TRIES] + WAIT
            raise NotAllowed(f"too many wrong passwords; wait until {until:%H:%M:%S} UTC, then try again")

    def wrong(self, who: Who, *, now: datetime) -> None:
        """Count one; what no longer counts is forgotten."""
        kept = {each: times for each, times in self._wrong.items() if now - times[-1] < WAIT}
        self._wrong = kept | {who: [*kept.get(who, ())[-TRIES:], now]}

    def right(self, who: Who) -> None:
        """Forget the wrong ones."""
        self._wrong = {each: times for each, times in self._wrong.items() if each != who}
