"""The fitted heads that a process reads with: those in use in a folder, also after others took their place."""

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from assistant.errors import HeadsMissing
from assistant.ports import Heads

if TYPE_CHECKING:
    from assistant.scoring.in_use import Parts

log = structlog.get_logger()


def read_heads(parts: "Parts", *, embedder: str) -> Heads:
    """The heads of these two folders, fitted on vectors of this embedder. Raises `HeadsMissing`."""
    from assistant.adapters.rounded_product import rounded
    from assistant.scoring.heads import load

    return load(parts.intents, parts.states, embedder=embedder, products=rounded)


class HeadsInUse:
    """The heads of a model folder as it stands, each pair read whole."""

    def __init__(self, folder: Path, read: Callable[["Parts"], Heads]) -> None:
        self._folder = folder
        self._read = read
        self._heads: Heads | None = None
        self._mark = self._marked()

    def now(self) -> Heads:
        """The newest that could be read. Raises `HeadsMissing`."""
        if self._heads is None:
            self._heads = self._read(self._parts())
        return self._heads

    def renew(self) -> bool:
        """Read those put in place since; whether there were any. What can't be read is said once, and not used."""
        mark = self._marked()
        if mark == self._mark:
            return False
        self._mark = mark
        before = self._heads.fingerprint if self._heads is not None else None
        try:
            self._heads = self._read(self._parts())
        except HeadsMissing as missing:
            log.warning("model_not_taken_up", problem=str(missing))
            return False
        log.info("model_taken_up", heads=self._heads.fingerprint, before=before)
        return self._heads.fingerprint != before

    def _parts(self) -> "Parts":
        from assistant.scoring.in_use import in_use

        return in_use(self._folder)

    def _marked(self) -> Hashable:
        from assistant.scoring.in_use import mark_of

        return mark_of(self._folder)
