"""What the store keeps of fixes and their outcome, and of customers with several accounts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.conversation import Conversation
from assistant.domain.expert import ExpertAsk
from assistant.domain.fairness import Treatment
from assistant.domain.follow_up import FollowUp
from assistant.domain.person import Handle, Person


class CareReading(Protocol):
    """A look at it. What was never written is None or empty."""

    def follow_ups(self, conversation_id: str) -> Sequence[FollowUp]:
        """Oldest first."""
        ...

    def all_follow_ups(self, *, brand_id: str, since: datetime) -> Sequence[FollowUp]:
        """Those of fixes since then, newest first, 100,000 at most."""
        ...

    def follow_ups_to_look_at(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[FollowUp]:
        """Those whose time to ask has come, the longest due first."""
        ...

    def person_of(self, handle: Handle, *, brand_id: str) -> Person | None:
        """Whose account it is."""
        ...

    def joined_person(self, person_id: str) -> Person | None:
        """The person of that id."""
        ...

    def talks_with(self, handle: Handle, *, brand_id: str) -> Sequence[Conversation]:
        """The account's conversations, in public and in private, newest first."""
        ...

    def treatments(self, *, brand_id: str, since: datetime, limit: int) -> Sequence[Treatment]:
        """How customers were served whose conversation began since then, newest first; one without intent is left out.

        A wait ends with the first answer that went out, to the lease of ten seconds.
        """
        ...

    def expert_ask(self, ask_id: str) -> ExpertAsk | None:
        """The side thread of that id."""
        ...

    def expert_asks(self, conversation_id: str) -> Sequence[ExpertAsk]:
        """Oldest first."""
        ...


class CareTransaction(CareReading, Protocol):
    """Writing it: each `save` replaces what stands under the same id."""

    def save_follow_up(self, follow_up: FollowUp, *, look_at: datetime | None) -> None:
        """`look_at` None: nobody needs to look."""
        ...

    def save_person(self, person: Person) -> None:
        """With exactly the accounts it names."""
        ...

    def save_expert_ask(self, ask: ExpertAsk) -> None: ...

    def drop_person(self, person_id: str) -> None:
        """Its accounts are nobody's; one that isn't there changes nothing."""
        ...

    def erase(self, conversation_id: str) -> None:
        """Blank every word of and about the customer: messages, turns, drafts, replies, notes, hand-offs, search.

        Ids, times and decisions stay. On SQLite what is freed is overwritten.
        """
        ...
