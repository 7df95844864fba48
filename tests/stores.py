"""A real store for a test: a file of its own, already at the newest schema."""

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from assistant.adapters.sql.store import SqlStore


def new_store() -> SqlStore:
    """An empty store, gone with this process."""
    folder = Path(mkdtemp(dir=_folder()))
    shutil.copy(template(), folder / "store.db")
    return SqlStore(f"sqlite:///{folder}/store.db")


@cache
def template() -> Path:
    """A store that was migrated once, for all tests of this process."""
    path = _folder() / "template.db"
    store = SqlStore(f"sqlite:///{path}")
    with store.begin():
        pass
    store.close()
    return path


@cache
def _folder() -> Path:
    folder = Path(mkdtemp(prefix="store-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
