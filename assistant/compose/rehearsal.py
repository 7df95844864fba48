"""The pipeline for evals: nothing it decides is stored or sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from assistant.compose import build_drafter, build_embedder, build_index, build_respond, load_brand
from assistant.compose.triage import load_triage
from assistant.domain.brand import Pack
from assistant.domain.certificate import Permits
from assistant.evals.run import RespondWith
from assistant.settings import Settings


@dataclass(frozen=True)
class Rehearsal:
    """The pipeline for evals: what it decides is neither stored nor sent. `versions` name all that turns depend on."""

    pack: Pack
    respond: RespondWith
    versions: Mapping[str, str]


def rehearse(settings: Settings, *, knowledge: Path | None = None) -> Rehearsal:
    """The brand's pipeline as it would answer now with every slice certified. Raises what the parts raise."""
    pack = load_brand(settings, knowledge)
    embedder = build_embedder(settings)
    index = build_index(settings, pack, embedder)
    triage = load_triage(knowledge or settings.knowledge, pack)
    everything = Permits(rehearsal=True)
    drafter = build_drafter(settings, embedder=embedder)
    pipeline = build_respond(settings, pack, index, drafter, None, triage=triage, permits=lambda: everything)
    return Rehearsal(pack=pack, respond=pipeline, versions={**pipeline.versions(), "code": _code_fingerprint()})


def _code_fingerprint() -> str:
    """A hash of this package's own source; a few milliseconds."""
    package = Path(__file__).parent.parent
    digest = sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(f"{path.relative_to(package)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
