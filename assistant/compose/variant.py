"""The pipeline with a change: another pack, other prompts, another model or another chart. It can't publish."""

from collections.abc import Sequence
from pathlib import Path

from assistant import compose
from assistant.compose.rehearsal import Rehearsal, searched
from assistant.compose.triage import load_triage
from assistant.domain.certificate import Permits
from assistant.domain.value import Value
from assistant.errors import InputInvalid, ModelUnavailable
from assistant.settings import Settings

_OF_NO_MODEL = frozenset({"reply_extractive.j2", "_voice.j2"})
"""Templates that the drafter without a model may read."""
WORDS = ("prompts", "knowledge", "model", "chart")


class Variant(Value):
    """What is different. `chart` takes the place of the pack's chart whose file has its name, or joins the others."""

    prompts: Path | None = None
    knowledge: Path | None = None
    model: str | None = None
    chart: Path | None = None


def variant_of(said: Sequence[str]) -> Variant:
    """From `prompts=DIR`, `knowledge=DIR`, `model=NAME` and `chart=FILE`. Raises `InputInvalid`."""
    found: dict[str, str] = {}
    for each in said:
        word, equals, value = each.partition("=")
        if word not in WORDS or not equals or not value:
            raise InputInvalid(f"--with {each}: write one of {', '.join(f'{known}=...' for known in WORDS)}")
        if word in found:
            raise InputInvalid(f"--with {each}: {word} stands twice; one run tells one change")
        if word != "model" and not Path(value).exists():
            raise InputInvalid(f"--with {each}: {value} is not there; name the file or folder that holds the change")
        found[word] = value
    return Variant.model_validate(found)


def respond_for(settings: Settings, variant: Variant, *, knowledge: Path | None) -> Rehearsal:
    """As `rehearse`, with the variant's parts: every slice certified, nothing stored, nothing sent."""
    folder = variant.knowledge or knowledge or settings.knowledge
    pack = compose.load_brand(settings, folder)
    charts = load_triage(folder, pack, instead=variant.chart)
    changed = settings.model_copy(update=_settings(variant))
    if variant.prompts is not None:
        must_be_read(variant.prompts, beside=settings.prompts, by_model=changed.uses_model)
    embedder = compose.build_embedder(changed)
    index = searched(changed, pack, embedder, as_written=variant.knowledge is not None).index
    everything = Permits(rehearsal=True)
    drafter = compose.build_drafter(changed, embedder=embedder)
    asker = compose.asker_of(changed, embedder)
    pipeline = compose.build_respond(
        changed, pack, index, drafter, None, triage=charts, permits=lambda: everything, asker=asker
    )
    return Rehearsal(pack=pack, respond=pipeline, versions=pipeline.versions())


def _settings(variant: Variant) -> dict[str, object]:
    prompts = {"prompts": variant.prompts} if variant.prompts else {}
    return prompts | ({"model": variant.model, "drafter": "model"} if variant.model else {})


def must_be_read(prompts: Path, *, beside: Path, by_model: bool) -> None:
    """Raises `ModelUnavailable` where no model is set up to read what differs: it would look like no change at all."""
    here, there = ({each.name: each.read_bytes() for each in folder.glob("*.j2")} for folder in (prompts, beside))
    differ = {name for name in here | there if here.get(name) != there.get(name)}
    if differ and not by_model and differ.isdisjoint(_OF_NO_MODEL):
        raise ModelUnavailable(
            f"no model is set up, and nobody else reads {', '.join(sorted(differ))}: set OPENAI_API_KEY or "
            "OPENAI_BASE_URL, then compare"
        )
