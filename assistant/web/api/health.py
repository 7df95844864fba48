"""Is the process alive, and can it do its work?"""

from collections.abc import Callable

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from assistant import __version__
from assistant.compose import Assistant
from assistant.compose.embedding import embedder_state
from assistant.errors import Infrastructure
from assistant.web.deps import TheAssistant

router = APIRouter()


class Alive(BaseModel):
    """The process answers."""

    status: str
    version: str


class Readiness(BaseModel):
    """What each part says; `ready` where mentions can be taken in and people can work, which takes the store alone."""

    ready: bool
    parts: dict[str, str]


UNUSABLE = "unusable"
"""How a part that doesn't work begins."""
LONGEST_S = 4.0
"""How long a part may take to say how it is."""


@router.get("/health")
async def health() -> Alive:
    """Answers while the process lives, whatever its threads wait for."""
    return Alive(status="ok", version=__version__)


@router.get("/ready", responses={503: {"model": Readiness}})
async def ready(request: Request, assistant: TheAssistant, response: Response) -> Readiness:
    """Store, index, embedder and drafter; 503 where the store can't work. Without index or embedder, answers wait.

    What is `unusable` says why, with addresses, to who sends the key.
    """
    parts = await parts_of(assistant)
    if not request.state.may_know:
        parts = {name: said.partition(":")[0] if said.startswith(UNUSABLE) else said for name, said in parts.items()}
    is_ready = parts["store"] == "ok"
    response.status_code = 200 if is_ready else 503
    return Readiness(ready=is_ready, parts=parts)


async def parts_of(assistant: Assistant) -> dict[str, str]:
    """What each part says of itself; one that doesn't work begins with `unusable`."""
    return {
        "store": await _in_time(_store, assistant),
        "index": await _in_time(_index, assistant),
        "embedder": embedder_state(assistant.settings),
        "drafter": assistant.drafter.name,
    }


async def _in_time(look: Callable[[Assistant], str], assistant: Assistant) -> str:
    """What it says of the part; one that hangs is not waited for."""
    try:
        with anyio.fail_after(LONGEST_S):
            return await anyio.to_thread.run_sync(look, assistant, abandon_on_cancel=True)
    except TimeoutError:
        return f"unusable: no answer for {LONGEST_S:.0f} s; it is asked again, and work goes on once it answers"


def _store(assistant: TheAssistant) -> str:
    try:
        assistant.require_store().check()
    except Infrastructure as error:
        return f"unusable: {error}"
    return "ok"


def _index(assistant: TheAssistant) -> str:
    try:
        return f"{assistant.index.count()} passages"
    except Infrastructure as error:
        return f"unusable: {error}"
