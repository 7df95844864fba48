"""Who may call: the key or a sign-in, same-origin writes, known hosts, bounded bodies, strict headers."""

import base64
import binascii
import secrets
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from pydantic import SecretStr
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web import sessions
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


def install(app: FastAPI, *, api_key: SecretStr | None, local: bool) -> None:
    """Put the guard before every handler. `local` means serving on this machine only, by its own names."""
    app.add_middleware(Guard, key=api_key.get_secret_value() if api_key else None, local=local)


class Guard:
    """Plain ASGI: a request costs a third less than through a middleware with streams of its own."""

    def __init__(self, app: ASGIApp, *, key: str | None, local: bool) -> None:
        self._app = app
        self._key = key
        self._local = local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        signed = scope["path"].startswith(SIGNED_PATHS)
        refusal = _unfit(request, local=self._local and not signed)
        if refusal is None and not signed:
            refusal = await _stranger(request, self._key) or _foreign(request)
        answer = refusal if refusal is not None else self._app
        await answer(scope, _bounded(receive), _with_headers(send, scope["path"]))


def _bounded(receive: Receive) -> Receive:
    """A body that doesn't say its size is counted as it comes."""
    size = 0

    async def bounded() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MAX_BODY:
            raise HTTPException(413, f"a request may hold {MAX_BODY} bytes at most")
        return message

    return bounded


def _with_headers(send: Send, path: str) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "same-origin"
            if path not in {"/docs", "/redoc"}:
                headers.setdefault("Content-Security-Policy", POLICY)
        await send(message)

    return with_headers


def _unfit(request: Request, *, local: bool) -> Response | None:
    if local and (request.url.hostname or "") not in {"127.0.0.1", "localhost", "::1", "testserver"}:
        return problem(421, "WrongHost", "this service answers on localhost only")
    if int(request.headers.get("content-length") or 0) > MAX_BODY:
        return problem(413, "TooLarge", f"a request may hold {MAX_BODY} bytes at most")
    return None


async def _stranger(request: Request, key: str | None) -> Response | None:
    """The key opens everything; where agents are set up a sign-in does too, the API for supervisors only."""
    path = request.scope["path"]
    if path in OPEN_PATHS:
        return None
    holds = key is not None and _holds(request, key)
    if path.startswith("/static/"):
        return None
    if _is_delivery(request) and (holds or (key is None and sessions.nobody_was_set_up(request))):
        request.state.unasked = not holds
        return None  # thousands in a burst: none of them looks into the store before it is kept
    who = await run_in_threadpool(sessions.identify, request)
    request.state.agent = who.agent
    if holds or (who.agent is not None and not who.agents_exist and key is None):
        return None
    if who.agent is not None and who.signed_in:
        return sessions.kept_out(request, who.agent)
    return sessions.sign_in_first(request) if who.agents_exist else _key_needed()


def _is_delivery(request: Request) -> bool:
    """One that is kept and no more: what waits for its answer isn't committed in groups."""
    to_keep = request.scope["path"] == "/api/mentions" and not request.scope["query_string"]
    return to_keep and sessions.COOKIE not in request.cookies


def _foreign(request: Request) -> Response | None:
    if request.method not in {"GET", "HEAD", "OPTIONS"} and not _same_origin(request):
        return problem(403, "ForeignOrigin", "writes are taken from this site's own pages and from API clients only")
    return None


def _key_needed() -> Response:
    answer = problem(401, "KeyNeeded", "send the key as `Authorization: Bearer KEY` (in a browser: as the password)")
    answer.headers["WWW-Authenticate"] = 'Basic realm="assistant", charset="UTF-8"'
    return answer


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
