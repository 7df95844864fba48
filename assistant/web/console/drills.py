"""Drills: the worst hour rehearsed from the console, followed while it is played."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant, drilling
from assistant.domain.agent import Permission
from assistant.errors import PackInvalid
from assistant.web.console.cases import DECISIONS
from assistant.web.console.frame import page, shown_to
from assistant.web.console.quality import context_of
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require

router = APIRouter()


@router.get("/quality/drills")
def drills(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """The pack's drills, and how the last play went."""
    context = context_of(request, assistant, agent) | {"tab": "drills"} | _newest(assistant)
    try:
        context["drills"] = drilling.drills(assistant)
    except PackInvalid as error:
        context |= {"drills": (), "unreadable": str(error)}
    return page(request, "drills.html", context)


@router.get("/quality/drills/newest")
def under_way(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """How far a play is, for a page that waits for it."""
    require(agent, Permission.READ)
    return page(request, "part_drill.html", _newest(assistant) | shown_to(agent) | {"asked": True})


@router.post("/quality/drills/{drill_id}")
def play(drill_id: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Play one."""
    require(agent, Permission.SUPERVISE)
    drilling.begin(assistant, drill_id, by=agent.name)
    return RedirectResponse("/quality/drills", status_code=303)


@router.post("/quality/drills/newest/end")
def end(assistant: TheAssistant, agent: TheAgent) -> Response:
    """End the one that is played."""
    require(agent, Permission.SUPERVISE)
    drilling.end(assistant, by=agent.name)
    return RedirectResponse("/quality/drills", status_code=303)


def _newest(assistant: Assistant) -> dict[str, Any]:
    return {"play": drilling.newest(assistant), "ending": drilling.is_ending(assistant), "decided": DECISIONS}
