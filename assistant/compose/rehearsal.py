"""The pipeline for evals: nothing it decides is stored or sent."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from assistant.compose import (
    asker_of,
    build_drafter,
    build_embedder,
    build_index,
    build_respond,
    load_brand,
    utc_now,
    weights_file,
)
from assistant.compose.knowledge import cached_embedder, quiet
from assistant.compose.triage import load_triage
from assistant.domain.brand import Pack
from assistant.domain.certificate import Permits
from assistant.domain.readers import all_readers
from assistant.evals.run import RespondWith
from assistant.kb.index import follows
from assistant.ports import Embedder, Library
from assistant.scoring import weights
from assistant.settings import Settings


@dataclass(frozen=True)
class Rehearsal:
    """The pipeline for evals: what it decides is neither stored nor sent. `versions` name all that turns depend on.

    `follows_pack` is False where search has other articles than the pack's folder, edited ones not indexed yet.
    """

    pack: Pack
    respond: RespondWith
    versions: Mapping[str, str]
    follows_pack: bool = True


def rehearse(settings: Settings, *, knowledge: Path | None = None) -> Rehearsal:
    """The brand's pipeline as it would answer now with every slice certified. Raises what the parts raise.

    Where `knowledge` names a folder its articles are judged as they are written, indexed or not.
    """
    pack = load_brand(settings, knowledge)
    embedder = build_embedder(settings)
    found = searched(settings, pack, embedder, as_written=knowledge is not None)
    triage = load_triage(knowledge or settings.knowledge, pack)
    everything = Permits(rehearsal=True)
    drafter = build_drafter(settings, embedder=embedder)
    asker = asker_of(settings, embedder)
    pipeline = build_respond(
        settings, pack, found.index, drafter, None, triage=triage, permits=lambda: everything, asker=asker
    )
    versions = {**pipeline.versions(), "code": _code_fingerprint()}
    return Rehearsal(pack=pack, respond=pipeline, versions=versions, follows_pack=found.follows)


@dataclass(frozen=True)
class Searched:
    """What is searched, and whether that is the pack's articles."""

    index: Library
    follows: bool


def searched(settings: Settings, pack: Pack, embedder: Embedder, *, as_written: bool) -> Searched:
    """The brand's index; where it has other articles than the pack and `as_written` asks for these, one in memory."""
    index = build_index(settings, pack, embedder)
    if follows(index, pack.articles, readers=all_readers(pack), on=pack.brand.day(utc_now()), embedder=embedder):
        return Searched(index, follows=True)
    return Searched(index_in_memory(settings, pack), follows=True) if as_written else Searched(index, follows=False)


def index_in_memory(settings: Settings, pack: Pack) -> Library:
    """The pack's articles, found with the brand's own weights; the brand's index stays as it is."""
    from assistant.adapters.memory_index import MemoryIndex
    from assistant.workflows.build_index import build_index as bring_up_to_date

    with closing(cached_embedder(settings, f"index-{pack.brand.id}")) as embedder:
        index = MemoryIndex(embedder.fingerprint, weights=weights.read(weights_file(settings, pack)))
        on = pack.brand.day(utc_now())
        bring_up_to_date(pack, embedder=embedder, index=index, on=on, progress=quiet)
    return index


def _code_fingerprint() -> str:
    """A hash of this package's own source; a few milliseconds."""
    package = Path(__file__).parent.parent
    digest = sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(f"{path.relative_to(package)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
