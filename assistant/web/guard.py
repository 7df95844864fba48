"""Who may call: the key or a sign-in, same-origin writes, known hosts, bounded bodies, strict headers."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from pydantic import SecretStr
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import Infrastructure
from assistant.web import sessions
from assistant.web.deliveries import is_delivery
from assistant.web.problems import AsPage, away, problem

MAX_BODY = 2_000_000
"""Bytes of one request; a mention of 1 MB with its thread fits."""
OPEN_PATHS = frozenset({"/api/health", "/api/ready"})
"""Answered without a key: probes have none. Why something doesn't work is for who has it."""
WATCHED_PATH = "/api/metrics"
"""A monitor has the key, where there is one, and nobody's sign-in: it is answered while the store is away, too."""
SIGNED_PATHS = "/webhooks/"
"""Below here networks call, without our key and from their own origin: each delivery carries a signature."""
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
"""Content security policy of every page."""

POLICY_NAME = b"content-security-policy"
ALWAYS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin"))
EVERYWHERE = {name.decode(): value.decode() for name, value in (*ALWAYS, (POLICY_NAME, POLICY.encode()))}
"""What every answer carries, by name."""
OWN_NAMES = frozenset({b"127.0.0.1", b"localhost", b"[::1]", b"::1", b"testserver"})

Headers = Mapping[bytes, bytes]
"""By lower-case name, as ASGI gives them."""


def install(app: FastAPI, *, api_key: SecretStr | None, local: bool, as_page: AsPage) -> None:
    """Put the guard before every handler. `local` means serving on this machine only, by its own names."""
    app.add_middleware(Guard, key=api_key.get_secret_value() if api_key else None, local=local, as_page=as_page)


class Guard:
    """Plain ASGI: a request costs a third less than through a middleware with streams of its own."""

    def __init__(self, app: ASGIApp, *, key: str | None, local: bool, as_page: AsPage) -> None:
        self._app = app
        self._key = key
        self._local = local
        self._as_page = as_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: Headers = dict(reversed(scope["headers"]))  # of two alike the first counts
        signed = scope["path"].startswith(SIGNED_PATHS)
        refusal = _unfit(scope, headers, local=self._local and not signed)
        if refusal is None and not signed:
            try:
                refusal = await _stranger(scope, headers, self._key) or _foreign(scope, headers)
            except Infrastructure as error:
                refusal = away(Request(scope), error, self._as_page)
        answer = refusal if refusal is not None else self._app
        await answer(scope, _bounded(receive), _with_headers(send))


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


def _with_headers(send: Send) -> Send:
    """With what every answer carries; of these no handler writes any but a policy of its own."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = list(message.get("headers", ()))
            strict = all(name != POLICY_NAME for name, _ in own)
            message["headers"] = [*own, *ALWAYS, *(((POLICY_NAME, POLICY.encode()),) if strict else ())]
        await send(message)

    return with_headers


def _unfit(scope: Scope, headers: Headers, *, local: bool) -> Response | None:
    if local and _host(scope, headers) not in OWN_NAMES:
        return problem(421, "WrongHost", "this service answers on localhost only")
    if int(headers.get(b"content-length") or 0) > MAX_BODY:
        return problem(413, "TooLarge", f"a request may hold {MAX_BODY} bytes at most")
    return None


def _host(scope: Scope, headers: Headers) -> bytes:
    """The name a client called us by, without its port; the server's, where it said none."""
    given = headers.get(b"host")
    if given is None:
        return str(scope["server"][0]).encode()
    host = given.strip().lower()
    name, _, port = host.rpartition(b":")
    return name if not port.strip(b"0123456789") else host


async def _stranger(scope: Scope, headers: Headers, key: str | None) -> Response | None:
    """The key opens everything; where agents are set up a sign-in does too, the API for supervisors only."""
    path = scope["path"]
    request = Request(scope)
    holds = key is not None and _holds(headers, key)
    if path in OPEN_PATHS or path.startswith("/static/"):
        request.state.may_know = holds or key is None
        return None
    if path == WATCHED_PATH:
        return None if holds or key is None else _key_needed(headers)
    if (holds or key is None) and is_delivery(scope) and sessions.COOKIE not in request.cookies:
        request.state.unasked = not holds  # thousands in a burst: the commit that keeps them looks for agents
        return None
    who = await run_in_threadpool(sessions.identify, request)
    request.state.agent = who.agent
    if holds or (who.agent is not None and not who.agents_exist and key is None):
        return None
    if who.agent is not None and who.signed_in:
        request.state.acts_as = who.agent.name
        return sessions.kept_out(request, who.agent)
    return sessions.sign_in_first(request) if who.agents_exist else _key_needed(headers)


def _foreign(scope: Scope, headers: Headers) -> Response | None:
    if scope["method"] not in {"GET", "HEAD", "OPTIONS"} and not _same_origin(headers):
        return problem(403, "ForeignOrigin", "writes are taken from this site's own pages and from API clients only")
    return None


def _key_needed(headers: Headers) -> Response:
    wrong = "the key sent isn't this service's; " if b"authorization" in headers else ""
    said = f"{wrong}send the key as `Authorization: Bearer KEY` (in a browser: as the password)"
    answer = problem(401, "KeyNeeded", said)
    answer.headers["WWW-Authenticate"] = 'Basic realm="assistant", charset="UTF-8"'
    return answer


def _holds(headers: Headers, key: str) -> bool:
    scheme, _, value = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() == b"basic":
        try:
            value = base64.b64decode(value, validate=True).partition(b":")[2]
        except binascii.Error:
            return False
    elif scheme.lower() != b"bearer":
        return False
    return secrets.compare_digest(value, key.encode())


def _same_origin(headers: Headers) -> bool:
    if (site := headers.get(b"sec-fetch-site")) is not None:
        return site in {b"same-origin", b"none"}
    origin = headers.get(b"origin")
    try:
        return origin is None or urlsplit(origin).netloc == headers.get(b"host")
    except ValueError:  # no address
        return False
