"""Mentions come in here, once each."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.compose import Assistant
from assistant.desk.labels import blinded
from assistant.domain.basis import MentionChange
from assistant.domain.conversation import TakenIn, TurnRecord
from assistant.domain.mention import Mention
from assistant.domain.vocabulary import Visibility
from assistant.errors import NotFound
from assistant.web.deps import TheAssistant, Words, assistant_of
from assistant.web.sessions import was_unasked
from assistant.workflows.answer import answer_now

router = APIRouter()


class AuthorIn(BaseModel):
    """Who wrote, as the channel shows them."""

    model_config = ConfigDict(extra="forbid")

    handle: Words = Field(default="", max_length=320)
    name: Words = Field(default="", max_length=320)
    followers: int | None = Field(default=None, ge=0, le=10_000_000_000)


class ThreadMessageIn(BaseModel):
    """What was said before, oldest first."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["customer", "brand", "assistant", "other"]
    text: str


class MentionIn(BaseModel):
    """One inbound message. `id` is the channel's own; the same channel and id is taken in once, with its first words.

    `channel` is one of the brand's, its first where there is none; `created_at` counts as UTC where it names no zone.
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
    in_reply_to: Annotated[Words, Field(max_length=500)] | None = None


class Taken(BaseModel):
    """Where a mention went. `turn` is there where it was decided in line or before."""

    mention_id: str
    conversation_id: str
    new: bool
    turn: TurnRecord | None = None


class MentionView(BaseModel):
    """A message in its newest words. `change` says what its author did to it since, null where nothing; `turn` is the
    newest, null until it was decided.
    """

    mention: Mention
    change: MentionChange | None
    turn: TurnRecord | None


@router.post("/mentions", status_code=202, response_model=Taken, responses={200: {"model": Taken}})
async def post_mention(
    mention_in: MentionIn,
    request: Request,
    wait: Annotated[bool, Query(description="1 decides in line and answers with the turn")] = False,
) -> Response:
    """Take a mention in. Answers 202 at once; the worker decides. With `wait=1` answers 200 with the decision."""
    assistant = assistant_of(request)
    mention = mention_of(mention_in, assistant)
    if not wait:
        return told(await assistant.take_in(mention, unasked=was_unasked(request)))
    store, clock = assistant.require_store(), assistant.clock
    taken, record = await answer_now(mention, store=store, respond=assistant.respond, pack=assistant.pack, clock=clock)
    answer = Taken(**taken.model_dump(), turn=record).model_dump_json()
    return Response(answer, 200, media_type="application/json")


@router.get("/mentions/{mention_id}")
def read_mention(mention_id: str, assistant: TheAssistant) -> MentionView:
    """One message by our id of it, and its decision once there is one: ask again until `turn` is there."""
    with assistant.require_store().read() as look:
        mention = look.mention(mention_id)
        if mention.brand_id != assistant.pack.brand.id:
            raise NotFound("mention", mention_id)
        record = look.current_turn(mention_id)
        change = look.mention_change(mention_id)
    return MentionView(mention=mention, change=change, turn=blinded(record) if record else None)


def mention_of(mention_in: MentionIn, assistant: Assistant) -> Mention:
    """What was sent, as the desk knows it. Raises `MentionInvalid` and `ChannelUnknown`."""
    row = mention_in.model_dump(mode="json", exclude_none=True, exclude_unset=True)
    return assistant.parse(row, position=mention_in.id)


def told(kept: TakenIn) -> Response:
    """Written by hand: `Taken` without a turn, whose ids are digits of ours."""
    new = "true" if kept.new else "false"
    body = f'{{"mention_id":"{kept.mention_id}","conversation_id":"{kept.conversation_id}","new":{new},"turn":null}}'
    return Response(body, 202, media_type="application/json")
