"""Answers that wait for the index: which, why and until when, and how a person takes one over."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from assistant.desk.labels import blinded
from assistant.domain.conversation import TurnRecord
from assistant.domain.vocabulary import REASON_SENTENCES, Reason
from assistant.web.api.at_work import ByIn
from assistant.web.deps import TheAssistant
from assistant.workflows.by_hand import take_by_hand

router = APIRouter()


class WaitingAnswer(BaseModel):
    """A message whose answer waits. It is tried again until it can be given; at `until` it goes to a person."""

    mention_id: str
    conversation_id: str
    since: datetime
    until: datetime
    why: str


@router.get("/waiting-answers")
def list_waiting_answers(
    assistant: TheAssistant, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> list[WaitingAnswer]:
    """Those first that may wait the shortest."""
    with assistant.require_store().read() as look:
        found = look.waiting_answers(brand_id=assistant.pack.brand.id, limit=limit)
    return [WaitingAnswer(**each._asdict(), why=REASON_SENTENCES[Reason.INDEX_AWAY]) for each in found]


@router.post("/conversations/{conversation_id}/by-hand")
async def answer_by_hand(conversation_id: str, given: ByIn, assistant: TheAssistant) -> list[TurnRecord]:
    """Take it over: it is theirs now, and its messages have turns to answer. 403 where no answer waits there."""
    records = await take_by_hand(
        conversation_id,
        agent=given.by,
        store=assistant.require_store(),
        respond=assistant.respond,
        pack=assistant.pack,
        clock=assistant.clock,
    )
    return [blinded(record) for record in records]
