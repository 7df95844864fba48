"""Settings in, a wired assistant out: the only place that builds adapters."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from assistant.charts.compiled import NO_CHARTS, Triage
from assistant.compose.channels import build_channels, build_links
from assistant.compose.clock import utc_now as utc_now
from assistant.compose.data_folder import data_folder
from assistant.compose.embedding import asker_of as asker_of
from assistant.compose.embedding import build_embedder as build_embedder
from assistant.compose.embedding import reads_with
from assistant.compose.heads import HeadsInUse, read_heads
from assistant.compose.process import compute_alone, leave_loaded_alone
from assistant.compose.renewal import Renewal
from assistant.compose.triage import load_triage
from assistant.domain.article_history import quarantined
from assistant.domain.automation import AutomationState
from assistant.domain.basis import World, world_of
from assistant.domain.brand import Pack
from assistant.domain.certificate import Permit, Permits, Proof, Standing
from assistant.domain.conversation import TakenIn
from assistant.domain.knowledge import Evidence, Passage
from assistant.domain.mention import Mention
from assistant.domain.readers import Readers, all_readers, anybody
from assistant.errors import ChannelUnknown, Infrastructure, SignInNeeded
from assistant.ports import Channel, Clock, Drafter, Embedder, Heads, Languages, Library, Link, Respond, Store
from assistant.settings import Settings
from assistant.workflows.dispatch import Glance, Shed
from assistant.workflows.intake_groups import IntakeGroups
from assistant.workflows.take_in import take_in

if TYPE_CHECKING:
    from assistant.adapters.chroma_library import ChromaLibrary
    from assistant.adapters.permit_file import PermitFile
    from assistant.pipeline.respond import Pipeline


TextReader = Callable[[Sequence[str], Sequence[str]], Sequence[Mapping[str, object]]]
"""Texts and their ids in, flat rows of judgements out."""


@dataclass(frozen=True)
class Assistant:
    """Everything wired for one brand. `store` is None where a command only thinks."""

    settings: Settings
    pack: Pack
    respond: Respond
    embedder: Embedder
    index: Library
    drafter: Drafter
    store: Store | None
    channels: Mapping[str, Channel]
    clock: Clock
    triage: Triage = NO_CHARTS
    glance: Glance | None = None
    shed: Shed | None = None
    intake: IntakeGroups | None = None
    links: Mapping[str, Link] = field(default_factory=dict)
    certificates: Callable[[], Sequence[tuple[Permit, Standing]]] = tuple
    """Every certificate kept, and whether it counts now."""
    proof: Callable[[], Proof | None] = lambda: None
    """What is certified now; None where nothing is sent."""
    folder: Path | None = None
    """Where the pack was read from, so that its articles can be written; None where nobody may."""
    languages: Languages | None = None
    """Tells languages apart; None where nobody reads."""
    asker: Embedder | None = None
    """Embeds what is asked of the index; None where `embedder` does."""
    renewal: Renewal | None = None
    """Follows the articles; None where they stay as they were read."""

    def latest(self) -> "Assistant":
        """The same assistant with the articles as they stand now."""
        return self.renewal.now() if self.renewal is not None else self

    def parse(self, row: Mapping[str, object], *, position: str, channel: str | None = None) -> Mention:
        """One input row as a mention. Raises `MentionInvalid` or `ChannelUnknown`."""
        from assistant.desk.intake import parse_mention

        return parse_mention(row, pack=self.pack, default_channel=channel, position=position)

    def world(self) -> World:
        """What is true outside conversations now: valid articles, open incidents, binding charts, certificates."""
        return world_of(self.pack, charts=self.triage.fingerprint, at=self.clock(), proof=self.proof())

    async def take_in(self, mention: Mention, *, unasked: bool = False) -> TakenIn:
        """Keep a mention, together with others that arrive now. Raises `Overloaded` and, of the `unasked`,
        `SignInNeeded` (see `IntakeGroups.put`).
        """
        if self.intake is not None:
            return await self.intake.put(mention, unasked=unasked)
        if unasked:
            with self.require_store().read() as look:
                if look.agents():
                    raise SignInNeeded
        (taken,) = await take_in([mention], store=self.require_store(), clock=self.clock)
        return taken

    def require_channel(self, name: str) -> None:
        """Raises `ChannelUnknown` where the brand doesn't use the channel."""
        if self.pack.channel(name) is None:
            raise ChannelUnknown(name, [channel.name for channel in self.pack.channels])

    def require_store(self) -> Store:
        """The store; commands that ask for it open it."""
        if self.store is None:
            raise RuntimeError("opened without a store")
        return self.store

    def search(self, query: str, *, k: int, readers: Readers | None = None) -> Evidence:
        """What the knowledge base holds on a question, best first: for anybody, or for these readers."""
        asked = (self.asker or self.embedder).embed([query])
        (evidence,) = self.index.of(readers or anybody(self.pack)).search([query], asked, k=k)
        return evidence

    def passages(self, ids: Sequence[str]) -> Mapping[str, Passage]:
        """Passages by id; while the index is away those of the articles as they stand now."""
        from assistant.kb.index import passages_of

        try:
            return self.index.get(ids)
        except Infrastructure:
            return passages_of(self.pack.articles, ids, on=self.pack.brand.day(self.clock()))


def load_brand(settings: Settings, knowledge: Path | None) -> Pack:
    """The brand pack of `--knowledge`, else of the settings. Raises `PackInvalid`."""
    from assistant.kb.pack import load_pack

    return load_pack(knowledge or settings.knowledge)


def build_index(
    settings: Settings, pack: Pack, embedder: Embedder, *, writable: bool = False, patience_s: float = 0.0
) -> "ChromaLibrary":
    """The passages of one brand, for each kind of its readers; who writes waits that long for another writer."""
    from assistant.adapters.chroma_home import Folder, Server
    from assistant.adapters.chroma_library import ChromaLibrary
    from assistant.scoring.weights import WeightsFile

    return ChromaLibrary(
        Server(settings.chroma_url)
        if settings.chroma_url
        else Folder(data_folder(settings) / "index", read_only=not writable, patience_s=patience_s),
        brand_id=pack.brand.id,
        readers=all_readers(pack),
        embedder_fingerprint=embedder.fingerprint,
        read_only=not writable,
        weights=WeightsFile(weights_file(settings, pack)),
    )


def models_dir(settings: Settings, pack: Pack) -> Path:
    """Where the brand's fitted heads live."""
    return settings.data_dir / "models" / pack.brand.id


def weights_file(settings: Settings, pack: Pack) -> Path:
    """Where the brand's own search weights are kept, once they were fitted."""
    return models_dir(settings, pack) / "search.json"


def neutral_dir(settings: Settings) -> Path:
    """Where the heads live that hold for every brand, fitted without any brand's examples."""
    return settings.data_dir / "models" / "neutral"


def load_heads(settings: Settings, pack: Pack) -> Heads:
    """The brand's fitted heads. Raises `HeadsMissing`."""
    return heads_in_use(settings, pack).now()


def heads_in_use(settings: Settings, pack: Pack) -> HeadsInUse:
    """The brand's fitted heads, as they are whenever somebody asks."""
    return HeadsInUse(models_dir(settings, pack), partial(read_heads, embedder=reads_with(settings)))


def text_reader(
    settings: Settings, *, knowledge: Path | None, model: Path | None, progress: Callable[[int, int], None]
) -> TextReader:
    """A function that reads texts with the brand's heads, or with the intents of `model` and the neutral heads.

    The neutral heads are fitted first where nobody did, with `progress`: a minute or so, once a data folder.
    """
    from assistant.adapters.lingua import Lingua
    from assistant.compose.knowledge import train_neutral
    from assistant.scoring.heads import STATES
    from assistant.scoring.in_use import in_use
    from assistant.workflows.understand_texts import understand_texts

    compute_alone()
    pack = load_brand(settings, knowledge)
    embedder = build_embedder(settings, wide=True)
    if model is None:
        heads: Heads = load_heads(settings, pack)
    else:
        train_neutral(settings, embedder, progress=progress)
        heads = read_heads(in_use(model)._replace(states=neutral_dir(settings) / STATES), embedder=embedder.fingerprint)
    languages = Lingua(pack.brand.languages)

    def read(texts: Sequence[str], ids: Sequence[str]) -> Sequence[Mapping[str, object]]:
        return understand_texts(texts, ids=ids, embedder=embedder, heads=heads, languages=languages, pack=pack)

    return read


def build_drafter(settings: Settings, store: Store | None = None, embedder: Embedder | None = None) -> Drafter:
    """The extractive drafter, or a model with the extractive one behind it, its limits kept in the store.

    Who only asks what drafts depend on needs no `embedder` of usual vectors.
    """
    from assistant.compose.drafting import build

    return build(settings, store, embedder)


def build_store(settings: Settings) -> Store:
    """The store of `ASSISTANT_DATABASE_URL`, else in the data folder, migrated to the newest schema."""
    from assistant.adapters.sql.store import SqlStore
    from assistant.compose.engine import store_url

    return SqlStore(store_url(settings), patience_s=settings.database_timeout_s)


@contextmanager
def scratch_store() -> Iterator[Store]:
    """An empty store that is thrown away, whatever database the brand's own is in."""
    from assistant.adapters.sql.store import SqlStore

    with (
        TemporaryDirectory(prefix="assistant-") as folder,
        closing(SqlStore(f"sqlite:///{folder}/scratch.db")) as store,
    ):
        yield store


def permit_file(settings: Settings, pack: Pack) -> "PermitFile":
    """Where the brand's permits are kept."""
    from assistant.adapters.permit_file import PermitFile

    return PermitFile(settings.data_dir / "certificates" / f"{pack.brand.id}.json")


def build_respond(
    settings: Settings,
    pack: Pack,
    index: Library,
    drafter: Drafter,
    store: Store | None,
    *,
    triage: Triage,
    permits: Callable[[], Permits],
    asker: Embedder | None,
    clock: Clock = utc_now,
    heads: Heads | None = None,
    reader: Embedder | None = None,
) -> "Pipeline":
    """The pipeline; automation is off where the store says so, and for what `permits` doesn't cover.

    `triage` holds the charts that routes pass; a drill brings a `clock` of its own. Without `heads` those in use now.
    `asker` is that of the index's embedder, `reader` an embedder for mentions instead of the local one.
    """
    from assistant.adapters.lingua import Lingua
    from assistant.compose.drafting import said_of, second_of
    from assistant.pipeline.respond import Pipeline

    compute_alone()
    heads = heads or load_heads(settings, pack)
    leave_loaded_alone()
    return Pipeline(
        pack=pack,
        embedder=reader or build_embedder(settings, wide=True),
        languages=Lingua(pack.brand.languages),
        heads=heads,
        index=index,
        drafter=drafter,
        clock=clock,
        automation=_automation_of(store, pack),
        said=said_of(store, pack),
        triage=triage,
        permits=permits,
        audited=store is not None,
        second=second_of(settings, drafter),
        asker=asker,
    )


def _automation_of(store: Store | None, pack: Pack) -> Callable[[], AutomationState]:
    def read() -> AutomationState:
        if store is None:
            return AutomationState()
        with store.read() as look:
            state = look.automation(pack.brand.id)
            if not (days := pack.automation.quarantine_days):
                return state
            fresh = quarantined(look.current_articles(pack.brand.id), days=days, at=utc_now())
        return state.model_copy(update={"quarantined": fresh})

    return read


@contextmanager
def open_assistant(
    settings: Settings, *, knowledge: Path | None = None, with_store: bool = True
) -> Iterator[Assistant]:
    """A wired assistant, closed at the end of the block. Raises what the parts raise, each with its way out."""
    from assistant.kb.remembering import Remembering

    settings = settings.model_copy(update={"knowledge": knowledge or settings.knowledge})
    pack = load_brand(settings, None)
    triage = load_triage(settings.knowledge, pack)
    embedder = build_embedder(settings)
    index = build_index(settings, pack, embedder)
    store = build_store(settings) if with_store else None
    drafter = build_drafter(settings, store, embedder)
    intake = IntakeGroups(store, utc_now) if store is not None else None
    links = build_links(settings, pack) if with_store else {}
    permits = permit_file(settings, pack)
    heads = heads_in_use(settings, pack)
    asker = asker_of(settings, embedder)
    try:
        pipeline = build_respond(
            settings, pack, index, drafter, store, triage=triage, permits=permits.read, heads=heads.now(), asker=asker
        )
        wired = Assistant(
            settings=settings,
            pack=pack,
            respond=pipeline,
            intake=intake,
            embedder=Remembering(embedder),
            asker=asker,
            index=index,
            drafter=drafter,
            store=store,
            channels=build_channels(settings, pack, links, store) if store else {},
            clock=utc_now,
            triage=triage,
            links=links,
            folder=knowledge or settings.knowledge,
        )
        yield _followed(_thinking(wired, pipeline, permits), pipeline, permits, heads)
    finally:
        for part in (index, *links.values(), intake, store):
            if part is not None:
                part.close()


def _thinking(wired: Assistant, pipeline: "Pipeline", permits: "PermitFile") -> Assistant:
    """With everything that depends on what the pipeline thinks with."""
    return replace(
        wired,
        respond=pipeline,
        languages=pipeline.languages,
        glance=pipeline.glance,
        shed=pipeline.shed,
        certificates=lambda: _standings(permits.read(), pipeline.versions()),
        proof=lambda: Proof(permits=permits.read(), versions=pipeline.versions()),
    )


def _followed(wired: Assistant, pipeline: "Pipeline", permits: "PermitFile", heads: HeadsInUse) -> Assistant:
    """With articles that follow the store's, a pack and models that follow their folders; without a store they stay."""
    if wired.store is None:
        return wired

    def rewire(old: Assistant, pack: Pack) -> Assistant:
        from assistant.compose.drafting import said_of

        triage = load_triage(wired.settings.knowledge, pack)
        renewed = pipeline.renewed(
            pack,
            triage=triage,
            heads=heads.now(),
            automation=_automation_of(old.store, pack),
            said=said_of(old.store, pack),
        )
        return _thinking(replace(old, pack=pack, triage=triage), renewed, permits)

    renewal = Renewal(wired, rewire=rewire, heads=heads)
    return renewal.begin_with(replace(wired, renewal=renewal))


def _standings(permits: Permits, versions: Mapping[str, str]) -> Sequence[tuple[Permit, Standing]]:
    now = utc_now()
    return [(permit, permit.standing(versions=versions, at=now)) for permit in permits.permits]
