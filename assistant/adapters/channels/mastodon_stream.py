"""Mastodon's stream of notifications: only that there is news. What it is is looked up, so that nothing is missed."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from assistant.errors import ChannelUnavailable

OPENS_WITHIN_S = 3.0
NEXT_TRY_S = 60.0
"""After a server refused the stream or dropped it: meanwhile it is polled."""
_PATH = "/api/v1/streaming?stream=user:notification"


class Stream:
    """One connection that stays open between waits. `address` gives the server's, `token` needs read:notifications."""

    def __init__(self, *, address: Callable[[], str], token: str) -> None:
        self._address = address
        self._token = token
        self._turn = threading.Lock()
        self._connection: ClientConnection | None = None
        self._held = ExitStack()
        self._not_before = 0.0

    def wait(self, seconds: float) -> bool:
        """Whether there may be news, `seconds` later at most. False at once where there is no stream.

        A connection just made says True: what came before it wasn't told.
        """
        with self._turn:
            fresh = self._connection is None
            if fresh and not self._opened():
                return False
            return fresh or self._told(seconds)

    @property
    def is_open(self) -> bool:
        """Whether there is a connection now."""
        return self._connection is not None

    def opens(self) -> bool:
        """Whether the server lets us listen: tried now where there is no connection."""
        with self._turn:
            self._not_before = 0.0
            return self._connection is not None or self._opened()

    def close(self) -> None:
        """Give back the connection."""
        with self._turn:
            self._let_go()

    def _opened(self) -> bool:
        if time.monotonic() < self._not_before:
            return False
        self._not_before = time.monotonic() + NEXT_TRY_S
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            address = self._address().rstrip("/") + _PATH
            opening = connect(address, additional_headers=headers, open_timeout=OPENS_WITHIN_S, close_timeout=1)
            self._connection = self._held.enter_context(opening)
        except (OSError, WebSocketException, ChannelUnavailable):
            return False
        return True

    def _told(self, seconds: float) -> bool:
        """All that was told is taken at once."""
        connection, wait_s, told = self._connection, seconds, False
        if connection is None:
            return False
        try:
            while True:
                connection.recv(timeout=wait_s)
                told, wait_s = True, 0.0
        except TimeoutError:
            return told
        except (OSError, WebSocketException):
            self._let_go()
            return True

    def _let_go(self) -> None:
        self._connection = None
        self._held.close()
