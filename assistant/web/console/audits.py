"""The console's part in audits: after an answer written blind, the agent says whether the draft could have gone out."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant
from assistant.desk.labels import counts, is_blind
from assistant.domain.agent import Permission
from assistant.domain.conversation import TurnRecord
from assistant.evals.certificate import WHOLE
from assistant.ports import Reading
from assistant.web.console.frame import card_of, record_of
from assistant.web.console.places import Back, came_from
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require
from assistant.workflows.suspend import judge_draft

router = APIRouter()
MONTH = timedelta(days=30)


def waits_for_verdict(assistant: Assistant, turn_id: str) -> bool:
    """Whether the draft of this turn is still to be judged."""
    with assistant.require_store().read() as look:
        label = look.label(turn_id)
    return label is not None and label.waits_for_verdict


def audited(look: Reading, record: TurnRecord | None) -> dict[str, Any]:
    """For a conversation's page: whether its draft may not be seen yet, and what its label says."""
    if record is None:
        return {"blind": False, "label": None}
    return {"blind": is_blind(record), "label": look.label(record.id)}


def slices(look: Reading, assistant: Assistant) -> list[dict[str, Any]]:
    """Every slice that is certified, was moved or has labels: its step, its labels of 30 days, its hold.

    Without a certificate that stands nothing of it is sent, whatever its step.
    """
    pack, now = assistant.pack, assistant.clock()
    state = look.automation(pack.brand.id)
    counted = {each.slice: each for each in counts(look, brand_id=pack.brand.id, since=now - MONTH, now=now)}
    certified = {permit.certificate.slice: standing == "stands" for permit, standing in assistant.certificates()}
    holds = {hold.scope: hold for hold in state.holds}
    return [
        {
            "slice": name,
            "stands": certified.get(name, False),
            "step": state.step(name, start=pack.automation.ramp_start),
            "ramp": state.ramp(name),
            "counted": counted.get(name),
            "held": holds.get(name),
        }
        for name in sorted({*certified, *counted, *(ramp.slice for ramp in state.ramps)} - {WHOLE})
    ]


@router.post("/conversations/{conversation_id}/judge")
def judge(
    conversation_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    turn_id: Annotated[str, Form(max_length=100)],
    error: Annotated[bool, Form()],
    critical: Annotated[bool, Form()] = False,
    why: Annotated[str, Form(max_length=300)] = "",
    back: Back = "",
) -> Response:
    """Keep the verdict and go back to the list."""
    require(agent, Permission.REPLY)
    store = assistant.require_store()
    with store.read() as look:
        card_of(look, assistant, agent, conversation_id)
        record_of(look, conversation_id, turn_id)
    judge_draft(
        turn_id,
        store=store,
        pack=assistant.pack,
        clock=assistant.clock,
        proof=assistant.proof(),
        error=error,
        critical=critical,
        why=why,
        by=agent.name,
    )
    return RedirectResponse(came_from(back).address(), status_code=303)
