"""Who speaks next, and every reason for it."""

from datetime import datetime

from assistant.domain.value import Value
from assistant.domain.vocabulary import Decision, Reason


class Route(Value):
    """A decision with all its reasons (empty only for `AUTO_REPLY`), the queue it waits in and when it is due.

    `slice` is brand/visibility/tier, what a certificate applies to; `certified` whether one allows this decision.
    `score` in [0, 1] is what a certificate sets its threshold on; None where there is no draft to send.
    """

    decision: Decision
    reasons: tuple[Reason, ...]
    queue: str
    due_at: datetime | None
    chart_path: tuple[str, ...] = ()
    slice: str
    certified: bool = False
    score: float | None = None
