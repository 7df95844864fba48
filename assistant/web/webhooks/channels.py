"""Networks call here: the signature is checked over the raw bytes, what was told is kept, and thinking comes later."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import APIRouter, Request, Response
from starlette.responses import PlainTextResponse

from assistant.errors import NotFound, PayloadInvalid, SignatureWrong
from assistant.ports import Hook
from assistant.web.deps import TheAssistant
from assistant.web.guard import MAX_BODY
from assistant.web.problems import problem
from assistant.workflows.hear import take_delivery

router = APIRouter()

REFUSALS: Mapping[int, str] = {
    401: "The signature, its time or the token doesn't hold; nothing was kept",
    403: "The token of the challenge isn't the channel's",
    404: "No such channel, or none that is called",
    413: "The delivery is too large",
    422: "Signed, but nothing this network sends",
    503: "The network or the store can't be asked now: call again",
}


def _said(*statuses: int) -> dict[int | str, dict[str, Any]]:
    problem_body = {"application/problem+json": {"schema": {"type": "object"}}}
    return {status: {"description": REFUSALS[status], "content": problem_body} for status in statuses}


log = structlog.get_logger()


@router.get("/webhooks/{channel}", response_class=PlainTextResponse, responses=_said(403, 404))
def challenge(channel: str, request: Request, assistant: TheAssistant) -> Response:
    """Prove to a network that this address is ours. 403 where it doesn't know our token."""
    body = _hook(channel, assistant).challenge(dict(request.query_params))
    if body is None:
        log.warning("webhook_challenge_refused", channel=channel)
        return problem(403, "ChallengeRefused", "the token isn't the one set for this channel")
    media_type = "application/json" if body.startswith("{") else "text/plain"
    return Response(body, media_type=media_type)


@router.post("/webhooks/{channel}", response_class=PlainTextResponse, responses=_said(401, 404, 413, 422, 503))
async def deliver(channel: str, request: Request, assistant: TheAssistant) -> Response:
    """Keep what a network tells and answer at once. 401 where the signature doesn't hold.

    503 where the network has to be asked who we are and can't be: it calls again.
    """
    hook = _hook(channel, assistant)
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            return problem(413, "TooLarge", f"a delivery may hold {MAX_BODY} bytes at most")
    try:
        delivery_id = hook.verify(dict(request.headers), body, now=assistant.clock())
        events = await asyncio.to_thread(hook.parse, body)  # some ask their network once who they are
    except SignatureWrong as wrong:
        log.warning("webhook_refused", channel=channel, problem=str(wrong))
        return problem(401, "SignatureWrong", "the delivery isn't signed as this channel expects")
    except PayloadInvalid:
        log.warning("webhook_unreadable", channel=channel, bytes=len(body))
        raise
    await asyncio.to_thread(
        take_delivery,
        events,
        delivery_id=delivery_id[:300],
        channel=channel,
        store=assistant.require_store(),
        pack=assistant.pack,
        clock=assistant.clock,
    )
    return PlainTextResponse("ok")


def _hook(channel: str, assistant: TheAssistant) -> Hook:
    link: object = assistant.links.get(channel)
    if not isinstance(link, Hook):
        raise NotFound("channel with a webhook", channel)
    return link
