"""Who speaks next, and every reason for it."""

from datetime import datetime
from enum import StrEnum

from assistant.domain.value import Value
from assistant.domain.vocabulary import Decision, Reason


class Advice(Value):
    """What one triage chart said of a mention: the way taken, the leaf's words, and who acts by when.

    `path` is the chart's id, the questions passed and the leaf; `sensitive`: something fired that forbids silence.
    """

    chart: str
    path: tuple[str, ...]
    outcome: str
    decision: Decision
    owner: str
    sla_minutes: int | None = None
    escalate_to: str | None = None
    tags: tuple[str, ...] = ()
    next_step: str
    why: str
    sensitive: bool = False


class Sample(StrEnum):
    """Why the label of a draft speaks for all drafts of its slice: it was not picked for what it says.

    `EVERY`: nothing of the slice is sent, people see all drafts. Else a random few are held back before sending:
    `OPEN` ones as a draft to review, `BLIND` ones without the draft, which the agent judges after writing their own.
    """

    EVERY = "every"
    OPEN = "open"
    BLIND = "blind"


class Route(Value):
    """A decision with all its reasons (empty only for `AUTO_REPLY`), the queue it waits in and when it is due.

    `slice` is brand/visibility/tier, what a certificate applies to; `certified` whether one allows this decision.
    `score` in [0, 1] is what a certificate sets its threshold on; None where there is no draft to send. `chart_path`
    is the way through the chart that asked for most; `advice` says what each chart said, `tags` what all did.
    `candidate`: but for certificate, ramp, audit and stops it would be sent; `sample` says whether its label speaks for
    the others.
    """

    decision: Decision
    reasons: tuple[Reason, ...]
    queue: str
    due_at: datetime | None
    chart_path: tuple[str, ...] = ()
    slice: str
    certified: bool = False
    tags: tuple[str, ...] = ()
    advice: tuple[Advice, ...] = ()
    score: float | None = None
    candidate: bool = False
    sample: Sample | None = None
