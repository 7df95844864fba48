"""What was changed by agents or pulled back lately, and the cases proposed from it and from good replies."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant
from assistant.compose.harvested import drop, folder, keep, kept, move
from assistant.domain.agent import Agent, Permission
from assistant.domain.conversation import Reply, ReplyState
from assistant.domain.vocabulary import Decision
from assistant.domain.wording import Edit
from assistant.errors import AssistantError, NotFound
from assistant.evals.harvest import case_id_of
from assistant.evals.suite import SUITE_FILE
from assistant.ports import Reading
from assistant.web.console.editor import word_diff
from assistant.web.console.frame import address, base, page
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.problems import status_of
from assistant.web.sessions import require
from assistant.workflows.harvest import harvest_good, harvest_turn

SUITES = Path("evals/suites")
"""Where `assistant eval run` finds suites by their names."""
LOOKED_AT = 200
"""Automatic replies looked at for those that were pulled back, the newest."""
SHOWN = 30
"""The newest of both: no more edits than these are read and compared."""
DECISIONS = {
    Decision.AUTO_REPLY: "an answer by itself",
    Decision.REVIEW: "a person’s review",
    Decision.HANDOFF: "a person",
    Decision.NO_REPLY: "no reply",
}

router = APIRouter()


@router.get("/quality/cases")
def cases(
    request: Request,
    assistant: TheAssistant,
    agent: TheAgent,
    proposed: Annotated[str, Query(max_length=40)] = "",
    new: bool = False,
) -> Response:
    """What can be proposed, what was just `proposed`, and what waits to be read."""
    return _page(request, assistant, agent, proposed=proposed, new=new)


@router.post("/quality/cases/{turn_id}")
def propose(
    request: Request,
    turn_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    wrong: Annotated[str, Form(max_length=2000)] = "",
    good: Annotated[bool, Form()] = False,
) -> Response:
    """Propose a case from this turn, whose reply was `good` or not; where nobody knows what was wrong with it, ask."""
    require(agent, Permission.READ)
    require(agent, Permission.NOTE)
    quotes = [wrong] if wrong.strip() else []
    store, pack = assistant.require_store(), assistant.pack
    try:
        if good:
            case = harvest_good(turn_id, store=store, pack=pack)
        else:
            case = harvest_turn(turn_id, wrong=quotes, store=store, pack=pack)
    except AssistantError as refusal:
        return _page(request, assistant, agent, refused="" if good else turn_id, refusal=refusal)
    new = keep(assistant.settings, [case])
    return RedirectResponse(address("/quality/cases", proposed=case.id, new=new), status_code=303)


@router.post("/quality/proposed/{case_id}")
def settle(
    case_id: str, assistant: TheAssistant, agent: TheAgent, suite: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    """Make a proposal a case of that suite, or drop it where none is named."""
    require(agent, Permission.READ)
    require(agent, Permission.NOTE)
    if suite and suite not in _suites():
        raise NotFound("suite", suite)
    if suite:
        move(assistant.settings, case_id, suite=SUITES / suite)
    else:
        drop(assistant.settings, case_id)
    return RedirectResponse(address("/quality/cases", what="case moved" if suite else "case dropped"), status_code=303)


def _suites() -> list[str]:
    """The suites this process can write to, by name."""
    return sorted(path.parent.name for path in SUITES.glob(f"*/{SUITE_FILE}"))


def _page(
    request: Request,
    assistant: Assistant,
    agent: Agent,
    *,
    proposed: str = "",
    new: bool = False,
    refused: str = "",
    refusal: AssistantError | None = None,
) -> Response:
    require(agent, Permission.READ)
    waiting = kept(assistant.settings)
    known = {case.id for case in waiting}
    with assistant.require_store().read() as look:
        context = base(look, request, assistant, agent)
        failed = [_edited(look, edit) for edit in look.edits(brand_id=assistant.pack.brand.id, limit=SHOWN)]
        automatic = look.automated(brand_id=assistant.pack.brand.id, limit=LOOKED_AT)
        failed += [_gone(look, reply) for reply in automatic if reply.state is ReplyState.RECALLED]
    newest = sorted(failed, key=lambda each: each["at"], reverse=True)[:SHOWN]
    context |= {"failed": [each | {"kept": case_id_of(each["turn_id"]) in known} for each in newest]}
    context["suites"] = _suites()
    context |= {"waiting": waiting, "folder": folder(assistant.settings).name, "most": SHOWN, "decisions": DECISIONS}
    context |= {"proposed": next((case for case in waiting if case.id == proposed), None), "new": new}
    context |= {"room": "quality", "tab": "cases", "refused": refused, "refusal": refusal}
    return page(request, "cases.html", context, status_of(refusal) if refusal else 200)


def _edited(look: Reading, edit: Edit) -> dict[str, Any]:
    record = look.turn(edit.turn_id)
    return {
        "turn_id": edit.turn_id,
        "conversation_id": record.conversation_id,
        "at": edit.at,
        "what": f"Changed by {edit.by}" if edit.before else f"Written by {edit.by}",
        "why": edit.reason,
        "asked": record.turn.mention.text,
        "changes": word_diff(edit.before, edit.after),
    }


def _gone(look: Reading, reply: Reply) -> dict[str, Any]:
    record, retraction = look.turn(reply.turn_id), look.retraction(reply.id)
    return {
        "turn_id": reply.turn_id,
        "conversation_id": reply.conversation_id,
        "at": retraction.asked_at if retraction else record.created_at,
        "what": f"Pulled back by {retraction.asked_by}" if retraction else "Pulled back",
        "why": retraction.why if retraction else "",
        "asked": record.turn.mention.text,
        "changes": [("same", reply.text)],
    }
