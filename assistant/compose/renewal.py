"""Articles that change while a process runs: what is wired is replaced, whole, as soon as the store tells of them."""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from assistant.domain.brand import Pack
from assistant.errors import AssistantError, OwnedByAnother
from assistant.kb.renewal import with_articles

if TYPE_CHECKING:
    from assistant.compose import Assistant

PATIENCE_S = 10
"""How long an index that another process writes is waited for."""
RETRY_S = 0.2

log = structlog.get_logger()


class Renewal:
    """The wired assistant of this process, as the articles in the store stand now.

    Whoever asks gets one that is consistent in itself and keeps it to the end of what it does; the next to ask gets
    the next one. `rewire` gives an assistant another pack, `index` brings the search up to date.
    """

    def __init__(
        self,
        assistant: "Assistant",
        *,
        rewire: Callable[["Assistant", Pack], "Assistant"],
        index: Callable[[], object],
    ) -> None:
        self._assistant = assistant
        self._rewire = rewire
        self._index = index
        self._renewing = threading.Lock()
        self._mark = self._marked()

    def begin_with(self, assistant: "Assistant") -> "Assistant":
        """Hand out this one, which knows its renewal, until the first change."""
        self._assistant = assistant
        return assistant

    def now(self) -> "Assistant":
        """The newest one."""
        return self._assistant

    def renew(self) -> bool:
        """Take up the store's current articles; whether anything changed. Raises `StoreUnavailable`."""
        with self._renewing:
            mark = self._marked()
            if mark == self._mark:
                return False
            old = self._assistant
            with old.require_store().read() as look:
                kept = [each.article for each in look.current_articles(old.pack.brand.id)]
            pack = with_articles(old.pack, kept, folder=old.folder) if kept else old.pack
            if pack is not old.pack:
                self._assistant = self._rewire(old, pack)
                log.info("articles_renewed", articles=len(pack.articles), pack=pack.fingerprint[:12])
            self._mark = mark
            return pack is not old.pack

    def put_in_use(self) -> bool:
        """Make what was just kept in the store found and said from now on; False where the search couldn't follow."""
        self.renew()
        last = time.monotonic() + PATIENCE_S
        while True:
            try:
                self._index()
            except AssistantError as problem:
                if not isinstance(problem, OwnedByAnother) or time.monotonic() > last:
                    log.warning("index_waits", problem=str(problem))
                    return False
                time.sleep(RETRY_S)
            else:
                self.renew()
                return True

    def _marked(self) -> str:
        with self._assistant.require_store().read() as look:
            return look.articles_mark(self._assistant.pack.brand.id)
