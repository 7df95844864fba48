"""A small HTTP server over a real socket, for networks that can't be installed: routes, refusals and absence."""

import json
import re
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit


class Asked(NamedTuple):
    """One request. Header names are lower case; `form` holds a JSON body or form fields."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    raw_query: str = ""

    def every(self, name: str) -> list[str]:
        """All values of a parameter that may be repeated."""
        return parse_qs(self.raw_query).get(name, [])

    @property
    def form(self) -> dict[str, object]:
        if "json" in self.headers.get("content-type", ""):
            given = json.loads(self.body)
            assert isinstance(given, dict)
            return given
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


class Answer(NamedTuple):
    """What goes back: JSON, status and headers."""

    body: object = None
    status: int = 200
    headers: Mapping[str, str] = {}


Handler = Callable[..., Answer]


class HttpServer:
    """Serves `routes`: pairs of `METHOD /path-pattern` and a handler that gets the request and the pattern's groups."""

    def __init__(self, routes: Mapping[str, Handler]) -> None:
        self.routes = [(re.compile(pattern), handler) for pattern, handler in routes.items()]
        self.refusal: Answer | None = None
        self.absent = False
        self.turned_away = 0
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if self.refusal is not None:
            return self.refusal
        for pattern, handler in self.routes:
            if found := pattern.fullmatch(f"{asked.method} {asked.path}"):
                return handler(asked, *found.groups())
        return Answer({"error": f"no route for {asked.method} {asked.path}"}, 404)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class OneRequest(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # the body would wait 40 ms for the client to acknowledge the head

            def do_GET(self) -> None:
                if outer.absent:
                    outer.turned_away += 1
                    self.close_connection = True
                    self.connection.close()
                    return
                where = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(where.query, keep_blank_values=True).items()}
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", 0)))
                answer = outer.answer(Asked(self.command, where.path, query, headers, body, where.query))
                content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                content = b"" if answer.body is None else content
                self.send_response(answer.status)
                for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_GET  # noqa: N815  # as http.server names them

            def log_message(self, format: str, *args: object) -> None:
                return

        return OneRequest


class ServedRig:
    """What every rig around an `HttpServer` shares."""

    can = frozenset({"busy", "expire", "away"})
    server: HttpServer

    def busy(self) -> None:
        self.server.refusal = Answer({"error": "too many"}, 429, {"Retry-After": "60"})

    def expire(self) -> None:
        self.server.refusal = Answer({"error": "invalid_token"}, 401)

    def away(self) -> None:
        self.server.absent = True

    def back(self) -> None:
        self.server.absent, self.server.refusal = False, None

    def change(self, external_id: str, text: str) -> None:
        raise NotImplementedError

    def take_back(self, external_id: str) -> None:
        raise NotImplementedError
