"""Where articles come from again and again, each reading of such a source, and what is wrong with one now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from assistant.domain.value import Value
from assistant.domain.vocabulary import Audience

LONGEST_RUN = timedelta(hours=1)
"""A reading that began earlier and never ended was cut off."""
_MISSED = 3
"""A source is stale when nothing could be read for so many of its intervals."""


class WhenGone(StrEnum):
    """What becomes of an article its source no longer has."""

    FLAG = "flag"
    DELETE = "delete"


class KnowledgeSource(Value):
    """One entry of sources.yaml: `address` is what `assistant import` takes; the articles' area is `name`.

    Without `every_hours` it is read when somebody asks.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    address: str = Field(min_length=1)
    every_hours: float | None = Field(default=None, gt=0)
    audience: Audience = Audience.PUBLIC
    approved: bool = False
    when_gone: WhenGone = WhenGone.FLAG


class Asker(StrEnum):
    """Who wanted a source read."""

    SCHEDULE = "schedule"
    API = "api"
    WEBHOOK = "webhook"
    COMMAND = "command"
    CONSOLE = "console"


class Sync(Value):
    """One reading of one source. `problem` says what went wrong; `vanished` that there was nothing to read.

    `gone` are articles in the pack that the source no longer has, `deleted` those of them deleted for good.
    """

    id: str
    brand_id: str
    source: str
    asker: Asker
    asked_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    articles: int = 0
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    problem: str = ""
    vanished: bool = False

    @property
    def went_well(self) -> bool:
        """Whether the source was read to its end."""
        return self.finished_at is not None and not self.problem


class SourceFlag(StrEnum):
    """What somebody should look at."""

    NEVER_READ = "never_read"
    STALE = "stale"
    VANISHED = "vanished"
    FAILED = "failed"
    CUT_OFF = "cut_off"
    PARTLY_READ = "partly_read"
    ARTICLES_GONE = "articles_gone"


class SourceState(Value):
    """A source, its newest reading, when it was read to its end last, and what is wrong with it now."""

    source: KnowledgeSource
    newest: Sync | None = None
    read_at: datetime | None = None
    waits: bool = False
    flags: tuple[SourceFlag, ...] = ()


def state_of(source: KnowledgeSource, syncs: Sequence[Sync], *, at: datetime) -> SourceState:
    """`syncs` are readings of any sources, the newest first."""
    own = [each for each in syncs if each.source == source.name]
    begun = [each for each in own if each.started_at is not None]
    newest = begun[0] if begun else None
    good = next((each for each in begun if each.went_well), None)
    read_at = good.finished_at if good else None
    return SourceState(
        source=source,
        newest=newest,
        read_at=read_at,
        waits=any(each.started_at is None for each in own),
        flags=_flags(source, newest, read_at, at),
    )


def is_due(state: SourceState, *, at: datetime) -> bool:
    """Whether its interval has passed since the newest reading began."""
    if state.source.every_hours is None:
        return False
    if state.newest is None or state.newest.started_at is None:
        return True
    return at - state.newest.started_at >= timedelta(hours=state.source.every_hours)


def _flags(
    source: KnowledgeSource, newest: Sync | None, read_at: datetime | None, at: datetime
) -> tuple[SourceFlag, ...]:
    if newest is None or newest.started_at is None:
        return (SourceFlag.NEVER_READ,)
    late = source.every_hours is not None and (
        at - (read_at or newest.started_at) > timedelta(hours=_MISSED * source.every_hours)
    )
    raised = {
        SourceFlag.STALE: late,
        SourceFlag.VANISHED: newest.vanished,
        SourceFlag.FAILED: bool(newest.problem) and not newest.vanished,
        SourceFlag.CUT_OFF: newest.finished_at is None and at - newest.started_at > LONGEST_RUN,
        SourceFlag.PARTLY_READ: bool(newest.unreadable),
        SourceFlag.ARTICLES_GONE: len(newest.gone) > len(newest.deleted),
    }
    return tuple(flag for flag, up in raised.items() if up)
