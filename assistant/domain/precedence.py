"""Who is worked on next: the urgent first, and in every round some of those who have waited longest. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

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

_PATIENCE_S: Mapping[int, int] = {1: 0, 2: 60, 3: 120}
"""How much later one may be taken up than an urgent one handed over at the same moment."""
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Engines keep an order as a small whole number: seconds since then fit for 68 years."""


def rank_of(understood: Understanding | None) -> int:
    """What couldn't be read or touches a sensitivity goes with the urgent."""
    if understood is None or understood.sensitivity:
        return URGENT
    return RANKS[understood.urgency] if understood.respond else SILENT


def next_ones(waiting: Mapping[int, Sequence[int]], limit: int) -> Mapping[int, bool]:
    """Whose turn it is: their numbers, and whether age alone brought them to the front.

    `waiting` holds the numbers of each rank, oldest (smallest) first, `limit` of each at least where there are so many.
    A quarter of the places, one at least where there are two, belongs to the oldest of all: nobody waits for ever,
    however many urgent ones come. The rest go by rank, then by age.
    """
    by_rank = [number for rank in sorted(waiting) for number in waiting[rank]]
    if len(by_rank) <= limit:
        return dict.fromkeys(by_rank, False)
    kept = 0 if limit < 2 else max(1, limit // 4)
    first = by_rank[: limit - kept]
    oldest = sorted(set(by_rank) - set(first))[:kept]
    return dict.fromkeys(first, False) | dict.fromkeys(oldest, True)


def place_in_line(rank: int, at: datetime, *, by_age: bool = False) -> int:
    """Where in the line of work one handed over at that moment stands, 1 or more, smaller first.

    A moment rather than a rank: what is handed over later comes before one of a lower rank only for its patience.
    """
    patience = 0 if by_age else _PATIENCE_S.get(rank, max(_PATIENCE_S.values()))
    return max(1, int((at - _EPOCH).total_seconds()) + patience)
