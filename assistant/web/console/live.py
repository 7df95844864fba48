"""What changes while a page is open: one stream each, cut from the store's events, so that any process can serve it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from assistant.compose import Assistant
from assistant.desk.triage import PRESENT_S
from assistant.domain.agent import Agent
from assistant.domain.triage import Presence, View
from assistant.web.console.certificates import silent
from assistant.web.console.frame import COUNTED, MOST_COUNTED, heard_of, templates
from assistant.web.console.places import Place, ThePlace, Word
from assistant.web.deps import TheAgent, TheAssistant
from assistant.workflows.wake import wake_due

TICK_S = 0.5
BEAT_TICKS = 30
"""A sign of life every 15 s, so that a dead connection is noticed."""
REPEATED = frozenset({1, 4})
"""Ticks at which counts and news are said again though nothing changed: a page that was still starting may have missed
what came with the first one. They are said again with every sign of life, too."""
HERE_TICKS = 20
"""Ticks between two signs that somebody's page is open, which is how a supervisor sees who is here."""
MOST_EVENTS = 500

router = APIRouter()


class _Seen(NamedTuple):
    """Where a stream stands: the last event told, what was said last, and who was there."""

    event: int
    counts: str
    here: str


@router.get("/live")
async def live(
    request: Request,
    assistant: TheAssistant,
    agent: TheAgent,
    asked: ThePlace,
    since: Annotated[int, Query(ge=0)] = 0,
    view: View = View.WAITING,
    room: Word = "",
    last_event_id: Annotated[str, Header()] = "",
) -> StreamingResponse:
    """Server-sent events: counts and news as markup, `changed` and `presence` as JSON. Resumes by `Last-Event-ID`.

    In a `room` beside the queue, named, and where something is searched for, no view is the current one, and nothing
    is announced.
    """
    place = replace(asked, view=view)
    page_since = None if room or place.q else since
    start = int(last_event_id) if last_event_id.isdigit() else since
    return StreamingResponse(
        _stream(request, assistant, agent, place, room=room, page_since=page_since, start=start),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _stream(
    request: Request,
    assistant: Assistant,
    agent: Agent,
    place: Place,
    *,
    room: str,
    page_since: int | None,
    start: int,
) -> AsyncIterator[str]:
    seen, ticks = _Seen(start, "", ""), 0
    yield "retry: 1000\n: hello\n\n"
    ends = getattr(request.app.state, "stopping", bool)  # a server that stops doesn't wait for its streams
    while not ends() and not await request.is_disconnected():
        if ticks in REPEATED or ticks % BEAT_TICKS == 0:
            seen = seen._replace(counts="")
        if ticks % HERE_TICKS == 0:
            await run_in_threadpool(_be_here, assistant, agent)
        seen, said = await run_in_threadpool(_tick, assistant, agent, place, room, page_since, seen)
        ticks += 1
        if said:
            yield said
        elif ticks % BEAT_TICKS == 0:
            yield ": beat\n\n"
        await asyncio.sleep(TICK_S)


def _be_here(assistant: Assistant, agent: Agent) -> None:
    here = Presence(conversation_id="", agent=agent.name, typing=False)
    at = assistant.clock()
    with assistant.require_store().begin() as tx:
        tx.be_present(here, brand_id=assistant.pack.brand.id, until=at + timedelta(seconds=PRESENT_S))


def _tick(
    assistant: Assistant, agent: Agent, place: Place, room: str, page_since: int | None, seen: _Seen
) -> tuple[_Seen, str]:
    """What is new since `seen`, as frames of the stream; no news where there is no `page_since`."""
    store, query = assistant.require_store(), place.query(assistant, agent)
    wake_due(store, brand_id=query.brand_id, clock=assistant.clock)
    said: list[str] = []
    with store.read() as look:
        events = look.events(brand_id=query.brand_id, after=seen.event, limit=MOST_EVENTS)
        present = look.present(brand_id=query.brand_id, now=query.now)
        last = events[-1].sequence if events else seen.event
        changed = sorted(heard_of(look, agent, {event.conversation_id for event in events}))
        others = [each for each in present if each.agent != agent.name]
        rooms = heard_of(look, agent, {each.conversation_id for each in others})
        markup = seen.counts
        if events or not seen.counts:
            automation = look.automation(query.brand_id)
            counts = look.counts(query, COUNTED, most=MOST_COUNTED)
            context = {
                "counts": counts,
                "news": look.count_news(query, since=page_since, most=MOST_COUNTED) if page_since is not None else 0,
                "view": query.view if page_since is not None else None,
                "place": place,
                "room": room,
                "automation": automation,
                "silent": silent(assistant, automation),
                "put_off": look.count_put_off(brand_id=query.brand_id, most=MOST_COUNTED),
                "calls": look.count_calls(brand_id=query.brand_id, agent=agent.name),
                "most": MOST_COUNTED,
            }
            markup = templates.get_template("part_live.html").render(context)
    if markup != seen.counts:
        said.append(_frame(markup, number=last))
    if events:
        said.append(_frame(json.dumps(changed), number=last, event="changed"))
    here = json.dumps(
        [[each.conversation_id, each.agent, each.typing] for each in others if each.conversation_id in rooms]
    )
    if here != seen.here:
        said.append(_frame(here, number=last, event="presence"))
    return _Seen(last, markup, here), "".join(said)


def _frame(data: str, *, number: int, event: str = "") -> str:
    lines = [f"id: {number}", *([f"event: {event}"] if event else []), *(f"data: {line}" for line in data.splitlines())]
    return "\n".join(lines) + "\n\n"
