"""Who may call: the key where one is set, same-origin writes, known hosts, bounded bodies, strict headers."""

import base64
import binascii
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from pydantic import SecretStr
from starlette.responses import Response

from assistant.web.problems import problem

MAX_BODY = 2_000_000
"""Bytes of one request; a mention of 1 MB with its thread fits."""
OPEN_PATHS = frozenset({"/api/health", "/api/ready"})
"""Answered without a key: probes have none."""
SIGNED_PATHS = "/webhooks/"
"""Below here networks call, without our key and from their own origin: each delivery carries a signature."""
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
"""Content security policy of every page but the API's own documentation."""

Next = Callable[[Request], Awaitable[Response]]


def install(app: FastAPI, *, api_key: SecretStr | None, local: bool) -> None:
    """Put the guard before every handler. `local` means serving on this machine only, by its own names."""
    key = api_key.get_secret_value() if api_key else None

    @app.middleware("http")
    async def guard(request: Request, call_next: Next) -> Response:
        refusal = _refusal(request, key, local=local)
        response = refusal if refusal is not None else await call_next(request)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if request.url.path not in {"/docs", "/redoc"}:
            response.headers["Content-Security-Policy"] = POLICY
        return response


def _refusal(request: Request, key: str | None, *, local: bool) -> Response | None:
    if local and (request.url.hostname or "") not in {"127.0.0.1", "localhost", "::1", "testserver"}:
        return problem(421, "WrongHost", "this service answers on localhost only")
    if int(request.headers.get("content-length") or 0) > MAX_BODY:
        return problem(413, "TooLarge", f"a request may hold {MAX_BODY} bytes at most")
    if request.url.path.startswith(SIGNED_PATHS):
        return None
    if key is not None and request.url.path not in OPEN_PATHS and not _holds(request, key):
        answer = problem(
            401, "KeyNeeded", "send the key as `Authorization: Bearer KEY` (in a browser: as the password)"
        )
        answer.headers["WWW-Authenticate"] = 'Basic realm="assistant", charset="UTF-8"'
        return answer
    if request.method not in {"GET", "HEAD", "OPTIONS"} and not _same_origin(request):
        return problem(403, "ForeignOrigin", "writes are taken from this site's own pages and from API clients only")
    return None


def _holds(request: Request, key: str) -> bool:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode("utf-8").partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return False
    elif scheme.lower() != "bearer":
        return False
    return secrets.compare_digest(value.encode(), key.encode())


def _same_origin(request: Request) -> bool:
    if (site := request.headers.get("sec-fetch-site")) is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
