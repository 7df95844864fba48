"""The brand's record as it grows, for tools that follow it: what was decided, done and sent since they last asked."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from assistant.web.api.at_work import LogEntry, entry_of
from assistant.web.deps import TheAssistant

FARTHEST = 2**63 - 1

router = APIRouter()


class LogPage(BaseModel):
    """`next` is the `after` of the next call, also where nothing is new: then it is the one that was sent."""

    items: list[LogEntry]
    next: int = Field(ge=0)


@router.get("/log")
def follow_log(
    assistant: TheAssistant,
    after: Annotated[int, Query(ge=0, le=FARTHEST, description="the sequence of the last entry that was read")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> LogPage:
    """Entries of the brand's log, oldest first: each once, in the order they were kept, however often it is asked.

    Of a decision (`turn_decided`) `facts` name `conversation`, `mention`, `decision`, `reasons` and `queue`, and
    `subject` is its turn.
    """
    with assistant.require_store().read() as look:
        found = look.audit_after(after, limit=limit, brand_id=assistant.pack.brand.id)
    return LogPage(items=[entry_of(each) for each in found], next=found[-1].sequence if found else after)
