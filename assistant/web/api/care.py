"""What followed a fix, and whether everybody is treated alike."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from assistant.desk.ledger import left_of
from assistant.domain.commitments import Offer
from assistant.domain.fairness import Fairness, GoodwillRule, assess
from assistant.domain.follow_up import FollowUp, Outcomes, outcomes
from assistant.errors import NotFound
from assistant.web.deps import TheAssistant, ours

router = APIRouter()
MOST = 5_000
"""Conversations one look at fairness compares."""


class Goodwill(BaseModel):
    """What this case is worth to the brand, whoever it is: the rule, its offer, and the money left for it."""

    rule: GoodwillRule | None
    offer: Offer | None
    left: float


@router.get("/conversations/{conversation_id}/follow-ups")
def read_follow_ups(conversation_id: str, assistant: TheAssistant) -> list[FollowUp]:
    """The conversation's fixes and what came of each, oldest first."""
    with assistant.require_store().read() as look:
        ours(look, conversation_id, assistant)
        return list(look.follow_ups(conversation_id))


@router.get("/follow-ups/outcomes")
def read_outcomes(assistant: TheAssistant, days: Annotated[int, Query(ge=1, le=366)] = 30) -> Outcomes:
    """Durable and re-opened fixes of the last days, and how satisfied customers were."""
    now = assistant.clock()
    with assistant.require_store().read() as look:
        records = look.all_follow_ups(brand_id=assistant.pack.brand.id, since=now - timedelta(days=days))
    return outcomes(records, at=now)


@router.get("/conversations/{conversation_id}/goodwill")
def read_goodwill(conversation_id: str, assistant: TheAssistant) -> Goodwill:
    """The offer of this case."""
    pack = assistant.pack
    with assistant.require_store().read() as look:
        card = look.triage(conversation_id)
        if card.conversation.brand_id != pack.brand.id:
            raise NotFound("conversation", conversation_id)
        known = pack.intent(card.intent)
        rule = pack.goodwill.rule_for(intent=card.intent or None, topic=known.topic if known else None)
        offer = next((each for each in pack.offers if rule is not None and each.id == rule.offer), None)
        left = left_of(look, offer, pack=pack, at=assistant.clock()) if offer else 0.0
    return Goodwill(rule=rule, offer=offer, left=left)


@router.get("/fairness")
def read_fairness(assistant: TheAssistant, days: Annotated[int, Query(ge=1, le=366)] = 30) -> Fairness:
    """Whether public or famous customers were served faster or better than others with the same case."""
    since = assistant.clock() - timedelta(days=days)
    with assistant.require_store().read() as look:
        return assess(look.treatments(brand_id=assistant.pack.brand.id, since=since, limit=MOST))
