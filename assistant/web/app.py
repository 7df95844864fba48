"""Builds the web application around a wired assistant."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from enum import Enum
from functools import cache
from importlib.resources import files
from pathlib import Path

import structlog
from fastapi import APIRouter, Depends, FastAPI
from starlette.routing import BaseRoute

from assistant import __version__
from assistant.compose import Assistant
from assistant.compose.console import build_sign_in_elsewhere
from assistant.compose.renewal import RENEW_S
from assistant.errors import Infrastructure
from assistant.web import deliveries, described, documentation, guard, problems
from assistant.web.api import (
    approvals,
    articles,
    at_work,
    automation,
    brand,
    care,
    charts,
    commitments,
    conversations,
    desk,
    drafts,
    drills,
    experts,
    health,
    knowledge,
    labels,
    lessons,
    mentions,
    metrics,
    peers,
    persons,
    quality,
    record,
    suite_runs,
    turns,
    waiting,
)
from assistant.web.console import (
    actions,
    audits,
    cases,
    centre,
    editor,
    elsewhere,
    line,
    live,
    many,
    merging,
    pages,
    people,
    refusals,
    robot,
    rooms,
    runs,
    sourcing,
    team,
    voice,
    writing,
)
from assistant.web.console import approvals as second_word
from assistant.web.console import channels as channel_room
from assistant.web.console import drills as drill_room
from assistant.web.console import knowledge as knowledge_room
from assistant.web.console import quality as quality_room
from assistant.web.console import record as record_room
from assistant.web.console import training as training_room
from assistant.web.deps import refuse_other_names
from assistant.web.guesses import Guesses
from assistant.web.head import Head
from assistant.web.static import static
from assistant.web.webhooks import channels as channel_webhooks
from assistant.web.webhooks import sources as source_webhooks
from assistant.workflows.watch import Watch

LONGEST_BACKOFF_S = 5.0
"""What keeps changes from being taken up may last; the log needn't say so twice a second."""
log = structlog.get_logger()
DESCRIPTION = """Takes mentions, says what was understood, drafted and decided, and lets people act on it.
Whatever isn't a success is a problem (RFC 9457): a title that stays the same and a detail for the reader."""


def create_app(assistant: Assistant, *, local: bool = True) -> FastAPI:
    """The application; `local` refuses requests for other host names than this machine's own."""
    app = _api()
    app.state.assistant = assistant
    app.state.guesses = Guesses()
    app.state.elsewhere = build_sign_in_elsewhere(assistant.settings)
    if assistant.store is not None:
        app.state.watch = Watch(assistant.store, lambda: assistant.latest().pack, assistant.clock)
    problems.install(
        app,
        as_page=refusals.page_of,
        as_crash=refusals.crash_of,
        headers=guard.EVERYWHERE,
        taken=lambda path: described.methods_taken(app.openapi(), path),
    )
    deliveries.install(app, assistant)
    guard.install(app, api_key=assistant.settings.api_key, local=local, as_page=refusals.page_of)
    app.add_middleware(Head)
    documentation.install(app)
    app.router.routes.extend(_pages())
    app.mount("/static/own", static(Path(__file__).parent / "console" / "static"), name="own")
    htmx = Path(str(files("django_htmx"))) / "static" / "django_htmx"
    app.mount("/static/htmx", static(htmx), name="htmx")
    return app


@asynccontextmanager
async def _following(app: FastAPI) -> AsyncIterator[None]:
    """While it serves, this process takes up what others write into the knowledge base."""
    keeping_up = asyncio.create_task(_keep_up(app.state.assistant))
    yield
    keeping_up.cancel()


async def _keep_up(assistant: Assistant) -> None:
    """Whatever one look ran into, the next may go well: a file was being put in place, the store is back."""
    pause_s = RENEW_S
    while assistant.renewal is not None:
        try:
            await asyncio.to_thread(assistant.renewal.renew)
            pause_s = RENEW_S
        except Exception as problem:
            pause_s = min(2 * pause_s, LONGEST_BACKOFF_S)
            if isinstance(problem, Infrastructure):
                log.warning("articles_not_renewed", problem=str(problem), pause_s=pause_s)
            else:
                log.exception("renewing_failed", pause_s=pause_s)
        await asyncio.sleep(pause_s)


def describe() -> dict[str, object]:
    """The OpenAPI document of the API."""
    return _api().openapi()


def _api() -> described.Api:
    app = described.Api(
        title="Response assistant",
        version=__version__,
        description=DESCRIPTION,
        lifespan=_following,
        docs_url=None,
        redoc_url=None,
    )
    app.router.routes.extend(_calls())
    return app


@cache
def _calls() -> Sequence[BaseRoute]:
    """What the API takes, put together once a process: all its applications serve one API."""
    api = APIRouter()
    nouns = (
        mentions,
        conversations,
        turns,
        drafts,
        commitments,
        lessons,
        charts,
        desk,
        at_work,
        waiting,
        approvals,
        care,
        experts,
        peers,
        persons,
        knowledge,
        articles,
        automation,
        labels,
        quality,
        suite_runs,
        drills,
        record,
        brand,
    )
    known = [Depends(described.refuse_unknown_parameters), Depends(refuse_other_names)]
    for noun in nouns:
        tags: list[str | Enum] = [noun.__name__.rsplit(".", 1)[-1]]
        api.include_router(noun.router, prefix="/api", tags=tags, dependencies=known, responses=described.REFUSALS)
    for watched in (health, metrics):
        api.include_router(watched.router, prefix="/api", tags=["health"], responses=described.REFUSALS)
    for hooks in (source_webhooks, channel_webhooks):
        api.include_router(hooks.router, tags=["webhooks"], responses=described.REFUSALS)
    return api.routes


@cache
def _pages() -> Sequence[BaseRoute]:
    """The console's addresses, likewise."""
    console = APIRouter()
    talk = (pages, line, editor, actions, many, audits, people, second_word, live)
    knowing = (writing, merging, sourcing, knowledge_room)
    for room in (
        *talk,
        *knowing,
        centre,
        channel_room,
        elsewhere,
        quality_room,
        training_room,
        drill_room,
        runs,
        cases,
        team,
        voice,
        record_room,
        robot,
        rooms,
    ):
        console.include_router(room.router, include_in_schema=False)
    return console.routes
