"""The source of truth, as the desk and the workflows see it."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from assistant.domain.audit import AuditEntry
from assistant.domain.automation import AutomationState
from assistant.domain.conversation import (
    Conversation,
    ConversationDetail,
    Reply,
    TakenIn,
    TurnRecord,
)
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ConversationState, Decision, Disposition
from assistant.ports.articles import ArticleReading, ArticleWriting
from assistant.ports.care import CareReading, CareTransaction
from assistant.ports.centre import CentreReading
from assistant.ports.channels import ChannelReading, ChannelWriting
from assistant.ports.commitments import CommitmentReading, CommitmentWriting
from assistant.ports.console import ConsoleReading, ConsoleWriting
from assistant.ports.desk import DeskReading, DeskTransaction
from assistant.ports.labels import LabelReading, LabelWriting
from assistant.ports.peers import PeerReading, PeerWriting
from assistant.ports.quality import QualityReading, QualityWriting
from assistant.ports.relabels import RelabelReading, RelabelWriting
from assistant.ports.source_syncs import SourceReading, SourceWriting
from assistant.ports.wording import WordingReading, WordingWriting
from assistant.ports.work import WorkReading, WorkTransaction


class Reading(
    ArticleReading,
    SourceReading,
    CommitmentReading,
    WordingReading,
    DeskReading,
    CareReading,
    WorkReading,
    ConsoleReading,
    CentreReading,
    RelabelReading,
    ChannelReading,
    LabelReading,
    QualityReading,
    PeerReading,
    Protocol,
):
    """A look at the store: one consistent state, nothing written."""

    def unanswered(self, *, brand_id: str, limit: int) -> Sequence[Mention]:
        """Mentions without a turn, oldest first."""
        ...

    def turn(self, turn_id: str) -> TurnRecord:
        """Raises `NotFound`."""
        ...

    def current_turn(self, mention_id: str) -> TurnRecord | None:
        """The newest turn of a mention."""
        ...

    def conversation(self, conversation_id: str) -> Conversation:
        """Raises `NotFound`."""
        ...

    def detail(self, conversation_id: str) -> ConversationDetail:
        """The conversation with its mentions in their newest words, turns and replies. Raises `NotFound`."""
        ...

    def conversations(
        self,
        *,
        brand_id: str,
        states: Sequence[ConversationState] = (),
        decisions: Sequence[Decision] = (),
        queue: str | None = None,
        after: tuple[datetime | None, str] | None = None,
        limit: int = 50,
    ) -> Sequence[Conversation]:
        """Most urgent first: by due time, those without one last, then by id.

        `after` are due time and id of the last one already seen, as it was then.
        """
        ...

    def count_by_decision(self, *, brand_id: str) -> Mapping[str, int]:
        """Conversations that are open or pending, by decision; those without one yet are left out."""
        ...

    def reply(self, reply_id: str) -> Reply:
        """Raises `NotFound`."""
        ...

    def due_replies(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[Reply]:
        """Rows due, failed or sending whose `not_before` has passed, oldest `not_before` first.

        A row in `sending` carries the end of its lease there: past it, its sender is taken for dead.
        """
        ...

    def automation(self, brand_id: str) -> AutomationState:
        """The brand's state; the default one where none was written."""
        ...

    def audit(self, *, subject: str | None = None, limit: int = 1000) -> Sequence[AuditEntry]:
        """Entries oldest first, of one subject or all."""
        ...


class Transaction(
    DeskTransaction,
    CareTransaction,
    Reading,
    ArticleWriting,
    SourceWriting,
    CommitmentWriting,
    WordingWriting,
    WorkTransaction,
    ConsoleWriting,
    RelabelWriting,
    ChannelWriting,
    LabelWriting,
    QualityWriting,
    PeerWriting,
    Protocol,
):
    """One unit of work on the store: all of it is kept or none. It sees its own writes."""

    def take_in(self, mention: Mention, *, at: datetime) -> TakenIn:
        """Keep a mention once: the same id again changes nothing and says `new=False`.

        A mention joins its author's conversation on that channel and visibility (reopening it where it was resolved);
        without a handle it starts one of its own.
        """
        ...

    def add_turn(self, turn: Turn, *, at: datetime) -> TurnRecord:
        """Keep a turn under the next number of its mention. Raises `NotFound` for a mention never taken in."""
        ...

    def set_disposition(self, turn_id: str, disposition: Disposition) -> None:
        """Record what an agent did with the draft. Raises `NotFound`."""
        ...

    def save_conversation(self, conversation: Conversation, *, seen_version: int) -> Conversation:
        """Write with version + 1. Raises `StaleVersion` where the stored version is not `seen_version`."""
        ...

    def enqueue(self, reply: Reply) -> bool:
        """Add an outbox row; False where one with this delivery key exists already."""
        ...

    def save_reply(self, reply: Reply) -> None:
        """Replace the row of this id. Raises `NotFound`."""
        ...

    def save_automation(self, brand_id: str, state: AutomationState) -> None:
        """Replace the brand's state."""
        ...

    def append_audit(
        self, *, brand_id: str, at: datetime, actor: str, event: str, subject: str, facts: Mapping[str, object]
    ) -> None:
        """Append one hash-chained entry in this transaction. `facts` hold ids and words of ours, no customer text."""
        ...


class Store(Protocol):
    """The source of truth."""

    def begin(self) -> AbstractContextManager[Transaction]:
        """A transaction: committed at the end of the block, rolled back where it raises.

        Two that touch the same conversation, the automation's state or the audit log come one after the other.
        """
        ...

    def read(self) -> AbstractContextManager[Reading]:
        """A look that never waits for a writer."""
        ...

    def check(self) -> None:
        """Raises `StoreUnavailable` where the store can't be read and written."""
        ...

    def scrub(self) -> None:
        """Write over what was freed, in side files too, as far as nobody is reading it, and what is past its time."""
        ...

    def close(self) -> None:
        """Give back connections and files."""
        ...
