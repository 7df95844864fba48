"""Mentions come in here, once each."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.domain.conversation import TurnRecord
from assistant.domain.vocabulary import Visibility
from assistant.web.deps import TheAssistant
from assistant.workflows.answer import answer_now

router = APIRouter()


class AuthorIn(BaseModel):
    """Who wrote, as the channel shows them."""

    model_config = ConfigDict(extra="forbid")

    handle: str = Field(default="", max_length=320)
    name: str = Field(default="", max_length=320)
    followers: int | None = Field(default=None, ge=0, le=10_000_000_000)


class ThreadMessageIn(BaseModel):
    """What was said before, oldest first."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["customer", "brand", "assistant", "other"]
    text: str


class MentionIn(BaseModel):
    """One inbound message. `id` is the channel's own; the same channel and id is taken in once.

    `in_reply_to` is the channel's id of the message it answers.
    """

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=400)
    text: str
    channel: str | None = None
    author: AuthorIn = AuthorIn()
    thread: list[ThreadMessageIn] = []
    created_at: datetime | None = None
    visibility: Visibility | None = None
    in_reply_to: str | None = Field(default=None, max_length=500)


class Taken(BaseModel):
    """Where a mention went. `turn` is there where it was decided in line or before."""

    mention_id: str
    conversation_id: str
    new: bool
    turn: TurnRecord | None = None


@router.post("/mentions", status_code=202, responses={200: {"model": Taken}})
async def post_mention(
    mention_in: MentionIn,
    assistant: TheAssistant,
    response: Response,
    wait: Annotated[bool, Query(description="1 decides in line and answers with the turn")] = False,
) -> Taken:
    """Take a mention in. Answers 202 at once; the worker decides. With `wait=1` answers 200 with the decision."""
    row = mention_in.model_dump(mode="json", exclude_none=True)
    mention = assistant.parse(row, position=mention_in.id)
    if not wait:
        return Taken(**(await assistant.take_in(mention)).model_dump())
    store, clock = assistant.require_store(), assistant.clock
    taken, record = await answer_now(mention, store=store, respond=assistant.respond, pack=assistant.pack, clock=clock)
    response.status_code = 200
    return Taken(**taken.model_dump(), turn=record)
