"""Turns: read one, and say what happens with its draft."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from assistant.desk.labels import blinded
from assistant.desk.review import Reviewed, ReviewRequest
from assistant.domain.conversation import TurnRecord
from assistant.domain.vocabulary import Disposition
from assistant.errors import NotFound
from assistant.web.deps import Name, TheAssistant, Words
from assistant.workflows.settle import settle

router = APIRouter()


class ReviewIn(BaseModel):
    """What an agent decides. `seen_version` is the `version` of the conversation they looked at.

    `text`: what to send, for edited and responded.
    """

    model_config = ConfigDict(extra="forbid")

    disposition: Disposition
    seen_version: int = Field(ge=1)
    by: Name
    text: Annotated[Words, Field(max_length=40_000)] | None = None
    confirmed: bool = Field(default=False, description="looked at twice; some queues ask for it")
    reason: str = Field(default="", max_length=500, description="why the draft was changed; proposals learn from it")


@router.get("/turns/{turn_id}")
def read_turn(turn_id: str, assistant: TheAssistant) -> TurnRecord:
    """A turn with everything its decision rested on; a draft that is audited blind is left out until it is settled."""
    with assistant.require_store().read() as look:
        record = look.turn(turn_id)
    if record.turn.mention.brand_id != assistant.pack.brand.id:
        raise NotFound("turn", turn_id)
    return blinded(record)


@router.post("/turns/{turn_id}/review")
def review_turn(turn_id: str, review_in: ReviewIn, assistant: TheAssistant) -> Reviewed:
    """Accept, edit, respond or ignore. 409 where somebody was faster, 403 where the text may not go out.

    The reply leaves after `ASSISTANT_UNDO_S` seconds; `POST /api/replies/{id}/undo` takes it back until then.
    """
    request = ReviewRequest(turn_id=turn_id, agent=review_in.by, **review_in.model_dump(exclude={"by"}))
    store = assistant.require_store()
    return settle(
        request,
        store=store,
        passages=assistant.passages,
        pack=assistant.pack,
        clock=assistant.clock,
        world=assistant.world(),
        undo_s=assistant.settings.undo_s,
    )
