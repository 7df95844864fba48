"""What a channel gave us: one inbound message, its author and what was said before."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from assistant.domain.value import Value
from assistant.domain.vocabulary import Visibility

MAX_TEXT = 20_000
"""Characters of one message that are read; longer ones are cut and the cut is noted on the mention."""
MAX_THREAD = 50
"""Messages of a thread that are kept, newest last."""


class Author(Value):
    """Who wrote, as the channel shows them; nothing here is verified."""

    handle: str = Field(default="", max_length=320)
    name: str = Field(default="", max_length=320)
    followers: int | None = Field(default=None, ge=0)


class ThreadMessage(Value):
    """One earlier message of the same thread."""

    role: Literal["customer", "brand", "assistant", "other"]
    text: str
    created_at: datetime | None = None


class Mention(Value):
    """One inbound message: post, comment, direct message, review or e-mail.

    `id` is ours and derives from brand, channel and `external_id`, so taking the same message in twice
    gives the same id. `in_reply_to` is the channel's id of the message it answers, empty where it answers none or the
    channel doesn't tell. `merged` are ids of the author's messages just before, whose words `text` holds too where they
    were thought about together. `thread` holds what was said before, oldest first, without this message.
    """

    id: str
    brand_id: str
    channel: str
    external_id: str
    text: str
    author: Author = Author()
    thread: tuple[ThreadMessage, ...] = ()
    created_at: datetime | None = None
    visibility: Visibility = Visibility.PUBLIC
    truncated: bool = False
    in_reply_to: str = ""
    merged: tuple[str, ...] = ()
