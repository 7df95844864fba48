"""Conversations: what waits, and one of them in full."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from assistant.compose import Assistant
from assistant.desk.allowed import Allowed, allowed
from assistant.desk.labels import blinded_detail
from assistant.domain.conversation import Conversation, ConversationDetail
from assistant.domain.vocabulary import ConversationState, Decision
from assistant.errors import InputInvalid
from assistant.ports import Reading
from assistant.web.deps import TheAssistant, known_queue, ours

router = APIRouter()
_DUE = "%Y%m%dT%H%M%S.%fZ"
"""A due time in an address, where nothing of it means anything else."""


class ConversationView(ConversationDetail):
    """`allowed`: null until the assistant has read the message. `waits_until`: until when at most its answer waits for
    the knowledge base, null where none does.
    """

    allowed: Allowed | None
    waits_until: datetime | None


class ConversationList(BaseModel):
    """A page, most urgent first. `next` is the `after` of the following page, whatever becomes of this one's meanwhile;
    null at the end.

    `counts`: the open and pending ones of the whole brand by decision, whatever is asked for.
    """

    items: list[Conversation]
    next: str | None
    counts: dict[Decision, int]


@router.get("/conversations")
def list_conversations(
    assistant: TheAssistant,
    state: Annotated[list[ConversationState] | None, Query()] = None,
    decision: Annotated[list[Decision] | None, Query()] = None,
    queue: Annotated[str | None, Query(max_length=100)] = None,
    after: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ConversationList:
    """Conversations by due time; those that promise none come last. 404 for those of a queue that isn't there."""
    if queue is not None:
        known_queue(queue, assistant)
    brand_id = assistant.pack.brand.id
    with assistant.require_store().read() as look:
        seen = None if after is None else _place(look, after, assistant)
        found = look.conversations(
            brand_id=brand_id, states=state or (), decisions=decision or (), queue=queue, after=seen, limit=limit + 1
        )
        counts = look.count_by_decision(brand_id=brand_id)
    items = list(found[:limit])
    return ConversationList(items=items, next=_place_of(items[-1]) if len(found) > limit else None, counts=dict(counts))


def _place_of(last: Conversation) -> str:
    """Where a page ends: the last one may be due at another time, or never, once the next page is asked for."""
    return f"{last.id}@{last.due_at.astimezone(UTC):{_DUE}}" if last.due_at else f"{last.id}@"


def _place(look: Reading, said: str, assistant: Assistant) -> tuple[datetime | None, str]:
    """Due time and id of what was listed last; an id alone means as it is now. Raises `NotFound`, `InputInvalid`."""
    key, at, due = said.partition("@")
    if not at:
        last = ours(look, key, assistant)
        return last.due_at, last.id
    try:
        return (datetime.strptime(due, _DUE).replace(tzinfo=UTC) if due else None), key
    except ValueError:
        raise InputInvalid(f"after: {said!r} is no place in the list; send the `next` of the page before") from None


@router.get("/conversations/{conversation_id}")
def read_conversation(
    conversation_id: str,
    assistant: TheAssistant,
    by: Annotated[str, Query(max_length=100, description="who asks: what others hold isn't theirs to do")] = "",
) -> ConversationView:
    """A conversation with its mentions, turns and replies, oldest first, and what may be done with the newest turn."""
    with assistant.require_store().read() as look:
        ours(look, conversation_id, assistant)
        detail = look.detail(conversation_id)
        may = allowed(look, detail, agent=by, at=assistant.clock())
        waiting = look.waiting_answers(brand_id=assistant.pack.brand.id, limit=1, conversation_id=conversation_id)
    until = waiting[0].until if waiting else None
    return ConversationView(**dict(blinded_detail(detail)), allowed=may, waits_until=until)
