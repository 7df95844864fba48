"""A brand that changes while a process runs: what is wired is replaced, whole, as soon as somebody wrote something, or
put another model in place.
"""

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import structlog

from assistant.compose.heads import HeadsInUse
from assistant.domain.brand import Pack
from assistant.errors import PackInvalid
from assistant.kb.pack import load_pack
from assistant.kb.renewal import marks_of, with_articles, with_files

if TYPE_CHECKING:
    from assistant.compose import Assistant

RENEW_S = 0.5
"""Pause between two looks at what became of the brand's articles, its folder and its models."""

log = structlog.get_logger()


class Renewal:
    """The wired assistant of this process, as its brand stands now: its articles in the store, its models and the rest
    in their folders.

    Whoever asks gets one that is consistent in itself and keeps it to the end of what it does; the next to ask gets
    the next one. `rewire` gives an assistant another pack, reads the folder's charts and takes the `heads` in use.
    """

    def __init__(
        self, assistant: "Assistant", *, rewire: Callable[["Assistant", Pack], "Assistant"], heads: HeadsInUse
    ) -> None:
        self._assistant = assistant
        self._rewire = rewire
        self._heads = heads
        self._renewing = threading.Lock()
        self._mark = self._marked()
        self.problems: tuple[str, ...] = ()
        """What keeps the folder, as it is now, from being taken up; what was read last still holds."""
        self.waiting: tuple[str, ...] = ()
        """Files whose change waits for the next start."""
        self._files = self._written()

    def begin_with(self, assistant: "Assistant") -> "Assistant":
        """Hand out this one, which knows its renewal, until the first change."""
        self._assistant = assistant
        return assistant

    def now(self) -> "Assistant":
        """The newest one."""
        return self._assistant

    def renew(self) -> bool:
        """Take up what was written since; whether anything changed. Raises `StoreUnavailable`."""
        with self._renewing:
            mark, files = self._marked(), self._written()
            refitted = self._heads.renew()
            if (mark, files) == (self._mark, self._files) and not refitted:
                return False
            before = self._assistant
            try:
                self._take_up(reread=files != self._files, refitted=refitted)
                problems: tuple[str, ...] = ()
            except PackInvalid as invalid:
                problems = invalid.problems
                log.warning("pack_not_renewed", problems=len(problems))
                self._take_up(reread=False, refitted=refitted)
            same = bool(problems) == bool(self.problems)
            self.problems = problems
            self._mark, self._files = mark, files if same else self._written()
            return self._assistant is not before

    def _take_up(self, *, reread: bool, refitted: bool) -> None:
        old = self._assistant
        base, waiting = old.pack, self.waiting
        if (reread or refitted) and old.folder is not None:
            base, waiting = with_files(old.pack, load_pack(old.folder), fitted=refitted)
        with old.require_store().read() as look:
            kept = [each.article for each in look.current_articles(old.pack.brand.id)]
        pack = with_articles(base, kept, folder=old.folder) if kept else base
        if reread or refitted or pack is not old.pack:
            self._assistant = self._rewire(old, pack)
            log.info("pack_renewed", articles=len(pack.articles), pack=pack.fingerprint[:12], waiting=waiting)
        self.waiting = waiting

    def _written(self) -> Mapping[str, tuple[int, int]]:
        """While something can't be read, articles count, too: one of them may be what is wrong."""
        folder = self._assistant.folder
        return marks_of(folder, articles=bool(self.problems)) if folder is not None else {}

    def _marked(self) -> str:
        with self._assistant.require_store().read() as look:
            return look.articles_mark(self._assistant.pack.brand.id)
