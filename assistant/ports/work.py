"""Durable work: who works on what, who died over it, and which answer is still owed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from assistant.domain.budget import Budget
from assistant.domain.conversation import TakenIn
from assistant.domain.mention import Mention

HANDED_OVER = "workflow"
"""Stands where a worker's name would: a durable workflow owes this mention's answer."""

PUT_OFF = "index"
"""Stands where a worker's name would: this mention's answer waits until the index can be searched."""


class Wait(NamedTuple):
    """Since when somebody waits for an answer, and until when it may be put off; None where it wasn't."""

    since: datetime
    until: datetime | None


class PutOff(NamedTuple):
    """So many answers wait for the index; at `until` the first of them does no longer, None where none waits."""

    answers: int
    until: datetime | None


class WaitingAnswer(NamedTuple):
    """An answer that waits for the index: to which mention of which conversation, since when, until when at most."""

    mention_id: str
    conversation_id: str
    since: datetime
    until: datetime


class Ranked(NamedTuple):
    """A mention that was looked at, how urgent it read, and whether it was its age that brought it to the front."""

    mention: Mention
    rank: int
    by_age: bool


class WorkReading(Protocol):
    """What a look at the store says about work."""

    def claimants(self, *, brand_id: str) -> frozenset[str]:
        """Names of processes that hold unanswered mentions or replies on their way.

        `HANDED_OVER` and `PUT_OFF` are none.
        """
        ...

    def backlog(self, *, brand_id: str, limit: int) -> int:
        """Unanswered mentions, arrivals among them, counted up to `limit`."""
        ...

    def arrivals_wait(self) -> bool:
        """Whether anything was put down that isn't unfolded yet."""
        ...

    def tally(self, *, brand_id: str) -> Mapping[str, int]:
        """Replies of the brand by state; states without any are left out."""
        ...

    def unclaimed(self, *, brand_id: str) -> Collection[int]:
        """The ranks in which there is a mention to claim."""
        ...

    def handed_over(self, *, brand_id: str, limit: int) -> int:
        """Unanswered mentions that durable work owes an answer, counted up to `limit`."""
        ...

    def abandoned(self, *, brand_id: str, before: datetime, limit: int) -> Sequence[Mention]:
        """Mentions handed over, taken in before that moment and still unanswered: their workflow is lost."""
        ...

    def wait(self, mention_id: str) -> Wait:
        """How long it has waited and may wait. Raises `NotFound`."""
        ...

    def put_off(self, *, brand_id: str, limit: int) -> Sequence[Mention]:
        """Unanswered mentions whose answers wait for the index, those first that may wait the shortest."""
        ...

    def count_put_off(self, *, brand_id: str, most: int) -> PutOff:
        """How many those are, counted up to `most`, and when the first goes to a person."""
        ...

    def waiting_answers(
        self, *, brand_id: str, limit: int, conversation_id: str | None = None
    ) -> Sequence[WaitingAnswer]:
        """What `put_off` lists, with where it belongs and how long it may wait; of one conversation where named."""
        ...

    def budget(self, channel: str) -> Budget | None:
        """What the channel's network last said it would still take."""
        ...


class WorkTransaction(WorkReading, Protocol):
    """What a transaction may change about work."""

    def reserve(self, conversation_ids: Sequence[str]) -> None:
        """Keep others from these conversations until the end; a transaction over several takes them all first."""
        ...

    def take_in_many(self, mentions: Sequence[Mention], *, at: datetime) -> Sequence[TakenIn]:
        """What `take_in` does to each, in order, with a handful of statements for all."""
        ...

    def put_down(self, mentions: Sequence[Mention], *, at: datetime) -> Sequence[TakenIn]:
        """Keep each mention once, with no more than it takes not to lose it, and say what `take_in` would.

        Until it is unfolded nothing but `backlog`, `put_down` and `take_in` knows of it.
        """
        ...

    def unfold(self, *, limit: int) -> int:
        """Take in the oldest of what was put down, as of when it came. Returns how many; first in its transaction."""
        ...

    def claim_mentions(self, *, brand_id: str, by: str, limit: int) -> Sequence[Mention]:
        """Unanswered mentions nobody has read or holds, oldest first, now held by `by`. Never waits for others."""
        ...

    def rank_mentions(self, ranks: Mapping[str, int]) -> None:
        """Note how urgent these mentions read (1 is first) and let go of them."""
        ...

    def claim_ranked(
        self, *, brand_id: str, by: str, limit: int, overdue: datetime, urgent_only: bool
    ) -> Sequence[Ranked]:
        """Read mentions nobody has, chosen by `domain.precedence.next_ones`, now held by `by`. Never waits, either."""
        ...

    def claim(self, mention_ids: Collection[str], *, by: str) -> None:
        """Hold these mentions, whoever had them."""
        ...

    def let_wait(self, mention_id: str, *, until: datetime) -> None:
        """Put an unanswered mention off until the index can be searched, whoever had it; the first `until` counts."""
        ...

    def give_back(self, *, brand_id: str, by: str) -> int:
        """Let go of the unanswered mentions `by` holds. Returns how many."""
        ...

    def release(self, *, brand_id: str, by: Collection[str], at: datetime) -> int:
        """Give back what these processes held: mentions to anybody, replies to a look-up now. Returns how many."""
        ...

    def save_budget(self, channel: str, budget: Budget) -> None:
        """Replace what is known of the channel's budget."""
        ...


class Presence(Protocol):
    """Which processes are alive. One that is killed is noticed without having to say so."""

    @property
    def name(self) -> str:
        """This process start's own name; never used twice."""
        ...

    def dead(self, names: Collection[str]) -> frozenset[str]:
        """Those of `names` that don't live any more."""
        ...

    def leads(self) -> bool:
        """Whether this process is the one that looks after its brand's clocks and its dead; another one is, as soon as
        it dies."""
        ...

    def close(self) -> None:
        """Leave."""
        ...


Answer = Callable[[str], Sequence[str]]
"""Answers the mention of this id and returns the ids of the replies that led to. Running it again adds nothing."""
Deliver = Callable[[str], None]
"""Wakes the outbox for the reply of this id."""


class Work(Protocol):
    """A durable queue of answers owed: what is put in is carried out, whoever dies meanwhile."""

    def start(self, *, answer: Answer, deliver: Deliver) -> None:
        """Carry out what waits, until `close`."""
        ...

    def put(self, mentions: Mapping[str, int]) -> None:
        """Owe these mentions an answer, by id with its priority (1 is first). An id put in before changes nothing."""
        ...

    def resume_lost(self, dead: Callable[[Collection[str]], frozenset[str]]) -> int:
        """Start again what dead processes had begun. Returns how many."""
        ...

    def resume_dropped(self) -> int:
        """Start again what this process took and isn't carrying out: its database went away between the two."""
        ...

    def forget(self, *, finished_before: datetime, limit: int = 1000) -> int:
        """Delete finished work. Returns how many."""
        ...

    def close(self) -> None:
        """Stop taking work up; what is under way is left for a later start."""
        ...
