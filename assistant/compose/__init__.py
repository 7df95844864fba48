"""Settings in, a wired assistant out: the only place that builds adapters."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.domain.automation import AutomationState
from assistant.domain.brand import Pack
from assistant.domain.certificate import Permit, Permits, Standing
from assistant.domain.knowledge import Evidence, Passage
from assistant.domain.mention import Mention
from assistant.errors import ChannelUnknown
from assistant.evals.run import RespondWith
from assistant.ports import Channel, Clock, Drafter, Embedder, Heads, PassageIndex, Respond, Store
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.adapters.chroma import ChromaIndex
    from assistant.adapters.permit_file import PermitFile
    from assistant.kb.index import Built
    from assistant.learning.card_page import Card
    from assistant.pipeline.respond import Pipeline
    from assistant.workflows.train import Trained


TextReader = Callable[[Sequence[str], Sequence[str]], Sequence[Mapping[str, object]]]
"""Texts and their ids in, flat rows of judgements out."""


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Assistant:
    """Everything wired for one brand. `store` is None where a command only thinks."""

    settings: Settings
    pack: Pack
    respond: Respond
    embedder: Embedder
    index: PassageIndex
    drafter: Drafter
    store: Store | None
    channels: Mapping[str, Channel]
    clock: Clock
    certificates: Callable[[], Sequence[tuple[Permit, Standing]]] = tuple
    """Every certificate kept, and whether it counts now."""

    def parse(self, row: Mapping[str, object], *, position: str, channel: str | None = None) -> Mention:
        """One input row as a mention. Raises `MentionInvalid` or `ChannelUnknown`."""
        from assistant.desk.intake import parse_mention

        return parse_mention(row, pack=self.pack, default_channel=channel, position=position)

    def require_channel(self, name: str) -> None:
        """Raises `ChannelUnknown` where the brand doesn't use the channel."""
        if self.pack.channel(name) is None:
            raise ChannelUnknown(name, [channel.name for channel in self.pack.channels])

    def require_store(self) -> Store:
        """The store; commands that ask for it open it."""
        if self.store is None:
            raise RuntimeError("opened without a store")
        return self.store

    def search(self, query: str, *, k: int) -> Evidence:
        """What the knowledge base holds on a question, best first."""
        (evidence,) = self.index.search([query], self.embedder.embed([query]), k=k)
        return evidence

    def passages(self, ids: Sequence[str]) -> Mapping[str, Passage]:
        """Passages by id."""
        return self.index.get(ids)


def load_brand(settings: Settings, knowledge: Path | None) -> Pack:
    """The brand pack of `--knowledge`, else of the settings. Raises `PackInvalid`."""
    from assistant.kb.pack import load_pack

    return load_pack(knowledge or settings.knowledge)


def build_embedder(settings: Settings) -> Embedder:
    """The local embedding model; its graph is built once into the data folder."""
    from assistant.adapters.minilm import MiniLM

    return MiniLM(settings.data_dir / "cache", precision=settings.embedding_precision, threads=settings.threads)


def build_index(settings: Settings, pack: Pack, embedder: Embedder, *, writable: bool = False) -> "ChromaIndex":
    """The embedded passage index of one brand: public articles, in the brand's first language."""
    from assistant.adapters.chroma import ChromaIndex

    collection = f"{pack.brand.id}-public-{pack.brand.answers_in[0]}"
    return ChromaIndex(
        settings.data_dir / "index",
        collection=collection,
        embedder_fingerprint=embedder.fingerprint,
        read_only=not writable,
    )


def index_brand(settings: Settings, pack: Pack, *, rebuild: bool, progress: Callable[[int], None]) -> "Built":
    """Bring the brand's index up to date; `rebuild` throws the whole index folder away first.

    Raises `OwnedByAnother` where another process uses it, `IndexUnreadable` where the folder holds foreign files.
    """
    from assistant.adapters import index_folder
    from assistant.workflows.build_index import build_index as bring_up_to_date

    if rebuild:
        index_folder.discard(settings.data_dir / "index")
    embedder = build_embedder(settings)
    today = utc_now().astimezone(ZoneInfo(pack.brand.time_zone)).date()
    with closing(build_index(settings, pack, embedder, writable=True)) as index:
        return bring_up_to_date(pack, embedder=embedder, index=index, on=today, progress=progress)


def rank_corpus(
    settings: Settings,
    corpus: Path,
    queries: Path,
    *,
    k: int,
    write: Callable[[Sequence[Mapping[str, object]]], None],
    bad: Callable[[Path, int, str], None],
    progress: Callable[[int], None],
) -> None:
    """Rank a foreign collection in memory."""
    from assistant.adapters.memory_index import MemoryIndex
    from assistant.workflows.search_corpus import search_corpus

    embedder = build_embedder(settings)
    index = MemoryIndex(embedder.fingerprint)
    search_corpus(corpus, queries, embedder=embedder, index=index, k=k, write=write, bad=bad, progress=progress)


def models_dir(settings: Settings, pack: Pack) -> Path:
    """Where the brand's fitted heads live."""
    return settings.data_dir / "models" / pack.brand.id


def neutral_dir(settings: Settings) -> Path:
    """Where the heads live that hold for every brand, fitted without any brand's examples."""
    return settings.data_dir / "models" / "neutral"


def load_heads(settings: Settings, pack: Pack) -> Heads:
    """The brand's fitted heads. Raises `HeadsMissing`."""
    from assistant.scoring.heads import load

    return load(models_dir(settings, pack))


def train_brand(settings: Settings, pack: Pack, *, progress: Callable[[int], None]) -> "Card":
    """Fit the brand's heads; what is up to date already is left as it is."""
    from assistant.workflows.train import train_pack

    embedder = build_embedder(settings)
    return train_pack(pack, embedder=embedder, out=models_dir(settings, pack), progress=progress)


def train_labels(
    settings: Settings, examples: Path, out: Path, *, validation: Path | None, progress: Callable[[int], None]
) -> "Trained":
    """Fit any label set into `out`, and once the heads that hold for every brand, so that it can be read at once."""
    from assistant.workflows.train import train_file, train_states

    embedder = build_embedder(settings)
    trained = train_file(examples, validation=validation, embedder=embedder, out=out, progress=progress)
    train_states(None, embedder=embedder, out=neutral_dir(settings), progress=progress)
    return trained


def text_reader(settings: Settings, *, knowledge: Path | None, model: Path | None) -> TextReader:
    """A function that reads texts with the brand's heads, or with the intents of `model` and the neutral heads.

    The neutral heads are fitted first where nobody did.
    """
    from assistant.adapters.lingua import Lingua
    from assistant.scoring.heads import load
    from assistant.workflows.train import train_states
    from assistant.workflows.understand_texts import understand_texts

    _compute_alone()
    pack, embedder = load_brand(settings, knowledge), build_embedder(settings)
    if model is None:
        heads: Heads = load_heads(settings, pack)
    else:
        train_states(None, embedder=embedder, out=neutral_dir(settings), progress=lambda steps: None)
        heads = load(model, states=neutral_dir(settings))
    languages = Lingua(pack.brand.languages)

    def read(texts: Sequence[str], ids: Sequence[str]) -> Sequence[Mapping[str, object]]:
        return understand_texts(texts, ids=ids, embedder=embedder, heads=heads, languages=languages, pack=pack)

    return read


def build_drafter(settings: Settings) -> Drafter:
    """The extractive drafter, or a model with the extractive one behind it."""
    from assistant.adapters.extractive import Extractive
    from assistant.prompts import Prompts

    prompts = Prompts(settings.prompts)
    extractive = Extractive(prompts)
    if not settings.uses_model:
        return extractive
    from assistant.adapters.model_drafter import ModelDrafter
    from assistant.adapters.openai_chat import OpenAIChat

    chat = OpenAIChat(
        model=settings.model,
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        timeout_s=settings.model_timeout_s,
    )
    return ModelDrafter(chat, prompts, fallback=extractive)


def build_store(settings: Settings) -> Store:
    """The store in the data folder, migrated to the newest schema."""
    from assistant.adapters.sql.store import SqlStore

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return SqlStore(f"sqlite:///{settings.data_dir / 'assistant.db'}")


def build_channels(settings: Settings, pack: Pack) -> Mapping[str, Channel]:
    """Until a network adapter is configured, every channel delivers into a file of the data folder."""
    from assistant.adapters.channels.file_drop import FileDrop

    folder = settings.data_dir / "sent"
    return {channel.name: FileDrop(channel.name, folder) for channel in pack.channels if channel.enabled}


def permit_file(settings: Settings, pack: Pack) -> "PermitFile":
    """Where the brand's permits are kept."""
    from assistant.adapters.permit_file import PermitFile

    return PermitFile(settings.data_dir / "certificates" / f"{pack.brand.id}.json")


def build_respond(
    settings: Settings,
    pack: Pack,
    embedder: Embedder,
    index: PassageIndex,
    drafter: Drafter,
    store: Store | None,
    *,
    permits: Callable[[], Permits],
) -> "Pipeline":
    """The pipeline; automation is off where the store says so, and for what `permits` doesn't cover."""
    from assistant.adapters.lingua import Lingua
    from assistant.pipeline.respond import Pipeline

    _compute_alone()
    return Pipeline(
        pack=pack,
        embedder=embedder,
        languages=Lingua(pack.brand.languages),
        heads=load_heads(settings, pack),
        index=index,
        drafter=drafter,
        clock=utc_now,
        automation=_automation_of(store, pack),
        permits=permits,
    )


def _compute_alone() -> None:
    """One thread for numpy's matrix products, process-wide: those of a batch are so small that a second thread only
    waits for the first, and its waiting cost a quarter of all CPU time."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")


def _automation_of(store: Store | None, pack: Pack) -> Callable[[], AutomationState]:
    def read() -> AutomationState:
        if store is None:
            return AutomationState()
        with store.read() as look:
            return look.automation(pack.brand.id)

    return read


@contextmanager
def open_assistant(
    settings: Settings, *, knowledge: Path | None = None, with_store: bool = True
) -> Iterator[Assistant]:
    """A wired assistant, closed at the end of the block. Raises what the parts raise, each with its way out."""
    pack = load_brand(settings, knowledge)
    embedder = build_embedder(settings)
    index = build_index(settings, pack, embedder)
    drafter = build_drafter(settings)
    store = build_store(settings) if with_store else None
    permits = permit_file(settings, pack)
    try:
        respond = build_respond(settings, pack, embedder, index, drafter, store, permits=permits.read)
        yield Assistant(
            settings=settings,
            pack=pack,
            respond=respond,
            embedder=embedder,
            index=index,
            drafter=drafter,
            store=store,
            channels=build_channels(settings, pack) if with_store else {},
            clock=utc_now,
            certificates=lambda: _standings(permits.read(), respond.versions()),
        )
    finally:
        index.close()
        if store is not None:
            store.close()


@dataclass(frozen=True)
class Rehearsal:
    """The pipeline for evals: what it decides is neither stored nor sent. `versions` name all that turns depend on."""

    pack: Pack
    respond: RespondWith
    versions: Mapping[str, str]


def _standings(permits: Permits, versions: Mapping[str, str]) -> Sequence[tuple[Permit, Standing]]:
    now = utc_now()
    return [(permit, permit.standing(versions=versions, at=now)) for permit in permits.permits]


def rehearse(settings: Settings, *, knowledge: Path | None = None) -> Rehearsal:
    """The brand's pipeline as it would answer now with every slice certified. Raises what the parts raise."""
    pack = load_brand(settings, knowledge)
    embedder = build_embedder(settings)
    index = build_index(settings, pack, embedder)
    everything = Permits(rehearsal=True)
    drafter = build_drafter(settings)
    pipeline = build_respond(settings, pack, embedder, index, drafter, None, permits=lambda: everything)
    return Rehearsal(pack=pack, respond=pipeline, versions={**pipeline.versions(), "code": _code_fingerprint()})


def _code_fingerprint() -> str:
    """A hash of this package's own source; a few milliseconds."""
    package = Path(__file__).parent.parent
    digest = sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(f"{path.relative_to(package)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
