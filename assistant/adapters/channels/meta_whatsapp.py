"""WhatsApp's messages in our words, and whom an answer goes to.

Who hides the phone number behind a user name is told of by a number of the business's own alone (`US.1349...`): `from`
and `wa_id` are left out, and answers name it as `recipient`, not as `to`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from assistant.adapters.channels.http import readable
from assistant.domain.incoming import Attachment, Incoming, Mentioned, Post
from assistant.domain.vocabulary import Visibility

_MEDIA = {"image": "image", "video": "video", "audio": "audio", "voice": "audio", "file": "file", "document": "file"}
_NO_MESSAGES = frozenset({"reaction", "system", "unsupported"})

Told = Mapping[str, Any]


def told(value: Told, what: str) -> Sequence[Incoming]:
    """The messages of a change. Raises `ValueError` where none of them can be read."""
    contacts = value.get("contacts", ())
    messages = value.get("messages", ())
    found = readable(what, messages, lambda message: _message(message, contacts))
    if messages and not found:
        raise ValueError("no message that can be read")
    return [event for event in found if event is not None]


def addressed(author_id: str) -> Mapping[str, str]:
    """Whom an answer goes to, as the API wants it said."""
    return {"recipient" if "." in author_id else "to": author_id}


def attachment(kind: str, description: str) -> Attachment:
    """What Messenger and WhatsApp call such a file, in our words."""
    return Attachment.model_validate({"kind": _MEDIA.get(kind, "other"), "description": description})


def _message(message: Told, contacts: Sequence[Told]) -> Incoming | None:
    kind = message["type"]
    if kind in _NO_MESSAGES:
        return None
    found = message.get(kind)
    held: Told = found if isinstance(found, dict) else {}
    words = _words(held)
    wordless = kind in _MEDIA or not (words or kind == "text")
    author = _author(message, contacts)
    return Mentioned(
        post=Post(
            external_id=message["id"],
            text=words,
            author_id=author,
            handle=author,
            name=next((_name(each) for each in contacts if author in {each.get("wa_id"), each.get("user_id")}), ""),
            parent_id=message.get("context", {}).get("id"),
            visibility=Visibility.PRIVATE,
            created_at=datetime.fromtimestamp(int(message["timestamp"]), UTC),
            attachments=(attachment(kind, held.get("filename", "")),) if wordless else (),
        )
    )


def _author(message: Told, contacts: Sequence[Told]) -> str:
    """Raises `ValueError` where it isn't said: nobody could be answered."""
    hidden = contacts[0].get("user_id") if len(contacts) == 1 else None
    author = message.get("from") or message.get("from_user_id") or hidden
    if not author:
        raise ValueError("a message without its author")
    return str(author)


def _name(contact: Told) -> str:
    profile = contact.get("profile", {})
    return str(profile.get("name") or profile.get("username") or "")


def _words(held: Told) -> str:
    """What was written, or stands on what was tapped: a template's button, a reply button or a row of a list."""
    tapped = held.get(held.get("type", ""), {})
    return str(held.get("body") or held.get("text") or held.get("caption") or tapped.get("title") or "")
