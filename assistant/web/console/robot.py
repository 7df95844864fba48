"""The robot log: what the assistant sent by itself, what a stop did, what it may do, and the way to pull one back."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

import assistant.desk.automation as automation_desk
from assistant.compose import Assistant
from assistant.domain.agent import Agent, Permission
from assistant.domain.automation import AutomationState, Step
from assistant.domain.brand import Intent, Pack
from assistant.domain.conversation import Reply
from assistant.errors import AssistantError
from assistant.ports import Reading
from assistant.web.console.audits import slices
from assistant.web.console.certificates import slice_words, stands
from assistant.web.console.frame import address, base, card_of, page, shown_to
from assistant.web.console.places import Back
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.problems import status_of
from assistant.web.sessions import require
from assistant.workflows.pull_back import can_retract, pull_back

LOGGED = 50
FARTHEST = 1_000_000
Start = Annotated[int, Query(ge=0, le=FARTHEST)]
"""How many newer answers are passed over."""

router = APIRouter()


@router.get("/robot")
def robot(request: Request, assistant: TheAssistant, agent: TheAgent, start: Start = 0) -> Response:
    """Every answer of the assistant's own, newest first, and what it may do."""
    return _log(request, assistant, agent, start=start)


def _log(
    request: Request, assistant: Assistant, agent: Agent, *, start: int = 0, refusal: str = "", status: int = 200
) -> Response:
    require(agent, Permission.READ)
    with assistant.require_store().read() as look:
        context = base(look, request, assistant, agent)
        found = look.automated(brand_id=assistant.pack.brand.id, start=start, limit=LOGGED + 1)
        replies = found[:LOGGED]
        context |= {"entries": _entries(look, assistant, replies), "climbed": slices(look, assistant)}
        context |= {"start": start, "page": LOGGED, "more": len(found) > LOGGED}
        context["stop"] = look.last_stop(assistant.pack.brand.id) if context["automation"].kill_switch else None
    proof = assistant.proof()
    versions = proof.versions if proof else {}
    context["proofs"] = [(each, how, stands(each, how, versions)) for each, how in context["certificates"]]
    intents = [intent for intent in assistant.pack.intents if intent.id in assistant.pack.automation.intents]
    context["to_hold"] = _to_hold(assistant.pack, intents, context["automation"])
    context |= {"allowed": intents, "listed": Counter(reply.intent for reply in replies)}
    context |= {"slice_words": slice_words, "steps": tuple(Step)}
    return page(request, "robot.html", context | {"room": "robot", "refusal": refusal}, status)


def _to_hold(pack: Pack, intents: Sequence[Intent], automation: AutomationState) -> dict[str, dict[str, str]]:
    """What may be held and isn't yet, by kind: each scope with its name."""
    scopes = {
        "Topic": {intent.topic: intent.topic.replace("_", " ") for intent in pack.intents},
        "Channel": {channel.name: channel.name.replace("_", " ") for channel in pack.channels if channel.enabled},
        "Kind of question": {intent.id: intent.name for intent in intents},
    }
    return {
        kind: {each: name for each, name in found.items() if not automation.holds_back(each)}
        for kind, found in scopes.items()
    }


def _entries(look: Reading, assistant: Assistant, replies: Sequence[Reply]) -> list[dict[str, Any]]:
    """Each reply with the message it answered, whom, when, and what became of the wish to have it gone."""
    return [
        {
            "reply": reply,
            "talk": look.conversation(reply.conversation_id),
            "record": look.turn(reply.turn_id),
            "deletes": can_retract(assistant.channels, reply.channel),
            "retraction": look.retraction(reply.id),
        }
        for reply in replies
    ]


@router.get("/robot/stop")
def stopped(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """What the stop did by now."""
    require(agent, Permission.READ)
    brand_id = assistant.pack.brand.id
    with assistant.require_store().read() as look:
        stop = look.last_stop(brand_id) if look.automation(brand_id).kill_switch else None
        context: dict[str, Any] = {"stop": stop, "settled": stop is not None and not stop.open_}
        if context["settled"]:
            replies = look.automated(brand_id=brand_id, limit=LOGGED)
            context |= {**shown_to(agent), "entries": _entries(look, assistant, replies), "start": 0, "more": False}
    return page(request, "part_stop.html", context)


@router.post("/automation/ramp")
def climb(
    request: Request,
    assistant: TheAssistant,
    agent: TheAgent,
    slice_: Annotated[str, Form(alias="slice", max_length=200)],
    to: Annotated[Step, Form()],
    why: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Move a slice along the ramp; what a step up still needs is said."""
    require(agent, Permission.SUPERVISE)
    pack, proof, at = assistant.pack, assistant.proof(), assistant.clock()
    try:
        with assistant.require_store().begin() as tx:
            automation_desk.move(tx, pack, slice_=slice_, to=to, proof=proof, by=agent.name, why=why.strip(), at=at)
    except AssistantError as problem:
        return _log(request, assistant, agent, refusal=str(problem), status=status_of(problem))
    return RedirectResponse("/robot?what=moved", status_code=303)


@router.get("/replies/{reply_id}/retraction")
def retraction(request: Request, reply_id: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Whether the reply has left its network by now."""
    with assistant.require_store().read() as look:
        card_of(look, assistant, agent, look.reply(reply_id).conversation_id)
        found = look.retraction(reply_id)
    return page(request, "part_retraction.html", {"retraction": found})


@router.post("/replies/{reply_id}/pull-back")
async def take_off(
    request: Request,
    reply_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    why: Annotated[str, Form(max_length=300)] = "",
    back: Back = "",
) -> Response:
    """Have a reply that went out taken off its network; its conversation waits for a person with another draft."""
    require(agent, Permission.REPLY)
    store = assistant.require_store()

    def seen() -> str:
        with store.read() as look:
            return card_of(look, assistant, agent, look.reply(reply_id).conversation_id).conversation.id

    conversation_id = await run_in_threadpool(seen)
    try:
        await pull_back(
            reply_id,
            why=why,
            store=store,
            channels=assistant.channels,
            respond=assistant.respond,
            pack=assistant.pack,
            clock=assistant.clock,
            agent=agent.name,
        )
    except AssistantError as problem:
        said, code = str(problem), status_of(problem)
        return await run_in_threadpool(lambda: _log(request, assistant, agent, refusal=said, status=code))
    target = "/robot" if back == "/robot" else f"/conversations/{conversation_id}"
    return RedirectResponse(address(target, what="pulled back"), status_code=303)
