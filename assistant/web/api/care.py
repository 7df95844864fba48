"""What followed a fix: asked, answered, opened again, and the figures over all of them."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from assistant.domain.follow_up import FollowUp, Outcomes, outcomes
from assistant.errors import NotFound
from assistant.web.deps import TheAssistant

router = APIRouter()


@router.get("/conversations/{conversation_id}/follow-ups")
def read_follow_ups(conversation_id: str, assistant: TheAssistant) -> list[FollowUp]:
    """The conversation's fixes and what came of each, oldest first."""
    with assistant.require_store().read() as look:
        if look.conversation(conversation_id).brand_id != assistant.pack.brand.id:
            raise NotFound("conversation", conversation_id)
        return list(look.follow_ups(conversation_id))


@router.get("/follow-ups/outcomes")
def read_outcomes(assistant: TheAssistant, days: Annotated[int, Query(ge=1, le=366)] = 30) -> Outcomes:
    """Durable and re-opened fixes of the last days, and how satisfied customers were."""
    now = assistant.clock()
    with assistant.require_store().read() as look:
        records = look.all_follow_ups(brand_id=assistant.pack.brand.id, since=now - timedelta(days=days))
    return outcomes(records, at=now)
