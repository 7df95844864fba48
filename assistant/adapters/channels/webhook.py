"""A channel of any other system: Standard Webhooks in and out."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError
from standardwebhooks import Webhook

from assistant.adapters.channels import signatures
from assistant.adapters.channels.http import Api
from assistant.adapters.channels.watched import version_of
from assistant.domain.conversation import Reply
from assistant.domain.incoming import (
    Attachment,
    Batch,
    Deleted,
    Edited,
    Incoming,
    Mentioned,
    OwnReplySeen,
    Post,
    Probe,
    StoredPost,
)
from assistant.domain.mention import ThreadMessage
from assistant.domain.vocabulary import Visibility
from assistant.errors import MOST_LISTED, ChannelRefuses, ChannelUnavailable, PayloadInvalid


class _Author(BaseModel):
    id: str = ""
    handle: str = ""
    name: str = ""
    followers: int | None = None
    is_bot: bool = False


class _Data(BaseModel):
    id: str
    text: str | None = None
    author: _Author = _Author()
    parent_id: str | None = None
    root_id: str | None = None
    permalink: str = ""
    visibility: Visibility | None = None
    summoned: bool = True
    version: str = ""
    created_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    thread: tuple[ThreadMessage, ...] = ()
    in_reply_to: str = ""


class _Delivery(BaseModel):
    type: Literal["mention.created", "mention.edited", "mention.deleted", "reply.seen"]
    data: _Data


class WebhookLink:
    """Satisfies `Link` and `Hook`. `url` takes replies; both ways are signed with `secret` (`whsec_...`).

    `visibility` is that of messages which don't say theirs.
    """

    kind = "webhook"

    def __init__(
        self, *, url: str, secret: str, visibility: Visibility = Visibility.PUBLIC, clock: type[datetime] = datetime
    ) -> None:
        signatures.standard_key(secret)
        where = urlsplit(url)
        self._path = f"{where.path or '/'}{'?' + where.query if where.query else ''}"
        self._api = Api("webhook", f"{where.scheme}://{where.netloc}")
        self._secret = secret
        self._visibility = visibility
        self._clock = clock

    def challenge(self, query: Mapping[str, str]) -> str | None:
        return None

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        return signatures.standard_webhooks(self._secret, headers, body, now=now)

    def parse(self, body: bytes) -> Sequence[Incoming]:
        return told(body, self._visibility)

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        return Batch(cursor=cursor)

    def send(self, reply: Reply, to: StoredPost) -> str:
        """The same reply always goes out under the same `webhook-id`, by which the receiver knows it again."""
        delivery_id = f"reply_{hashlib.sha256(reply.delivery_key.encode()).hexdigest()[:32]}"
        data = {"id": delivery_id, "in_reply_to": to.external_id, "text": reply.text, "automated": reply.automated}
        body = json.dumps({"type": "reply.created", "data": data}, ensure_ascii=False)
        at = self._clock.now(UTC)
        headers = {
            "webhook-id": delivery_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(self._secret).sign(delivery_id, at, body),
            "content-type": "application/json",
        }
        answer = self._api.ask("POST", self._path, content=body.encode(), headers=headers)
        return _given_id(answer.content) or delivery_id

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        """Always None: the receiver drops what it has, so that sending again is the way to ask."""
        return None

    def close(self) -> None:
        self._api.close()

    def check(self) -> Sequence[Probe]:
        try:
            self._api.ask("HEAD", self._path)
        except ChannelRefuses:
            return (Probe(what="address for replies", ok=None, detail="answers, but not to HEAD; send one to be sure"),)
        except ChannelUnavailable as problem:
            return (Probe(what="address for replies", ok=False, detail=str(problem)),)
        return (Probe(what="address for replies", ok=True, detail="can be reached"),)


def told(body: bytes, default: Visibility) -> Sequence[Incoming]:
    """What one delivery says; `default` is the visibility of messages that don't say theirs.

    Raises `PayloadInvalid`.
    """
    try:
        delivery = _Delivery.model_validate_json(body)
    except ValidationError as broken:
        wrong = [f"{'.'.join(map(str, error['loc'])) or 'body'}: {error['msg']}" for error in broken.errors()]
        raise PayloadInvalid("; ".join(wrong[:MOST_LISTED])) from None
    data = delivery.data
    if delivery.type in {"mention.created", "mention.edited"} and data.text is None and not data.attachments:
        raise PayloadInvalid("data.text: missing; what somebody wrote, or attachments")
    visibility = data.visibility or default
    match delivery.type:
        case "mention.created":
            return (Mentioned(post=_post(data, visibility)),)
        case "mention.edited":
            version = data.version or version_of(data.text or "")
            return (Edited(post=_post(data, visibility).model_copy(update={"version": version})),)
        case "mention.deleted":
            return (Deleted(external_id=data.id),)
        case "reply.seen":
            return (OwnReplySeen(external_id=data.id, in_reply_to=data.in_reply_to),)


def _given_id(content: bytes) -> str | None:
    try:
        answer = json.loads(content)
    except ValueError:
        return None
    given = answer.get("id") if isinstance(answer, dict) else None
    return given if isinstance(given, str) and 0 < len(given) <= 500 else None


def _post(data: _Data, visibility: Visibility) -> Post:
    author = data.author
    shared = data.model_dump(include=(set(Post.model_fields) & set(_Data.model_fields)) - {"visibility", "text"})
    return Post(
        **shared,
        text=data.text or "",
        visibility=visibility,
        external_id=data.id,
        author_id=author.id,
        handle=author.handle,
        name=author.name,
        followers=author.followers,
        is_bot=author.is_bot,
    )
