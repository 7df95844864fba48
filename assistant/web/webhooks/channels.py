"""Networks call here: the signature is checked over the raw bytes, what was told is kept, and thinking comes later."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import structlog
from fastapi import APIRouter, Request, Response
from starlette.responses import PlainTextResponse

from assistant.errors import NotFound, PayloadInvalid, SignatureWrong
from assistant.ports import Forgetting, Hook
from assistant.web.deps import TheAssistant
from assistant.web.guard import MAX_BODY
from assistant.web.problems import PROBLEM, problem
from assistant.workflows.forget_person import forget_person, leave_alone, request_of
from assistant.workflows.hear import take_delivery

T = TypeVar("T")

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
    return {status: {"description": REFUSALS[status], "content": PROBLEM} for status in statuses}


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


@router.post("/webhooks/{channel}/deletion", responses=_said(401, 404, 413, 422))
async def delete_person(channel: str, request: Request, assistant: TheAssistant) -> dict[str, str]:
    """Forget the person a signed request of Meta names, at once; they get an address and a code to look it up by."""
    done = await _heed(forget_person, channel, request, assistant)
    where = request.url_for("deletion_status", channel=channel, code=done.code)
    return {"url": str(where), "confirmation_code": done.code}


@router.get("/webhooks/{channel}/deletion/{code}", response_class=PlainTextResponse, responses=_said(404))
def deletion_status(channel: str, code: str, assistant: TheAssistant) -> Response:
    """What became of a request, for the person who asked."""
    done = request_of(code, store=assistant.require_store())
    if done is None:
        raise NotFound("deletion request", code)
    when = done.at.strftime("%Y-%m-%d %H:%M UTC")
    return PlainTextResponse(f"Request {done.code} was carried out on {when}: what you wrote to us here was deleted.")


@router.post(
    "/webhooks/{channel}/deauthorisation", response_class=PlainTextResponse, responses=_said(401, 404, 413, 422)
)
async def deauthorise(channel: str, request: Request, assistant: TheAssistant) -> Response:
    """The person a signed request of Meta names took the app's rights back: no machine answers them any more."""
    await _heed(leave_alone, channel, request, assistant)
    return PlainTextResponse("ok")


async def _heed(wish: Callable[..., T], channel: str, request: Request, assistant: TheAssistant) -> T:
    """Carry out what a signed request asks for. Raises `NotFound`, `SignatureWrong` and `PayloadInvalid`."""
    if not isinstance(assistant.links.get(channel), Forgetting):
        raise NotFound("channel whose network passes on such requests", channel)
    try:
        return await asyncio.to_thread(
            wish,
            await request.body(),
            channel=channel,
            links=assistant.links,
            store=assistant.require_store(),
            pack=assistant.pack,
            clock=assistant.clock,
        )
    except SignatureWrong as wrong:
        log.warning("webhook_refused", channel=channel, problem=str(wrong))
        raise


def _hook(channel: str, assistant: TheAssistant) -> Hook:
    link: object = assistant.links.get(channel)
    if not isinstance(link, Hook):
        raise NotFound("channel with a webhook", channel)
    return link
