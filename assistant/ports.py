"""What the inside needs of the outside. Each port promises behaviour; tests/contract holds every adapter to it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from assistant.domain.audit import AuditEntry
from assistant.domain.automation import AutomationState
from assistant.domain.brand import Pack
from assistant.domain.conversation import (
    Conversation,
    ConversationDetail,
    Reply,
    TakenIn,
    TurnRecord,
)
from assistant.domain.draft import Draft
from assistant.domain.knowledge import Evidence, Passage
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.understanding import HeadScores, Understanding
from assistant.domain.value import Value
from assistant.domain.vocabulary import ConversationState, Decision, Disposition

Vectors = NDArray[np.float32]
"""Embeddings, one unit-length row per text."""

Filled = TypeVar("Filled", bound=BaseModel)
"""The private schema a stage asks a model to fill."""

Clock = Callable[[], datetime]
"""The time now, aware, UTC."""


class Embedder(Protocol):
    """Turns texts into vectors."""

    @property
    def fingerprint(self) -> str:
        """Names model and precision; vectors of different fingerprints must never meet."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of one vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit rows in the order given, shape (len(texts), dimensions). Any string is accepted, the empty one too."""
        ...


class Languages(Protocol):
    """Names the language of a text."""

    def identify(self, text: str) -> tuple[str, float]:
        """An ISO 639-1 code among the brand's languages, or `und` where unsure, with a confidence in [0, 1]."""
        ...


class Heads(Protocol):
    """The fitted classifiers that read a mention."""

    @property
    def fingerprint(self) -> str:
        """Content hash of everything fitted."""
        ...

    def read(self, texts: Sequence[str], vectors: Vectors) -> Sequence[HeadScores]:
        """One reading per text, in order; `vectors` are the texts' embeddings. Never raises on any Unicode."""
        ...


class PassageIndex(Protocol):
    """Hybrid search over the passages of one brand, audience and language."""

    @property
    def fingerprint(self) -> str:
        """Content hash of what is indexed and how; empty where nothing is."""
        ...

    def replace(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Make these the whole index. Searches see the old one until the new one is whole.

        `vectors` holds one row for each of `scoring.fields.fields_of(passages).texts`, in their order.
        """
        ...

    def search(self, queries: Sequence[str], vectors: Vectors, *, k: int) -> Sequence[Evidence]:
        """At most `k` hits per query, best first, in the order of the queries. Raises `IndexMissing`."""
        ...

    def get(self, passage_ids: Sequence[str]) -> Mapping[str, Passage]:
        """The passages of these ids; unknown ids are left out."""
        ...

    def count(self) -> int:
        """Passages in the index."""
        ...


class ChatModel(Protocol):
    """A language model that fills a small schema."""

    @property
    def name(self) -> str:
        """The model's name as the server knows it."""
        ...

    async def complete(self, *, system: str, user: str, into: type[Filled]) -> tuple[Filled, Mapping[str, int]]:
        """Fill `into`; the second value counts tokens (`in`, `out`).

        Raises `ModelUnavailable` after transport retries, `ModelRefusesKey` at once on a wrong key,
        `ModelOutputInvalid` where the answer doesn't fit the schema.
        """
        ...


class DraftRequest(Value):
    """What a drafter may know. `instruction` is an agent's wish for a redraft.

    `passages` holds every passage of the articles the evidence points to, so that any sentence of theirs can be cited.
    """

    mention: Mention
    understanding: Understanding
    evidence: Evidence
    passages: tuple[Passage, ...] = ()
    pack: Pack
    instruction: str | None = None


class Drafted(Value):
    """A draft, or None where the drafter has nothing to stand on; `why` says so. `tokens` counts model tokens."""

    draft: Draft | None
    why: str = ""
    tokens: Mapping[str, int] = Field(default_factory=dict)


class Drafter(Protocol):
    """Writes a proposed reply from evidence."""

    @property
    def name(self) -> str:
        """Who writes: `extractive`, or the model's name."""
        ...

    @property
    def fingerprint(self) -> str:
        """Content hash of the templates it writes with."""
        ...

    async def draft(self, request: DraftRequest) -> Drafted:
        """Sentences with citations, without the disclosure, which code adds later."""
        ...


class Respond(Protocol):
    """The pipeline as a function: mentions in, turns out, in order, nothing written anywhere."""

    async def __call__(self, mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        """One turn per mention. A stage that fails ends its turn with HANDOFF and `stage_failed`; it never raises."""
        ...


class Channel(Protocol):
    """Sends replies on one network."""

    @property
    def name(self) -> str:
        """The channel's name, as in the pack."""
        ...

    def send(self, reply: Reply) -> str:
        """Post `reply` and return the channel's own id for it.

        Sending the same `reply.delivery_key` twice must post once and return the same id. Gives up within 4 seconds.
        Raises `ChannelUnavailable`, also where it can't tell whether the reply was posted.
        """
        ...

    def find(self, delivery_key: str) -> str | None:
        """The channel's id of a reply already posted under this key, or None. Gives up within 4 seconds.

        Raises `ChannelUnavailable` where it can't tell.
        """
        ...


class Reading(Protocol):
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
        """The conversation with its mentions, turns and replies. Raises `NotFound`."""
        ...

    def conversations(
        self,
        *,
        brand_id: str,
        states: Sequence[ConversationState] = (),
        decisions: Sequence[Decision] = (),
        queue: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Sequence[Conversation]:
        """Most urgent first: by due time, those without one last, then by id; `after` is the last id already seen.

        Raises `NotFound` where there is no conversation `after`.
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


class Transaction(Reading, Protocol):
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
        """A transaction: committed at the end of the block, rolled back where it raises. One writes at a time."""
        ...

    def read(self) -> AbstractContextManager[Reading]:
        """A look that never waits for a writer."""
        ...

    def check(self) -> None:
        """Raises `StoreUnavailable` where the store can't be read and written."""
        ...

    def close(self) -> None:
        """Give back connections and files."""
        ...
