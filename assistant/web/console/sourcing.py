"""Where articles come from: when each source was read, what is wrong with it, and a button to read it now."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from assistant.domain.agent import Permission
from assistant.domain.sources import Asker, SourceFlag
from assistant.web.console.frame import page
from assistant.web.console.knowledge import context_of
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require
from assistant.workflows.sync_sources import ask_for, source_states

router = APIRouter()

FLAGS: Mapping[SourceFlag, str] = {
    SourceFlag.NEVER_READ: "never read",
    SourceFlag.STALE: "not read for three of its intervals",
    SourceFlag.VANISHED: "nothing is there any more",
    SourceFlag.FAILED: "could not be read",
    SourceFlag.CUT_OFF: "the reading never ended",
    SourceFlag.PARTLY_READ: "some of it could not be read",
    SourceFlag.ARTICLES_GONE: "articles are no longer there",
}


@router.get("/knowledge/sources")
def sources(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Every source of sources.yaml, in its order."""
    context = context_of(request, assistant, agent)
    states = source_states(assistant.pack, store=assistant.require_store(), clock=assistant.clock)
    return page(request, "sources.html", context | {"states": states, "flags": FLAGS})


@router.post("/knowledge/sources/{name}")
def read_now(name: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Have it read; a worker does so within seconds."""
    require(agent, Permission.SUPERVISE)
    ask_for(name, pack=assistant.pack, store=assistant.require_store(), clock=assistant.clock, asker=Asker.CONSOLE)
    return RedirectResponse("/knowledge/sources", status_code=303)
