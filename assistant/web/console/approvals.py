"""Answers that need a second person's word, on the conversation's page: ask for it, give or refuse it."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant
from assistant.desk import approvals
from assistant.desk.outgoing import would_send
from assistant.domain.agent import Permission
from assistant.domain.conversation import TurnRecord
from assistant.errors import NotFound
from assistant.ports import Reading
from assistant.web.console.frame import address, card_of, record_of
from assistant.web.console.places import Back
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require

router = APIRouter()


def asked_for(look: Reading, record: TurnRecord | None, assistant: Assistant) -> dict[str, Any]:
    """Whether this conversation's answers need a second person, and what was asked and decided so far."""
    if record is None:
        return {"needs_approval": False, "approvals": []}
    queue = look.conversation(record.conversation_id).queue
    needed = queue in assistant.pack.on_call.approvals
    return {"needs_approval": needed, "approvals": look.approvals(record.conversation_id)}


def words_asked_for(look: Reading, record: TurnRecord | None) -> str:
    """The words that approval was asked for last, to be sent as they are; empty where none was."""
    asked = look.approvals(record.conversation_id) if record is not None else ()
    return next((each.text for each in reversed(asked) if record is not None and each.turn_id == record.id), "")


@router.post("/conversations/{conversation_id}/approval")
def ask(
    conversation_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    turn_id: Annotated[str, Form(max_length=100)],
    text: Annotated[str, Form(max_length=20_000)] = "",
    back: Back = "",
) -> Response:
    """Ask for what would go out if the editor's words were sent now."""
    require(agent, Permission.REPLY)
    pack, at = assistant.pack, assistant.clock()
    with assistant.require_store().begin() as tx:
        card = card_of(tx, assistant, agent, conversation_id)
        draft = record_of(tx, conversation_id, turn_id).turn.draft
        words = would_send(text, draft, pack=pack, channel=card.conversation.channel, agent=agent.name)
        approvals.ask_approval(tx, turn_id, text=words, by=agent.name, pack=pack, at=at)
    return RedirectResponse(address(f"/conversations/{conversation_id}", back=back), status_code=303)


@router.post("/conversations/{conversation_id}/approval/{approval_id}")
def decide(
    conversation_id: str,
    approval_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    approve: Annotated[bool, Form()],
    why: Annotated[str, Form(max_length=1_000)] = "",
    back: Back = "",
) -> Response:
    """Yes or no, under the name of whoever is signed in."""
    require(agent, Permission.REPLY)
    brand_id, at = assistant.pack.brand.id, assistant.clock()
    with assistant.require_store().begin() as tx:
        card_of(tx, assistant, agent, conversation_id)
        if all(each.id != approval_id for each in tx.approvals(conversation_id)):
            raise NotFound("approval", approval_id)
        approvals.decide(tx, approval_id, approve=approve, by=agent.name, why=why, brand_id=brand_id, at=at)
    return RedirectResponse(address(f"/conversations/{conversation_id}", back=back), status_code=303)
