"""Mentions come in here, once each."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.domain.conversation import TurnRecord
from assistant.domain.vocabulary import Visibility
from assistant.web.deps import assistant_of
from assistant.web.sessions import was_unasked
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
    author: AuthorIn = Field(default_factory=AuthorIn)  # a default value is copied deeply for each mention
    thread: list[ThreadMessageIn] = Field(default_factory=list)
    created_at: datetime | None = None
    visibility: Visibility | None = None
    in_reply_to: str | None = Field(default=None, max_length=500)


class Taken(BaseModel):
    """Where a mention went. `turn` is there where it was decided in line or before."""

    mention_id: str
    conversation_id: str
    new: bool
    turn: TurnRecord | None = None


@router.post("/mentions", status_code=202, response_model=Taken, responses={200: {"model": Taken}})
async def post_mention(
    mention_in: MentionIn,
    request: Request,
    wait: Annotated[bool, Query(description="1 decides in line and answers with the turn")] = False,
) -> Response:
    """Take a mention in. Answers 202 at once; the worker decides. With `wait=1` answers 200 with the decision."""
    assistant = assistant_of(request)
    row = mention_in.model_dump(mode="json", exclude_none=True)
    mention = assistant.parse(row, position=mention_in.id)
    if not wait:
        kept = await assistant.take_in(mention, unasked=was_unasked(request))
        return _told(Taken(mention_id=kept.mention_id, conversation_id=kept.conversation_id, new=kept.new), 202)
    store, clock = assistant.require_store(), assistant.clock
    taken, record = await answer_now(mention, store=store, respond=assistant.respond, pack=assistant.pack, clock=clock)
    return _told(Taken(**taken.model_dump(), turn=record), 200)


def _told(taken: Taken, status: int) -> Response:
    """Written once: what the framework would do to a value, check and copy it, costs as much as keeping it."""
    return Response(taken.model_dump_json(), status, media_type="application/json")
