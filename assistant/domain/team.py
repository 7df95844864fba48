"""What people do with drafts, counted by person."""

from collections import defaultdict
from collections.abc import Iterable
from statistics import median

from assistant.domain.value import Value
from assistant.domain.vocabulary import Disposition


class Reviewed(Value):
    """One decision of a person on a draft, `minutes` after the message came."""

    by: str
    disposition: Disposition
    minutes: float


class Share(Value):
    """What one person did; `median` in minutes from message to answer, None where nothing was answered."""

    name: str
    accepted: int
    edited: int
    responded: int
    ignored: int
    median: float | None

    @property
    def answers(self) -> int:
        """Everything that was said to a customer."""
        return self.accepted + self.edited + self.responded


def shares(reviewed: Iterable[Reviewed]) -> tuple[Share, ...]:
    """Each person's, who answered most first."""
    by_name: dict[str, list[Reviewed]] = defaultdict(list)
    for each in reviewed:
        by_name[each.by].append(each)
    found = [_share(name, each) for name, each in by_name.items()]
    return tuple(sorted(found, key=lambda each: (-each.answers, each.name)))


def _share(name: str, reviewed: list[Reviewed]) -> Share:
    made = [each.disposition for each in reviewed]
    waits = [each.minutes for each in reviewed if each.disposition is not Disposition.IGNORED]
    return Share(
        name=name,
        accepted=made.count(Disposition.ACCEPTED),
        edited=made.count(Disposition.EDITED),
        responded=made.count(Disposition.RESPONDED),
        ignored=made.count(Disposition.IGNORED),
        median=median(waits) if waits else None,
    )
