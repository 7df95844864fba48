"""Who is worked on next: the urgent first, and among them some of those who have waited long. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from assistant.domain.understanding import Understanding
from assistant.domain.vocabulary import Urgency

UNREAD = 0
"""The rank of a mention nobody has looked at yet."""
RANKS: Mapping[Urgency, int] = {Urgency.HIGH: 1, Urgency.MEDIUM: 2, Urgency.LOW: 3}
"""1 is worked on first."""
URGENT = RANKS[Urgency.HIGH]
SILENT = 4
"""Wants no answer: settled without thinking about one."""
READ = (*RANKS.values(), SILENT)

OVERDUE = timedelta(seconds=60)
"""Who waits longer than that has a share of the places whatever else comes."""
_PATIENCE_S: Mapping[int, int] = {1: 0, 2: 60, 3: 120}
"""How much later one may be taken up than an urgent one handed over at the same moment."""
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Engines keep an order as a small whole number: seconds since then fit for 68 years."""


class Waiting(NamedTuple):
    """A mention by number (smaller is older), and since when it waits."""

    number: int
    since: datetime


def rank_of(understood: Understanding | None) -> int:
    """What couldn't be read or touches a sensitivity goes with the urgent."""
    if understood is None or understood.sensitive:
        return URGENT
    return RANKS[understood.urgency] if understood.respond else SILENT


def next_ones(
    waiting: Mapping[int, Sequence[Waiting]], limit: int, *, overdue: datetime, urgent_only: bool
) -> Mapping[int, bool]:
    """Whose turn it is: their numbers, and whether age alone brought them to the front.

    `waiting` holds those of each rank, oldest first, `limit` of each at least where there are so many. A quarter of the
    places, one at least, is kept for those taken in before `overdue`, oldest first: nobody waits for ever, however
    many urgent ones come. The rest go by rank, then by age; `urgent_only` leaves out whoever is neither.
    """
    late = sorted(each for rank, line in waiting.items() if rank != URGENT for each in line if each.since < overdue)
    kept = [each.number for each in late[: max(1, limit // 4)]]
    ranks = [URGENT] if urgent_only else sorted(waiting)
    turns = dict.fromkeys(kept, True)
    by_rank = (each.number for rank in ranks for each in waiting.get(rank, ()) if each.number not in turns)
    return turns | dict.fromkeys(islice(by_rank, limit - len(kept)), False)


def place_in_line(rank: int, at: datetime, *, by_age: bool = False) -> int:
    """Where in the line of work one handed over at that moment stands, 1 or more, smaller first.

    A moment rather than a rank: what is handed over later comes before one of a lower rank only for its patience.
    """
    patience = 0 if by_age else _PATIENCE_S.get(rank, max(_PATIENCE_S.values()))
    return max(1, int((at - _EPOCH).total_seconds()) + patience)
