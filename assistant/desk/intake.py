"""From a row as a channel or a file gives it to a `Mention`, or to a message that names field and remedy."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from assistant.domain.brand import ChannelPolicy, Pack
from assistant.domain.mention import MAX_TEXT, MAX_THREAD, Author, Mention, ThreadMessage
from assistant.domain.readable import readable
from assistant.domain.vocabulary import Visibility
from assistant.errors import ChannelUnknown, MentionInvalid

Role = Literal["customer", "brand", "assistant", "other"]

MAX_ID = 500
"""Characters of a channel's own message id; the longest known (e-mail) stay under 255."""
MAX_NAME = 320
"""Characters of a handle or name that are kept; an e-mail address has 320 at most."""

_ROLES: dict[str, Role] = {
    "agent": "brand",
    "support": "brand",
    "company": "brand",
    "brand": "brand",
    "user": "customer",
    "author": "customer",
    "customer": "customer",
    "assistant": "assistant",
    "other": "other",
}
_SPACE_BEFORE_OFFSET = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")


def parse_mention(
    row: Mapping[str, object], *, pack: Pack, default_channel: str | None = None, position: str
) -> Mention:
    """Validate one row; fields it doesn't know are ignored.

    `position` (e.g. `line-7`) stands in for a missing id. The channel is the row's, else `default_channel`, else the
    pack's first. An empty text is accepted: it becomes a route. Raises `MentionInvalid` or `ChannelUnknown`.
    """
    channel = _channel(row.get("channel"), default_channel, pack)
    external_id = _external_id(row.get("id"), position)
    text, cut = _message(row.get("text"), "text")
    thread, thread_cut = _thread(row.get("thread"))
    return Mention(
        id=mention_id(pack.brand.id, channel.name, external_id),
        brand_id=pack.brand.id,
        channel=channel.name,
        external_id=external_id,
        text=text,
        author=_author(row.get("author")),
        thread=thread,
        created_at=_moment(row.get("created_at")),
        visibility=_visibility(row.get("visibility"), channel),
        truncated=cut or thread_cut,
        in_reply_to=_in_reply_to(row.get("in_reply_to")),
    )


def mention_id(brand_id: str, channel: str, external_id: str) -> str:
    """20 hexadecimal digits; the same message always gets the same."""
    return hashlib.sha256("\0".join((brand_id, channel, external_id)).encode()).hexdigest()[:20]


def _channel(given: object, default_channel: str | None, pack: Pack) -> ChannelPolicy:
    name = given or default_channel
    if given is None or isinstance(given, str):
        for channel in pack.channels:
            if channel.enabled and (not name or channel.name == name):
                return channel
    known = [channel.name for channel in pack.channels if channel.enabled]
    if isinstance(name, str | None):
        raise ChannelUnknown(readable(name or ""), known)
    raise MentionInvalid(f"channel: {_kind(given)} given; write one of {', '.join(known)}")


def _external_id(given: object, position: str) -> str:
    if given is None or given == "":
        return position
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise MentionInvalid(f"id: {_kind(given)} given; write a text or a whole number, or leave it out")
    try:
        text = readable(str(given))
    except ValueError:  # Python refuses to print a number of more than 4,300 digits
        text = "0" * (MAX_ID + 1)
    if len(text) > MAX_ID:
        raise MentionInvalid(f"id: longer than {MAX_ID} characters; give the channel's own short id or leave it out")
    return text


def _in_reply_to(given: object) -> str:
    """The channel's id of the message this one answers; anything but a short text is as good as none."""
    return readable(given)[:MAX_ID] if isinstance(given, str) else ""


def _message(given: object, field: str) -> tuple[str, bool]:
    """The readable text and whether it was cut."""
    if given is None:
        raise MentionInvalid(f"{field}: missing; give the message's text (an empty one where there is none)")
    if not isinstance(given, str):
        raise MentionInvalid(f"{field}: {_kind(given)} given; write the message as text")
    text = readable(given)
    return text[:MAX_TEXT], len(text) > MAX_TEXT


def _thread(given: object) -> tuple[tuple[ThreadMessage, ...], bool]:
    """The newest messages, and whether anything was cut: one of them or older ones."""
    if given is None:
        return (), False
    if not isinstance(given, list | tuple):
        raise MentionInvalid(f"thread: {_kind(given)} given; write a list of {{role, text}}, oldest first")
    first = max(0, len(given) - MAX_THREAD)
    messages, cut = [], first > 0
    for number, item in enumerate(given[first:], start=first):
        if not isinstance(item, Mapping):
            raise MentionInvalid(f"thread[{number}]: {_kind(item)} given; write {{role, text}}")
        text, was_cut = _message(item.get("text"), f"thread[{number}].text")
        messages.append(_earlier(item, text, number))
        cut = cut or was_cut
    return tuple(messages), cut


def _earlier(item: Mapping[str, object], text: str, number: int) -> ThreadMessage:
    role = _role(item.get("role"), number)
    return ThreadMessage(role=role, text=text, created_at=_moment(item.get("created_at")))


def _role(given: object, number: int) -> Role:
    role = _ROLES.get(given.strip().lower()) if isinstance(given, str) else None
    if role is None:
        said = repr(given[:40]) if isinstance(given, str) else _kind(given)
        raise MentionInvalid(f"thread[{number}].role: {said} given; write one of {', '.join(_ROLES)}")
    return role


def _author(given: object) -> Author:
    if given is None:
        return Author()
    if not isinstance(given, Mapping):
        raise MentionInvalid(f"author: {_kind(given)} given; write {{handle, name, followers}}")
    return Author(
        handle=_name(given.get("handle"), "author.handle"),
        name=_name(given.get("name"), "author.name"),
        followers=_followers(given.get("followers")),
    )


def _name(given: object, field: str) -> str:
    if given is None:
        return ""
    if not isinstance(given, str):
        raise MentionInvalid(f"{field}: {_kind(given)} given; write it as text or leave it out")
    return readable(given)[:MAX_NAME]


def _followers(given: object) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 2**63:
        raise MentionInvalid("author.followers: write a whole number of 0 or more, or leave it out")
    return given


def _moment(given: object) -> datetime | None:
    """An aware moment in UTC; one without zone is taken as UTC."""
    if given is None or given == "":
        return None
    remedy = "write ISO 8601 such as 2026-03-02T09:00:00Z, or leave it out"
    if not isinstance(given, str):
        raise MentionInvalid(f"created_at: {_kind(given)} given; {remedy}")
    try:
        moment = datetime.fromisoformat(_SPACE_BEFORE_OFFSET.sub("", given.strip()))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise MentionInvalid(f"created_at: {readable(given)[:40]!r} is no date and time; {remedy}") from None


def _visibility(given: object, channel: ChannelPolicy) -> Visibility:
    if given is None or given == "":
        return channel.default_visibility
    try:
        return Visibility(str(given))
    except ValueError:
        words = ", ".join(Visibility)
        raise MentionInvalid(f"visibility: not one of {words}; write one of them or leave it out") from None


def _kind(given: object) -> str:
    """What a JSON author would call it."""
    match given:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case str():
            return "a text"
        case int() | float():
            return "a number"
        case Mapping():
            return "an object"
        case _:
            return "a list"
