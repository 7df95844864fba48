"""The short way in: a plain delivery is read, kept and answered before the framework.

Thousands come in a burst, and routes, dependencies and stacks cost more than the commit. `api.mentions` documents the
same and takes whatever isn't plain: what is sent in pieces, wants an answer in line, or can't be used.
"""

from fastapi import FastAPI
from pydantic import ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.compose import Assistant
from assistant.errors import AssistantError
from assistant.web.api.mentions import MentionIn, mention_of, told
from assistant.web.problems import problem_of

PATH = "/api/mentions"
JSON = b"application/json"


def install(app: FastAPI, assistant: Assistant) -> None:
    """Before the framework, and behind the guard where that is installed later."""
    app.add_middleware(Deliveries, assistant=assistant)


def is_delivery(scope: Scope) -> bool:
    """One that is kept and no more: what waits for its decision isn't committed in groups."""
    return bool(scope["path"] == PATH and not scope["query_string"])


class Deliveries:
    """Takes `POST /api/mentions` whose body is JSON of a size that was said; passes on everything else."""

    def __init__(self, app: ASGIApp, *, assistant: Assistant) -> None:
        self._app = app
        self._assistant = assistant

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_delivery(scope) or scope["method"] != "POST" or not _is_plain(scope):
            await self._app(scope, receive, send)
            return
        body = await _body(receive)
        try:
            mention_in = MentionIn.model_validate_json(body)
        except ValidationError:  # the usual way finds the same, and says so
            await self._app(scope, _again(body, receive), send)
            return
        assistant = self._assistant.latest()
        try:
            unasked = scope.get("state", {}).get("unasked", False)
            answer = told(await assistant.take_in(mention_of(mention_in, assistant), unasked=unasked))
        except AssistantError as error:
            answer = problem_of(error, path=PATH)
        await answer(scope, receive, send)


def _is_plain(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    return headers.get(b"content-type") == JSON and b"content-length" in headers


async def _body(receive: Receive) -> bytes:
    """All of it; of a client that went away what came."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body", False):
        message = await receive()
        body += message.get("body", b"")
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """A body that was read, to be read once more."""
    unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def read() -> Message:
        return unread.pop() if unread else await receive()

    return read
