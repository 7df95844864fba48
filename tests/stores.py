"""A real store for a test: a file of its own, already at the newest schema."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from assistant.adapters.sql.store import SqlStore


def new_store() -> SqlStore:
    """An empty store; its folder goes with the system's temporary files."""
    folder = Path(mkdtemp(prefix="store-"))
    shutil.copy(template(), folder / "store.db")
    return SqlStore(f"sqlite:///{folder}/store.db")


@cache
def template() -> Path:
    """A store that was migrated once, for all tests of this process."""
    path = Path(mkdtemp(prefix="store-")) / "template.db"
    store = SqlStore(f"sqlite:///{path}")
    with store.begin():
        pass
    store.close()
    return path
