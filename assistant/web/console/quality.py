"""QA: planted errors, and messages that people read again."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant
from assistant.desk import relabels as relabel_desk
from assistant.desk.canaries import rates
from assistant.domain.agent import Agent, Permission
from assistant.errors import AssistantError
from assistant.web.console.frame import address, base, card_of, page, record_of
from assistant.web.console.places import Back
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require
from assistant.workflows.plant_canaries import plant_canaries

PLANTED = 3

router = APIRouter()


@router.get("/quality/reviewers")
def reviewers(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """What share of planted errors each queue catches."""
    context = context_of(request, assistant, agent)
    with assistant.require_store().read() as look:
        context["rates"] = rates(look, brand_id=assistant.pack.brand.id)
    return page(request, "reviewers.html", context | {"tab": "reviewers"})


@router.post("/quality/canaries")
async def plant(assistant: TheAssistant, agent: TheAgent) -> Response:
    """Put three wrong drafts before reviewers; where is not said."""
    require(agent, Permission.SUPERVISE)
    planted = await plant_canaries(
        PLANTED,
        queue=None,
        store=assistant.require_store(),
        respond=assistant.respond,
        pack=assistant.pack,
        clock=assistant.clock,
        new_id=lambda: secrets.token_hex(8),
        seed=secrets.randbits(32),
    )
    return RedirectResponse(
        address("/quality/reviewers", what="planted" if planted else "not planted"), status_code=303
    )


@router.post("/conversations/{conversation_id}/relabel")
def relabel(
    conversation_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    turn_id: Annotated[str, Form(max_length=100)],
    label: Annotated[str, Form(max_length=200)],
    back: Back = "",
) -> Response:
    """Say what the message was about; it becomes an example for the next training."""
    require(agent, Permission.READ)
    require(agent, Permission.NOTE)
    what = "relabelled"
    try:
        with assistant.require_store().begin() as tx:
            card_of(tx, assistant, agent, conversation_id)
            record = record_of(tx, conversation_id, turn_id)
            relabel_desk.relabel(tx, record, label=label, pack=assistant.pack, agent=agent.name, at=assistant.clock())
    except AssistantError:
        what = "not relabelled"
    return RedirectResponse(address(f"/conversations/{conversation_id}", back=back, what=what), status_code=303)


@router.post("/quality/relabels/{relabel_id}")
def take_back(
    relabel_id: str, assistant: TheAssistant, agent: TheAgent, again: Annotated[bool, Form()] = False
) -> Response:
    """Take it back, or let it teach again."""
    require(agent, Permission.READ)
    require(agent, Permission.NOTE)
    with assistant.require_store().begin() as tx:
        at = assistant.clock()
        relabel_desk.take_back(tx, relabel_id, pack=assistant.pack, agent=agent.name, at=at, again=again)
    return RedirectResponse("/quality", status_code=303)


def context_of(request: Request, assistant: Assistant, agent: Agent) -> dict[str, Any]:
    """What every page of the quality room shows."""
    require(agent, Permission.READ)
    with assistant.require_store().read() as look:
        context = base(look, request, assistant, agent)
    return context | {"room": "quality"}
