"""A run of suites that people follow while the service runs."""

from typing import Literal

from assistant.domain.followed import Followed


class SuiteRun(Followed):
    """One run of `suites`, called `run` among the runs: `done` of `total` cases are answered.

    `outcome` is what the gates said together; null until its end, and where it came to nothing. `notes` say what about
    the suites or the articles makes it say less than it seems.
    """

    run: str
    suites: tuple[str, ...]
    done: int = 0
    total: int
    notes: tuple[str, ...] = ()
    outcome: Literal["passed", "failed", "undecided"] | None = None
