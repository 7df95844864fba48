"""Answers that need a second person's word: ask for it, give or refuse it, see who approved what."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from assistant.desk import approvals
from assistant.desk.labels import blinded
from assistant.desk.outgoing import would_send
from assistant.domain.approval import Approval
from assistant.web.deps import Name, TheAssistant, Words, ours

router = APIRouter()


class AskApprovalIn(BaseModel):
    """The words that a review will send."""

    model_config = ConfigDict(extra="forbid")

    text: Words = Field(min_length=1, max_length=20_000)
    by: Name


class DecideApprovalIn(BaseModel):
    """Yes or no, by somebody else than who asked."""

    model_config = ConfigDict(extra="forbid")

    approve: bool
    by: Name
    why: str = Field(default="", max_length=1_000)


@router.post("/turns/{turn_id}/ask-approval")
def ask(turn_id: str, given: AskApprovalIn, assistant: TheAssistant) -> Approval:
    """Call the queue's ladder to approve what would go out of this text: with its disclosure and signature.

    422 where the queue needs no approval.
    """
    pack, at = assistant.pack, assistant.clock()
    with assistant.require_store().begin() as tx:
        record = tx.turn(turn_id)
        channel = ours(tx, record.conversation_id, assistant).channel
        words = would_send(given.text, blinded(record).turn.draft, pack=pack, channel=channel, agent=given.by)
        return approvals.ask_approval(tx, turn_id, text=words, by=given.by, pack=pack, at=at)


@router.post("/approvals/{approval_id}/decide")
def decide(approval_id: str, given: DecideApprovalIn, assistant: TheAssistant) -> Approval:
    """Approve or refuse it, once; 403 for whoever asked, 409 where somebody decided."""
    brand_id, at = assistant.pack.brand.id, assistant.clock()
    with assistant.require_store().begin() as tx:
        return approvals.decide(tx, approval_id, **dict(given), brand_id=brand_id, at=at)


@router.get("/approvals")
def list_approvals(
    assistant: TheAssistant, limit: Annotated[int, Query(ge=1, le=500)] = 100, only_open: bool = False
) -> list[Approval]:
    """Newest first; `only_open` leaves out what was decided."""
    with assistant.require_store().read() as look:
        return list(look.all_approvals(brand_id=assistant.pack.brand.id, limit=limit, only_open=only_open))
