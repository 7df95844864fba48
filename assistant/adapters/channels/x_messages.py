"""Direct messages on X: what a delivery and a look-up tell of them, in our words."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from assistant.domain.incoming import Attachment, Incoming, Mentioned, Post
from assistant.domain.vocabulary import Visibility

FIELDS = "created_at,sender_id,dm_conversation_id,text,attachments,event_type"
SCOPES = frozenset({"dm.read", "dm.write"})
_MEDIA = {"photo": "image", "video": "video", "animated_gif": "video"}

_LINK = re.compile(r"https?://\S+")

Told = Mapping[str, Any]


def unescaped(text: str) -> str:
    """X writes these three signs as HTML does, and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def same(told: str, ours: str) -> bool:
    """Whether X tells of these words of ours: it escapes signs and puts links of its own in the place of ours."""
    return _without_links(unescaped(told)) == _without_links(ours)


def _without_links(text: str) -> str:
    return " ".join(_LINK.sub("", text).split())


def delivered(event: Told, users: Told, me: str) -> Incoming | None:
    """A message of an Account Activity delivery; None for what isn't one."""
    if event.get("type") != "message_create":
        return None
    made = event["message_create"]
    user = users.get(made["sender_id"], {})
    media = made["message_data"].get("attachment", {}).get("media", {})
    return _message(
        event["id"],
        made["message_data"].get("text", ""),
        sender=made["sender_id"],
        me=me,
        user={"username": user.get("screen_name"), "name": user.get("name")},
        followers=user.get("followers_count"),
        at=datetime.fromtimestamp(int(event["created_timestamp"]) / 1000, UTC),
        media=(media,) if media else (),
    )


def looked_up(page: Told, me: str) -> Iterator[tuple[str, Incoming]]:
    """The messages of a page of `dm_events`, newest first, each with its number; groups are left out."""
    beside = page.get("includes", {})
    users = {user["id"]: user for user in beside.get("users", ())}
    media = {one["media_key"]: one for one in beside.get("media", ())}
    for event in page.get("data", ()):
        in_pair = me in event["dm_conversation_id"].split("-")
        if event.get("event_type") != "MessageCreate" or not in_pair:
            continue
        user = users.get(event["sender_id"], {})
        keys = event.get("attachments", {}).get("media_keys", ())
        yield (
            event["id"],
            _message(
                event["id"],
                event.get("text", ""),
                sender=event["sender_id"],
                me=me,
                user=user,
                followers=user.get("public_metrics", {}).get("followers_count"),
                at=datetime.fromisoformat(event["created_at"]),
                media=tuple(media.get(key, {}) for key in keys),
            ),
        )


def _message(
    external_id: str,
    text: str,
    *,
    sender: str,
    me: str,
    user: Told,
    followers: int | None,
    at: datetime,
    media: tuple[Told, ...],
) -> Incoming:
    """Ours, by whatever tool, or the customer's."""
    return Mentioned(
        post=Post(
            external_id=external_id,
            text=unescaped(text),
            author_id=sender,
            handle=user.get("username") or sender,
            name=user.get("name") or "",
            followers=followers,
            ours=sender == me,
            visibility=Visibility.PRIVATE,
            created_at=at,
            attachments=tuple(attachment(one) for one in media),
        )
    )


def attachment(media: Told) -> Attachment:
    """The author's own description, where there is one."""
    described = media.get("alt_text") or media.get("ext_alt_text") or ""
    return Attachment.model_validate({"kind": _MEDIA.get(media.get("type", ""), "other"), "description": described})
