"""HEAD is GET without its body: probes ask so."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFIXES = ("/api/", "/webhooks/")
"""Nothing below here streams for ever on GET."""


class Head:
    """Answers HEAD wherever the API answers GET."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD" or not scope["path"].startswith(PREFIXES):
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, without_body)
