"""What a network shows us: posts, and what happened to them since."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from assistant.domain.mention import ThreadMessage
from assistant.domain.value import Value
from assistant.domain.vocabulary import Visibility

PRIVATE_REPLY = "private_reply"
"""Key of a post's address: answering it opens a private conversation from a public comment."""

LATE_ANSWER = "late_answer"
"""Key of a post's address: people have a way to answer it after the network's window is over."""


SOONEST_LOOK = timedelta(minutes=1)
LATEST_LOOK = timedelta(hours=12)
"""Between two looks at a post we hold: half of the day within which a deletion must be honoured."""


class Attachment(Value):
    """Something that isn't text. `description` is the author's own; where there is none, nothing is guessed."""

    kind: Literal["image", "video", "audio", "file", "link", "location", "rating", "reaction", "other"]
    description: str = ""


class Post(Value):
    """One message on one network, before it becomes a mention.

    `external_id` is the network's own id and what `Deleted` and replies name. `address` holds what sending an answer
    takes besides (a room, a strong reference, a mail's subject), in the adapter's own words. `summoned` says that the
    author named, quoted or wrote to the account; `version` is empty until the author changes the post.
    """

    external_id: str
    text: str = ""
    author_id: str = ""
    handle: str = ""
    name: str = ""
    followers: int | None = None
    is_bot: bool = False
    ours: bool = False
    parent_id: str | None = None
    root_id: str | None = None
    permalink: str = ""
    visibility: Visibility = Visibility.PUBLIC
    summoned: bool = True
    version: str = ""
    created_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    thread: tuple[ThreadMessage, ...] = ()
    address: Mapping[str, str] = Field(default_factory=dict)

    def words(self) -> str:
        """The text with a line for each attachment."""
        lines = [f"[{item.kind}: {item.description or 'no description'}]" for item in self.attachments]
        return "\n".join([self.text, *lines] if self.text else lines)


class Mentioned(Value):
    """Somebody wrote; the brand's own posts come this way too, with `ours` set."""

    post: Post


class Edited(Value):
    """The author changed a post: `post.text` is what stands there now, `post.version` tells this change from others."""

    post: Post


class Deleted(Value):
    """A post is gone; what we kept of it must go too."""

    external_id: str


class OwnReplySeen(Value):
    """The brand's account answered, here or by another tool."""

    external_id: str
    in_reply_to: str


Incoming = Mentioned | Edited | Deleted | OwnReplySeen


class Batch(Value):
    """What one look brought, oldest first, and where the next look goes on."""

    events: tuple[Incoming, ...] = ()
    cursor: str = ""


class StoredPost(Value):
    """What is kept of a post for answering it and for the rules: no text. `mention_id` is None for our own posts.

    `look_at`: when the network is asked again what became of it, where it tells nobody; None where nothing is held.
    """

    brand_id: str
    channel: str
    external_id: str
    mention_id: str | None
    author_id: str
    parent_id: str | None
    root_id: str | None
    permalink: str
    visibility: Visibility
    summoned: bool
    ours: bool
    automated: bool
    address: Mapping[str, str]
    seen_at: datetime
    deleted_at: datetime | None = None
    look_at: datetime | None = None


class ChannelState(Value):
    """A connected channel as the store knows it: its network, where reading stands, what the operator declared.

    `approval` refers to the network's written approval of automated answers; empty where there is none.
    """

    brand_id: str
    channel: str
    kind: str
    cursor: str = ""
    approval: str = ""


class Received(Value):
    """What a batch led to."""

    taken_in: int = 0
    edited: int = 0
    deleted: int = 0
    own: int = 0
    ignored: int = 0


class Probe(Value):
    """One thing `assistant channel check` looked at: `ok` is None where it can't be told from here."""

    what: str
    ok: bool | None
    detail: str


class Revisited(Value):
    """Posts as their network shows them now: those that are `gone`, and of the others those that may have changed."""

    gone: tuple[str, ...] = ()
    there: tuple[Post, ...] = ()


def next_look(seen_at: datetime, at: datetime) -> datetime:
    """When a post first seen at `seen_at` and asked for at `at` is asked for again: ever less often, and twice a day
    at least. People mend and take back soon after they wrote."""
    return at + min(max(at - seen_at, SOONEST_LOOK), LATEST_LOOK)


def stored(post: Post, *, brand_id: str, channel: str, mention_id: str | None, at: datetime) -> StoredPost:
    """What is kept of a post just seen."""
    return StoredPost(
        brand_id=brand_id,
        channel=channel,
        external_id=post.external_id,
        mention_id=mention_id,
        author_id=post.author_id or post.handle,
        parent_id=post.parent_id,
        root_id=post.root_id,
        permalink=post.permalink,
        visibility=post.visibility,
        summoned=post.summoned,
        ours=post.ours,
        automated=False,
        address=post.address,
        seen_at=at,
        look_at=next_look(at, at) if mention_id is not None else None,
    )
