"""Labels: what became of drafts that could have been sent, verdicts on blind audits, late corrections."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from assistant.desk.labels import counts
from assistant.domain.label import DeskLabel, LabelCounts
from assistant.errors import NotFound
from assistant.web.deps import Name, TheAssistant
from assistant.workflows.suspend import judge_draft

router = APIRouter()


class VerdictIn(BaseModel):
    """Whether the draft should not have gone out as it was; `critical`: it would have done harm."""

    model_config = ConfigDict(extra="forbid")

    error: bool
    critical: bool = False
    why: str = Field(default="", max_length=300)
    by: Name


@router.get("/labels")
def count_labels(assistant: TheAssistant, days: Annotated[int, Query(ge=1, le=3650)] = 30) -> list[LabelCounts]:
    """Drafts that could have been sent in the last `days`, slice by slice: what people did with them, and errors."""
    now = assistant.clock()
    with assistant.require_store().read() as look:
        return list(counts(look, brand_id=assistant.pack.brand.id, since=now - timedelta(days=days), now=now))


@router.get("/turns/{turn_id}/label")
def read_label(turn_id: str, assistant: TheAssistant) -> DeskLabel:
    """The label of one draft; 404 where it could not have been sent."""
    with assistant.require_store().read() as look:
        label = look.label(turn_id)
    if label is None or label.brand_id != assistant.pack.brand.id:
        raise NotFound("label", turn_id)
    return label


@router.post("/turns/{turn_id}/verdict")
def give_verdict(turn_id: str, verdict: VerdictIn, assistant: TheAssistant) -> DeskLabel:
    """Judge a draft that was audited blind, after answering without it; a critical error stops the slice at once."""
    return _judge(turn_id, verdict, assistant, late=False)


@router.post("/turns/{turn_id}/correction")
def correct_label(turn_id: str, verdict: VerdictIn, assistant: TheAssistant) -> DeskLabel:
    """A late word on a draft, sent or not, replaces its label; a critical error stops the slice at once."""
    return _judge(turn_id, verdict, assistant, late=True)


def _judge(turn_id: str, verdict: VerdictIn, assistant: TheAssistant, *, late: bool) -> DeskLabel:
    return judge_draft(
        turn_id,
        store=assistant.require_store(),
        pack=assistant.pack,
        clock=assistant.clock,
        proof=assistant.proof(),
        late=late,
        **verdict.model_dump(),
    )
