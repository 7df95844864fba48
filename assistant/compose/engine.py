"""Wires the durable engine: where its data lives, who is alive, what carries work out."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

from assistant.compose.data_folder import data_folder
from assistant.errors import Conflict, InputInvalid
from assistant.ports import Presence, Work
from assistant.settings import Settings


def store_url(settings: Settings) -> str:
    """The store's address; without one, a file in the data folder, which is made. Raises `StoreUnavailable`."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return f"sqlite:///{data_folder(settings) / 'assistant.db'}"


def build_presence(settings: Settings, *, brand_id: str = "") -> Presence:
    """On Postgres the server says who is alive, else the machine. Each brand has a leader."""
    from assistant.adapters.sql.presence import FilePresence, PostgresPresence

    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        return PostgresPresence(url, brand_id=brand_id, patience_s=settings.database_timeout_s)
    return FilePresence(data_folder(settings) / "running", brand_id=brand_id)


def in_use(settings: Settings) -> AbstractContextManager[object]:
    """For a process that writes to the store and works on nothing: an embedded one isn't moved away meanwhile."""
    return nullcontext() if settings.database_url is not None else closing(build_presence(settings))


def build_work(settings: Settings, presence: Presence, *, brand_id: str) -> Work:
    """The engine in the same Postgres database, in a schema of its own, or in a file beside the store's."""
    from assistant.adapters.dbos_work import DbosWork

    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        return DbosWork(url, name=presence.name, brand_id=brand_id, patience_s=settings.database_timeout_s)
    return DbosWork(f"sqlite:///{settings.data_dir / 'work.db'}", name=presence.name, brand_id=brand_id)


def move_store(
    settings: Settings, target: str, *, progress: Callable[[int, int], None]
) -> Mapping[str, tuple[int, str]]:
    """Copy the embedded store to `target`: rows and hash by table.

    Raises `Conflict` where somebody has it in use (what came meanwhile would be left behind), and what copying raises.
    """
    from assistant.adapters.sql.copy import copy_store
    from assistant.adapters.sql.presence import FilePresence

    embedded = settings.data_dir / "assistant.db"
    if not embedded.exists():
        raise InputInvalid(f"there is no embedded store at {embedded}; set ASSISTANT_DATA_DIR to its folder")
    with closing(FilePresence(settings.data_dir / "running")) as presence:
        if presence.others():
            raise Conflict(f"a process works on {embedded}; stop `assistant serve` and `assistant work` first")
        copied = copy_store(f"sqlite:///{embedded}", target, progress=progress)
    return {each.table: (each.rows, each.sha256) for each in copied}


def export_brand(
    settings: Settings, brand_id: str, folder: Path, *, progress: Callable[[int], None]
) -> Mapping[str, tuple[int, str]]:
    """Write everything the store holds of the brand into an empty folder: rows and hash by table.

    Raises `InputInvalid` where the folder holds something or can't be written, and what the store raises.
    """
    from assistant.adapters.sql.export import export_store

    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InputInvalid(f"{folder} holds something; give an empty folder")
        found = export_store(store_url(settings), brand_id, folder, progress=progress)
        told = {"brand": brand_id, "tables": {name: each.model_dump() for name, each in found.items()}}
        (folder / "manifest.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputInvalid(f"{folder}: {error.strerror}") from error
    return {name: (each.rows, each.sha256) for name, each in found.items()}
