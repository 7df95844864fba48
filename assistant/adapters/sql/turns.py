"""Whose turn it is to write into a SQLite file, within one process: first come, first served.

SQLite itself lets writers ask again and again, with growing pauses: under load the file lay idle between two tries, and
who had waited longest asked least often and gave up.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_S = 60.0
"""How long one waits in line; whoever is first waits `engine.BUSY_TIMEOUT_MS` for other processes besides."""


class Turns:
    """A line of threads. Each holds a lock of its own, which whoever was before it opens."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._line: deque[threading.Lock] = deque()

    @contextmanager
    def turn(self, patience_s: float = PATIENCE_S) -> Iterator[None]:
        """Wait for one's turn and keep it to the end of the block. Raises `TimeoutError`."""
        mine = threading.Lock()
        mine.acquire()
        with self._guard:
            self._line.append(mine)
            first = self._line[0] is mine
        if not first and not mine.acquire(timeout=patience_s):
            self._leave(mine)
            raise TimeoutError("others have been writing for long")
        try:
            yield
        finally:
            self._leave(mine)

    def in_line(self) -> int:
        """How many write or wait."""
        return len(self._line)

    def _leave(self, mine: threading.Lock) -> None:
        with self._guard:
            was_first = self._line[0] is mine
            self._line.remove(mine)
            if was_first and self._line:
                self._line[0].release()
