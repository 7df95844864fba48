"""What replies bind the brand to: sentences judged while an agent writes, tasks behind promises, offers with money."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from assistant.desk import ledger
from assistant.domain.commitments import Offer, Task, TaskState
from assistant.web.deps import Name, TheAssistant, Words, ours
from assistant.workflows.check_reply import CheckedReply, check_reply

router = APIRouter()


class TextIn(BaseModel):
    """A reply as it stands in the editor."""

    model_config = ConfigDict(extra="forbid")

    text: Words = Field(max_length=20_000)


class TaskIn(BaseModel):
    """A promise in the words the customer will read, who keeps it, and until when."""

    model_config = ConfigDict(extra="forbid")

    promise: str = Field(min_length=1, max_length=1_000)
    owner: Name
    due_at: AwareDatetime
    by: Name


class CloseIn(BaseModel):
    """How a task ended, and who says so."""

    model_config = ConfigDict(extra="forbid")

    done: bool
    by: Name


class OfferLeft(BaseModel):
    """An offer and what it may still cost today, in its currency; 0 where it isn't current."""

    offer: Offer
    left: float


@router.post("/turns/{turn_id}/check")
def check_text(turn_id: str, text_in: TextIn, assistant: TheAssistant) -> CheckedReply:
    """Judge a text before it is sent: each sentence with its place, what it stands on and what is missing."""
    return check_reply(
        turn_id,
        text_in.text,
        store=assistant.require_store(),
        passages=assistant.passages,
        pack=assistant.pack,
        clock=assistant.clock,
        languages=assistant.languages,
    )


@router.get("/tasks")
def list_tasks(
    assistant: TheAssistant,
    conversation: Annotated[str | None, Query(max_length=100)] = None,
    state: TaskState | None = None,
    after: Annotated[str | None, Query(max_length=80, description="the id of the last task that was read")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> list[Task]:
    """Tasks by due time, those behind `after`; 404 for those of a conversation, or behind a task, that isn't there."""
    brand_id = assistant.pack.brand.id
    with assistant.require_store().read() as look:
        if conversation is not None:
            ours(look, conversation, assistant)
        found = look.tasks(brand_id=brand_id, conversation_id=conversation, state=state, after=after, limit=limit)
        return list(found)


@router.post("/conversations/{conversation_id}/tasks", status_code=201)
def add_task(conversation_id: str, task_in: TaskIn, assistant: TheAssistant) -> Task:
    """Register a promise, so that a reply may make it; 422 where it should have been kept already.

    One that is open already, with the same owner and moment, is answered as it is.
    """
    at = assistant.clock()
    ledger.refuse_over(task_in.due_at, at=at)
    with assistant.require_store().begin() as tx:
        conversation = ours(tx, conversation_id, assistant)
        made = ledger.new_task(
            conversation,
            task_in.promise,
            owner=task_in.owner,
            due_at=task_in.due_at,
            by=task_in.by,
            at=at,
        )
        return ledger.add_once(tx, made)


@router.post("/tasks/{task_id}/close")
def close_task(task_id: str, close_in: CloseIn, assistant: TheAssistant) -> Task:
    """Say that a task is done, or that it won't be."""
    state, brand_id = (TaskState.DONE if close_in.done else TaskState.CANCELLED), assistant.pack.brand.id
    with assistant.require_store().begin() as tx:
        return ledger.close(tx, task_id, state, brand_id=brand_id, agent=close_in.by, at=assistant.clock())


@router.get("/offers")
def list_offers(assistant: TheAssistant) -> list[OfferLeft]:
    """What agents may offer, and how much money is left for each."""
    pack, at = assistant.pack, assistant.clock()
    with assistant.require_store().read() as look:
        return [OfferLeft(offer=offer, left=ledger.left_of(look, offer, pack=pack, at=at)) for offer in pack.offers]
