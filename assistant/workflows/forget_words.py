"""What a process remembers of words goes within hours: what was deleted at its source is gone everywhere in a day.

Rows are blanked when a deletion is heard (`desk/receive`). Here go the copies beside them: pages of the store that were
overwritten but still stand in its write-ahead log, and texts that functions remember their answers for.
"""

import asyncio
import sys
from collections.abc import Iterator
from functools import _lru_cache_wrapper

import structlog

from assistant.errors import StoreUnavailable
from assistant.ports import Store
from assistant.workflows.hear import pause

EVERY_S = 6 * 3600.0
"""Deletions must have reached every copy within 24 hours; three rounds may fail."""

log = structlog.get_logger()


def forget_words(store: Store) -> int:
    """Once; returns how many functions forgot. Raises `StoreUnavailable`."""
    memos = list(_memos())
    for memo in memos:
        memo.cache_clear()
    store.scrub()
    return len(memos)


async def forget_regularly(store: Store, stop: asyncio.Event, *, every_s: float = EVERY_S) -> None:
    """Every `every_s` until `stop` is set. A store that is away is tried again the next time."""
    while not stop.is_set():
        await pause(stop, every_s)
        if stop.is_set():
            return
        try:
            log.info("words_forgotten", functions=await asyncio.to_thread(forget_words, store))
        except StoreUnavailable as problem:
            log.warning("words_not_forgotten", problem=str(problem))


def _memos() -> Iterator["_lru_cache_wrapper[object]"]:
    """All of ours: each stands in a module under its name."""
    for name, module in list(sys.modules.items()):
        if name.startswith("assistant."):
            yield from (found for found in list(vars(module).values()) if isinstance(found, _lru_cache_wrapper))
