"""A stand-in for Mastodon's streaming server: one listener, told of each notification, dropped when asked."""

import json
import queue
import threading
from contextlib import ExitStack

from websockets.sync.server import Server, ServerConnection, serve


class StreamServer:
    """`tell` sends a notification to who listens, `drop` cuts them off; `connected` is set while somebody listens."""

    def __init__(self) -> None:
        self.connected = threading.Event()
        self.asked: list[tuple[str, str]] = []
        self._news: queue.Queue[str] = queue.Queue()
        self._held = ExitStack()
        self._server: Server = self._held.enter_context(serve(self._listened, "127.0.0.1", 0))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}"

    def tell(self) -> None:
        self._news.put(json.dumps({"stream": ["user", "notification"], "event": "notification", "payload": "{}"}))

    def drop(self) -> None:
        self.connected.clear()
        self._news.put("")

    def close(self) -> None:
        self.drop()
        self._held.close()

    def _listened(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.asked.append((connection.request.path, connection.request.headers["Authorization"]))
        self.connected.set()
        while news := self._news.get():
            connection.send(news)
