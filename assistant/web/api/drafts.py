"""Drafts in the making: another draft on an agent's wish, shown while it is written."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import StreamingResponse

from assistant.compose import Assistant
from assistant.compose.drafting import watched
from assistant.domain.conversation import TurnRecord
from assistant.errors import AssistantError
from assistant.web.deps import Name, TheAssistant
from assistant.web.problems import status_of
from assistant.workflows.redraft import MAX_INSTRUCTION, asked_for, draft_again

router = APIRouter()


class RedraftIn(BaseModel):
    """Who asks for another draft, and what should be different."""

    model_config = ConfigDict(extra="forbid")

    by: Name
    instruction: str = Field(default="", max_length=MAX_INSTRUCTION)


_EVENT = {
    "type": "object",
    "properties": {"event": {"enum": ["preview", "draft", "problem"]}, "data": {"type": "string"}},
    "required": ["event", "data"],
}


@router.post(
    "/turns/{turn_id}/redraft",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": _EVENT}}}},
)
async def redraft_turn(
    turn_id: str, redraft_in: Annotated[RedraftIn, Body()], assistant: TheAssistant
) -> StreamingResponse:
    """Server-sent events: `preview` {text} as a model writes, checked by nobody; then `draft`, the new turn as checked
    and kept, which replaces every preview; or `problem` {title, status, detail}. Never sent by itself."""
    return await redrafting(turn_id, assistant, instruction=redraft_in.instruction, agent=redraft_in.by)


async def redrafting(turn_id: str, assistant: Assistant, *, instruction: str, agent: str) -> StreamingResponse:
    """The stream of one draft in the making, for API and console; what can't be drafted again is refused first."""
    store = assistant.require_store()
    asked = await asyncio.to_thread(asked_for, turn_id, instruction=instruction, store=store, pack=assistant.pack)
    shown: asyncio.Queue[str] = asyncio.Queue()
    work = draft_again(
        asked,
        agent=agent,
        store=store,
        respond=watched(assistant.respond, assistant.drafter, shown.put_nowait),
        pack=assistant.pack,
        clock=assistant.clock,
    )
    return StreamingResponse(
        _events(asyncio.create_task(work), shown),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def _events(work: asyncio.Task[TurnRecord], shown: asyncio.Queue[str]) -> AsyncIterator[str]:
    """Previews while the work goes on, then how it ended; a reader who leaves ends the work."""
    try:
        last = ""
        while not (work.done() and shown.empty()):
            text = await _next(work, shown)
            if text and text != last:
                last = text
                yield _event("preview", json.dumps({"text": text}))
        yield _end(work)
    finally:
        work.cancel()


async def _next(work: asyncio.Task[TurnRecord], shown: asyncio.Queue[str]) -> str:
    waiting = asyncio.create_task(shown.get())
    await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if waiting.done():
        return waiting.result()
    waiting.cancel()
    return ""


def _end(work: asyncio.Task[TurnRecord]) -> str:
    failure = work.exception()
    if failure is None:
        return _event("draft", work.result().model_dump_json())
    if not isinstance(failure, AssistantError):
        raise failure
    said = {"title": type(failure).__name__, "status": status_of(failure), "detail": str(failure)}
    return _event("problem", json.dumps(said))


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
