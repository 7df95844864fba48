"""A TCP proxy that can stop forwarding: connections are taken, what is said is kept, nothing is answered."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import make_url


class Proxy:
    """Stands before the Postgres of `url`; `url` of its own leads through it. What was said while it was frozen reaches
    the other side once it thaws, as after a stall of the network."""

    def __init__(self, url: str) -> None:
        there = make_url(url)
        folder = there.query.get("host")
        self._there: str | tuple[str, int] = (
            f"{folder}/.s.PGSQL.{there.port or 5432}" if folder else (there.host or "127.0.0.1", there.port or 5432)
        )
        self._flows = threading.Event()
        self._flows.set()
        self._stuck: list[threading.Event] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open = [self._listening]
        self._threads: list[threading.Thread] = []
        port = self._listening.getsockname()[1]
        self.url = there.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
        self._start(self._take)

    def freeze(self) -> None:
        self._flows.clear()

    def thaw(self) -> None:
        self._flows.set()

    def thaw_for_new_ones(self) -> None:
        """Those that were frozen stay so, and nobody hangs up: what a firewall forgot."""
        self._stuck.append(self._flows)
        self._flows = threading.Event()
        self._flows.set()

    def close(self) -> None:
        for flows in (self._flows, *self._stuck):
            flows.set()
        for each in self._open:
            _end(each)
        for thread in self._threads:
            thread.join(timeout=5)
        for each in self._open:
            each.close()

    def _start(self, work: Callable[..., None], *given: object) -> None:
        self._threads.append(threading.Thread(target=work, args=given, daemon=True))
        self._threads[-1].start()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                self._open.append(client)
                self._start(self._connect, client)

    def _connect(self, client: socket.socket) -> None:
        flows = self._flows
        flows.wait()
        family = socket.AF_UNIX if isinstance(self._there, str) else socket.AF_INET
        server = socket.socket(family)
        self._open.append(server)
        server.connect(self._there)
        for here, there in ((client, server), (server, client)):
            self._start(self._pump, here, there, flows)

    def _pump(self, here: socket.socket, there: socket.socket, flows: threading.Event) -> None:
        with suppress(OSError):
            while said := here.recv(65536):
                flows.wait()
                there.sendall(said)
        flows.wait()
        _end(here)
        _end(there)


def _end(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
