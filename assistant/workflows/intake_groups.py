"""Intake in groups: mentions that arrive together are kept by one commit, and nobody is answered before it."""

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

import structlog

from assistant.domain.conversation import TakenIn
from assistant.domain.mention import Mention
from assistant.errors import AssistantError, Overloaded, SignInNeeded
from assistant.ports import Clock, Store
from assistant.workflows.unfold import unfold

LARGEST_GROUP = 256
"""Mentions of one commit."""
MOST_WAITING = 10_000
"""Mentions that may wait for a commit in one process; more are refused, and their network sends them again."""
QUIET_S = 0.05
"""Where nothing came for so long, what was put down is unfolded here: it is seen even if no worker lives."""

LONGEST_PAUSE_S = 4.0
"""Where the store is away, the pause grows to this: the log says it once in a while, not twenty times a second."""

Outcome = TakenIn | Exception

log = structlog.get_logger()


class _Waiting(NamedTuple):
    """A mention whose sender waits; `unasked`: nobody asked them who they are, as no agent was set up."""

    mention: Mention
    done: "asyncio.Future[TakenIn]"
    unasked: bool


class IntakeGroups:
    """One thread that commits what waits, a group at a time. Any number of event loops may put something in."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._folded = False
        self._pause_s = QUIET_S

    def put(self, mention: Mention, *, unasked: bool = False) -> "asyncio.Future[TakenIn]":
        """Done once the mention is kept; fails with what the store raised, and with `SignInNeeded` where nobody asked
        the sender who they are and agents are set up by now. Raises `Overloaded`. Called on the loop that waits for it.
        """
        if self._waiting.qsize() >= MOST_WAITING:
            raise Overloaded("mentions arrive faster than the store keeps them; send this one again", 5)
        if self._thread is None:
            self._start()
        done: asyncio.Future[TakenIn] = asyncio.get_running_loop().create_future()
        self._waiting.put(_Waiting(mention, done, unasked))
        return done

    def close(self) -> None:
        """Commit what waits and stop."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                first = self._waiting.get(timeout=self._pause_s if self._folded else None)
            except queue.Empty:
                self._unfold()
                continue
            if first is None:
                return
            group, last = self._gathered(first)
            self._keep(group)
            self._folded = True
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
            outcomes: Sequence[Outcome] = self._kept(group)
        except Exception as failure:
            if len(group) > 1:
                for each in group:
                    self._keep([each])
                return
            outcomes = [failure]
        told: dict[asyncio.AbstractEventLoop, list[tuple[_Waiting, Outcome]]] = defaultdict(list)
        for each, outcome in zip(group, outcomes, strict=True):
            told[each.done.get_loop()].append((each, outcome))
        for loop, theirs in told.items():
            with suppress(RuntimeError):  # a loop that was closed has nobody waiting
                loop.call_soon_threadsafe(_tell, theirs)

    def _kept(self, group: Sequence[_Waiting]) -> Sequence[TakenIn]:
        at = self._clock()
        with self._store.begin() as tx:
            if any(each.unasked for each in group) and tx.agents():
                raise SignInNeeded
            return tx.put_down([each.mention for each in group], at=at)

    def _unfold(self) -> None:
        try:
            self._folded = unfold(self._store) > 0
            self._pause_s = QUIET_S
        except AssistantError as problem:
            log.warning("arrivals_wait", problem=str(problem))
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)


def _tell(outcomes: Sequence[tuple[_Waiting, Outcome]]) -> None:
    """One wake-up of the loop for all of a group."""
    for (_, done, _), outcome in outcomes:
        if done.done():  # whoever waited went away
            continue
        if isinstance(outcome, Exception):
            done.set_exception(outcome)
        else:
            done.set_result(outcome)
