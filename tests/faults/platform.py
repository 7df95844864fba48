"""A network of our own as a process: it keeps what it accepted, and misbehaves as real ones do.

Posting the same key twice is accepted twice: whoever sends must see to it. `POST /plan` says how the next posts go.
"""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

STALL_S = 2.0
"""Longer than the sender waits."""

accepted: list[dict[str, Any]] = []
plan: list[str] = []
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # the body would wait 40 ms for the client to acknowledge the head

    def do_GET(self) -> None:
        key = parse_qs(urlsplit(self.path).query).get("key", [None])[0]
        with lock:
            self._say(200, [post for post in accepted if key is None or post["key"] == key])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path == "/plan":
            with lock:
                plan[:] = body
            self._say(200, {})
            return
        with lock:
            mishap = plan.pop(0) if plan else "none"
            keeps = mishap not in {"refuse", "busy", "drop_before"}
            if keeps:
                accepted.append({**body, "id": f"p{len(accepted)}", "at": time.monotonic()})
        self._answer(mishap, f"p{len(accepted) - 1}")

    def _answer(self, mishap: str, post_id: str) -> None:
        if mishap in {"drop_before", "drop_after"}:
            self.close_connection = True
            self.connection.shutdown(2)
        elif mishap == "busy":
            self._say(429, {}, **{"Retry-After": "1"})
        elif mishap in {"refuse", "error_after"}:
            self._say(500, {})
        else:
            if mishap == "stall":
                time.sleep(STALL_S)
            self._say(201, {"id": post_id})

    def _say(self, status: int, body: object, **headers: str) -> None:
        said = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Quiet."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
