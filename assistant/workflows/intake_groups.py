"""Intake in groups: mentions that arrive together are kept by one commit, and nobody is answered before it."""

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from typing import NamedTuple

from assistant.domain.conversation import TakenIn
from assistant.domain.mention import Mention
from assistant.errors import Overloaded, SignInNeeded
from assistant.ports import Clock, Store

LARGEST_GROUP = 256
"""Mentions of one commit; far below the locks a Postgres transaction may hold."""
MOST_WAITING = 10_000
"""Mentions that may wait for a commit in one process; more are refused, and their network sends them again."""


class _Waiting(NamedTuple):
    """A mention whose sender waits; `unasked`: nobody asked them who they are, as no agent was set up."""

    mention: Mention
    done: Future[TakenIn]
    unasked: bool


class IntakeGroups:
    """One thread that commits what waits, a group at a time. `put` may be called from any thread."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._waiting: queue.Queue[_Waiting | None] = queue.Queue(maxsize=MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def put(self, mention: Mention, *, unasked: bool = False) -> Future[TakenIn]:
        """Done once the mention is kept; fails with what the store raised, and with `SignInNeeded` where nobody asked
        the sender who they are and agents are set up by now. Raises `Overloaded`.
        """
        self._start()
        done: Future[TakenIn] = Future()
        try:
            self._waiting.put_nowait(_Waiting(mention, done, unasked))
        except queue.Full:
            raise Overloaded("mentions arrive faster than the store keeps them; send this one again", 5) from None
        return done

    def close(self) -> None:
        """Commit what waits and stop."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _start(self) -> None:
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            group, last = self._gathered(first)
            self._keep(group)
            if last:
                return

    def _gathered(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        """What waits by now, and whether that was the end. The commit before it was the time to gather."""
        group = [first]
        while len(group) < LARGEST_GROUP:
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return group, True
            group.append(item)
        return group, False

    def _keep(self, group: Sequence[_Waiting]) -> None:
        """All in one transaction, or, where that fails, each alone, so that one impossible mention fails by itself."""
        try:
            taken = self._kept(group)
        except Exception as failure:
            if len(group) == 1:
                group[0].done.set_exception(failure)
                return
            for each in group:
                self._keep([each])
            return
        for each, result in zip(group, taken, strict=True):
            each.done.set_result(result)

    def _kept(self, group: Sequence[_Waiting]) -> Sequence[TakenIn]:
        at = self._clock()
        with self._store.begin() as tx:
            if any(each.unasked for each in group) and tx.agents():
                raise SignInNeeded
            return tx.take_in_many([each.mention for each in group], at=at)
