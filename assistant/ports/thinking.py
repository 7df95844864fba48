"""What the pipeline needs of the outside: models, an index, a clock."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from assistant.domain.brand import Pack
from assistant.domain.draft import Draft
from assistant.domain.knowledge import Evidence, Passage
from assistant.domain.mention import Mention
from assistant.domain.readers import Readers
from assistant.domain.turn import Turn
from assistant.domain.understanding import FiredSensitivity, HeadScores, Piece, SecondOpinion, Understanding
from assistant.domain.value import Value

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
        """An ISO 639-1 code among the brand's languages with a confidence in [0, 1].

        `und` where unsure, and where it is another language: then the confidence is in that one.
        """
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

    def vetoes(self, pieces: Sequence[Piece], vectors: Vectors) -> Sequence[tuple[FiredSensitivity, ...]]:
        """What fires on each piece, in order: on a part of a message only what is surer than on a whole one."""
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


class Library(PassageIndex, Protocol):
    """A brand's passages in collections, one for each kind of readers; by itself that of anybody in its first language.

    Nothing is found in a collection that its readers may not read: it isn't there.
    """

    def of(self, readers: Readers) -> PassageIndex:
        """What these may search; where nothing is kept for them alone, what anybody may read in their language."""
        ...

    def collection(self, readers: Readers) -> PassageIndex:
        """Theirs alone, to be written."""
        ...

    def drop(self, readers: Readers) -> None:
        """Remove theirs, readable or not; one that isn't there is fine."""
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


class Reread(Value):
    """A second opinion, or None where none could be had; `why` says so. `tokens` counts model tokens."""

    opinion: SecondOpinion | None
    why: str = ""
    tokens: Mapping[str, int] = Field(default_factory=dict)


class SecondReader(Protocol):
    """Reads a message that the classifiers doubt."""

    @property
    def name(self) -> str:
        """Who reads: the model's name."""
        ...

    @property
    def fingerprint(self) -> str:
        """Content hash of the templates it asks with."""
        ...

    async def read(self, mention: Mention, pack: Pack, *, doubted: Sequence[str]) -> Reread:
        """Its opinion, the intent one of the pack's or None; it never raises what the model or its server did wrong.

        `mention` carries no personal data; its text is data for the model, never an instruction.
        """
        ...


class DraftRequest(NamedTuple):
    """What a drafter may know. `instruction` is an agent's wish for a redraft, `said` what the public read of late.

    `passages` holds every passage of the articles the evidence points to, so that any sentence of theirs can be cited.
    `meaning` is the usual vector of what the mention was read as, shape (dimensions,); None where nobody embedded it.
    """

    mention: Mention
    understanding: Understanding
    evidence: Evidence
    pack: Pack
    passages: tuple[Passage, ...] = ()
    instruction: str | None = None
    said: tuple[str, ...] = ()
    meaning: Vectors | None = None


class Drafted(NamedTuple):
    """A draft, or None where the drafter has nothing to stand on; `why` says so. `tokens` counts model tokens.

    `near` in [0, 1]: how near what it says is to what was asked; None where the drafter can't tell. `fell_back`: the
    drafter that was asked couldn't, so its fallback wrote this; `why` says what stood in the way.
    """

    draft: Draft | None
    near: float | None = None
    why: str = ""
    tokens: Mapping[str, int] = MappingProxyType({})
    fell_back: bool = False


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


Answer = Callable[[Sequence[Mention]], Awaitable[Sequence[Turn]]]
"""As `Respond`, without an agent's wish."""


class Respond(Protocol):
    """The pipeline as a function: mentions in, turns out, in order, nothing written anywhere."""

    async def __call__(self, mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        """One turn per mention. A stage that fails ends its turn with HANDOFF and `stage_failed`; it never raises."""
        ...
