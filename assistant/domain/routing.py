"""Who speaks next, and every reason for it."""

from datetime import datetime

from assistant.domain.value import Value
from assistant.domain.vocabulary import Decision, Reason


class Route(Value):
    """A decision with all its reasons (empty only for `AUTO_REPLY`), the queue it waits in and when it is due.

    `slice` is brand/channel/tier, what a certificate applies to; `certified` whether one allows this decision.
    """

    decision: Decision
    reasons: tuple[Reason, ...]
    queue: str
    due_at: datetime | None
    chart_path: tuple[str, ...] = ()
    slice: str
    certified: bool = False
