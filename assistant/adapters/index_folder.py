"""The folder an embedded index lives in: whose it is, who owns it now, and which collection is the current one."""

import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.adapters.unset_rows import FormatUnknown, blank_unset_rows
from assistant.errors import IndexUnreadable, Infrastructure, OwnedByAnother
from assistant.scoring.lexical import Arrays

REBUILD = "run `assistant index --rebuild`"

_MARKER = "assistant-index"
_FORMAT = "1"
"""Grows when the layout changes in a way older or newer code can't read."""
_LOCK = "owner.lock"
_KEPT = ".kept."
log = structlog.get_logger()

_PATIENCE_S = 10
_AGAIN_S = 0.2
_SEGMENT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""How Chroma names the folder of a collection's vectors."""
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
_LONGEST_NAME = 100


class Pointer(BaseModel):
    """Which Chroma collection holds a brand's passages now, and what it must hold to be whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    collection: str
    embedder: str
    fingerprint: str
    passages: int
    texts: int


class Ownership:
    """The right to write into a folder: held by one process at a time, given back by `release` or by its end."""

    def __init__(self, folder: Path, *, patience_s: float = 0.0) -> None:
        """Raises `OwnedByAnother` where somebody holds it and doesn't give it back within `patience_s`."""
        self._file = (folder / _LOCK).open("a+", encoding="utf-8")
        try:
            self._take(monotonic() + patience_s)
        except BlockingIOError as error:
            self._file.seek(0)
            owner = self._file.read().strip() or "unknown"
            self._file.close()
            raise OwnedByAnother(
                f"{folder}: process {owner} owns this index and is the only one that may write it; "
                "stop it (or wait for it to end) and try again. Searching beside it is fine; for several writers "
                "start a server (`chroma run --path FOLDER --port 8001`) and set ASSISTANT_CHROMA_URL=http://127.0.0.1:8001"
            ) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def _take(self, until: float) -> None:
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if monotonic() >= until:
                    raise
                sleep(_AGAIN_S)
            else:
                return

    def release(self) -> None:
        """Let the next one in; twice is fine."""
        self._file.close()


def prepare(folder: Path) -> None:
    """Make the folder ours, or see that it is. Raises `IndexUnreadable` where somebody else's files are in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / _MARKER).exists():
            _refuse_foreign(folder)
            (folder / _MARKER).write_text(_FORMAT, encoding="utf-8")
    except OSError as error:
        raise Infrastructure(f"{folder}: {error.strerror}; choose a writable ASSISTANT_DATA_DIR") from error
    require_ours(folder)


def require_ours(folder: Path) -> None:
    """Raises `IndexUnreadable` where the folder isn't an index of this format."""
    marker = folder / _MARKER
    if not marker.is_file():
        _refuse_foreign(folder)
        return
    found = marker.read_text(encoding="utf-8", errors="replace").strip()
    if found != _FORMAT:
        raise IndexUnreadable(f"{folder}: an index of format {found!r}, this version reads {_FORMAT!r}; {REBUILD}")


def discard(folder: Path, *, patience_s: float = 0.0) -> None:
    """Remove an index, readable or not, so that it can be built afresh. A missing folder is fine.

    Raises `IndexUnreadable` where the folder holds somebody else's files, `OwnedByAnother` where it is in use.
    """
    if not folder.is_dir():
        return
    if not (folder / _MARKER).is_file():
        _refuse_foreign(folder)
    ownership = Ownership(folder, patience_s=patience_s)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise Infrastructure(f"{folder}: {error.strerror}; remove the folder by hand") from error
    finally:
        ownership.release()


def file_name(collection: str) -> str:
    """A name of its own for any collection, fit for a file and for Chroma."""
    safe = _UNSAFE.sub("-", collection)[:_LONGEST_NAME]
    if safe == collection and safe[:1].isalnum() and safe[-1:].isalnum():
        return safe
    return f"c{safe}-{hashlib.sha256(collection.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def read_pointer(folder: Path, collection: str) -> Pointer | None:
    """None where nothing was indexed. Raises `IndexUnreadable`."""
    path = pointer_path(folder, collection)
    try:
        return Pointer.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise IndexUnreadable(f"{path}: damaged, it doesn't say where the passages are; {REBUILD}") from error


def write_pointer(folder: Path, collection: str, pointer: Pointer) -> None:
    """Switch to another collection at one moment: readers see the old pointer or the new one, never half of one."""
    path = pointer_path(folder, collection)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(pointer.model_dump_json())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


class Files:
    """Indexes kept in files of their own, in the folder of a database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, collection: str, arrays: Arrays) -> None:
        """Write them."""
        for name, array in arrays.items():
            np.save(self._folder / f"{collection}{_KEPT}{name}.npy", array)

    def kept(self, collection: str) -> Arrays:
        """What is kept there, read from the disk as it is used; nothing where a file isn't whole."""
        start = f"{collection}{_KEPT}"
        try:
            return {
                path.name.removeprefix(start).removesuffix(".npy"): np.asarray(np.load(path, mmap_mode="r"))
                for path in self._folder.glob(f"{start}*.npy")
            }
        except (OSError, ValueError, EOFError):
            return {}

    def forget(self, name: str) -> None:
        """Remove the files of all of that name."""
        for old in self._folder.glob(f"{name}.*.npy"):
            old.unlink()

    def forget_others(self, name: str, collection: str) -> None:
        """Remove the files of every other collection of that name."""
        for old in self._folder.glob(f"{name}.*.npy"):
            if not old.name.startswith(f"{collection}{_KEPT}"):
                old.unlink()


def clear_out(database: Path) -> None:
    """Take off the disk what Chroma leaves of deleted collections: vectors in folders nobody names, texts in free rows
    and in rows of vectors that were never set.

    Readers that still hold the old ones aren't disturbed; where one reads so long that the file can't be rewritten, the
    next call does it.
    """
    try:
        with closing(sqlite3.connect(database / "chroma.sqlite3", timeout=_PATIENCE_S)) as connection:
            named = {str(row[0]) for row in connection.execute("SELECT id FROM segments")}
            for folder in database.iterdir():
                if folder.is_dir() and _SEGMENT.fullmatch(folder.name) and folder.name not in named:
                    shutil.rmtree(folder, ignore_errors=True)
            connection.execute("VACUUM")
        for name in named:
            blank_unset_rows(database / name)
    except (sqlite3.Error, FormatUnknown, OSError) as problem:
        log.warning("index_not_cleared_out", problem=str(problem))


def stamp_of(folder: Path, collection: str) -> tuple[int, int]:
    """Changes whenever the pointer does; zeros where there is none."""
    try:
        found = pointer_path(folder, collection).stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_ino)


def pointer_path(folder: Path, collection: str) -> Path:
    """Where the pointer of a brand's collection is kept."""
    return folder / f"{collection}.json"


def _refuse_foreign(folder: Path) -> None:
    if folder.is_dir() and any(path.name != _LOCK for path in folder.iterdir()):
        raise IndexUnreadable(
            f"{folder}: holds files that are not an index of this program, which are left alone; "
            "empty the folder, or choose another ASSISTANT_DATA_DIR"
        )
