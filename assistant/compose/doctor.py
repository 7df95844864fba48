"""Looks at each part of an installation and says in a line whether it works, and what to do where it doesn't."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assistant.compose import build_embedder, build_index, build_store, load_brand, load_heads
from assistant.compose.drafting import build as build_drafter
from assistant.compose.triage import load_triage
from assistant.domain.brand import Pack
from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.workflows.verify_log import verify_log


@dataclass(frozen=True)
class Checked:
    """One part: does it work, and what there is to say about it."""

    part: str
    ok: bool
    said: str


def examine(settings: Settings, knowledge: Path | None) -> Iterator[Checked]:
    """Pack, models, index, store and drafter, in that order; a part that needs a broken one is left out."""
    try:
        pack = load_brand(settings, knowledge)
        charts = load_triage(knowledge or settings.knowledge, pack).charts
    except AssistantError as problem:
        yield Checked("pack", ok=False, said=str(problem))
    else:
        bound = "1 chart binds" if len(charts) == 1 else f"{len(charts)} charts bind"
        said = f"{len(pack.articles)} articles, {len(pack.intents)} intents, {bound} routes"
        yield Checked("pack", ok=True, said=said)
        yield _tried("models", lambda: f"heads {load_heads(settings, pack).fingerprint}")
        yield _tried("index", lambda: _index(settings, pack))
    yield _tried("store", lambda: _store(settings))
    yield _tried("drafter", lambda: _drafter(settings))


def _tried(part: str, look: Callable[[], str]) -> Checked:
    try:
        return Checked(part, ok=True, said=look())
    except AssistantError as problem:
        return Checked(part, ok=False, said=str(problem))
    except OSError as error:
        said = f"{error.filename}: {error.strerror}; choose a writable ASSISTANT_DATA_DIR"
        return Checked(part, ok=False, said=said)


def _index(settings: Settings, pack: Pack) -> str:
    with closing(build_index(settings, pack, build_embedder(settings))) as index:
        return f"{index.count()} passages"


def _drafter(settings: Settings) -> str:
    """The prompts are read, and a model's server is asked whether it has it."""
    from assistant.adapters.openai_models import look_up

    name = build_drafter(settings).name
    if settings.uses_model:
        look_up(settings.model, api_key=settings.openai_api_key, base_url=settings.openai_base_url)
    return name


def _store(settings: Settings) -> str:
    with closing(build_store(settings)) as store:
        store.check()
    return f"readable and writable {_place(settings)}"


def _place(settings: Settings) -> str:
    from assistant.adapters.sql.engine import shown_address

    url = settings.database_url
    return f"in {settings.data_dir}" if url is None else f"at {shown_address(url.get_secret_value())}"


def verify(settings: Settings) -> Checked:
    """The log of the store, entry by entry."""
    try:
        with closing(build_store(settings)) as store:
            verified = verify_log(store)
    except AssistantError as problem:
        return Checked("log", ok=False, said=str(problem))
    if verified.broken is None:
        return Checked("log", ok=True, said=f"{verified.entries} entries, each follows from the one before")
    entry = verified.broken
    said = (
        f"entry {entry.sequence} ({entry.event} of {entry.subject} at {entry.at:%Y-%m-%d %H:%M:%S} UTC) was changed, "
        "or the entry before it is missing; keep the file as it is and compare it with a backup"
    )
    return Checked("log", ok=False, said=said)
