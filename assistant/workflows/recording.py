"""What a channel brought, kept for tests and bug reports: without names, numbers and addresses of people."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from assistant.domain.incoming import Deleted, Edited, Incoming, Mentioned, OwnReplySeen, Post
from assistant.errors import RowInvalid
from assistant.guardrails.privacy import mask

_WORD = re.compile(r"\w[\w.-]*\w|\w")
_NUMBER = re.compile(r"\b(?=\w*\d)\w{4,}\b")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_KINDS: dict[str, type[Incoming]] = {kind.__name__: kind for kind in (Mentioned, Edited, Deleted, OwnReplySeen)}


def without_people(event: Incoming, *, salt: str) -> Incoming:
    """The event with its words masked and its people replaced by pseudonyms that are stable under one `salt`.

    Ids are replaced alike, so that threads, edits and deletions still fit together; addresses are left out.
    """
    match event:
        case Mentioned(post=post) | Edited(post=post):
            return event.model_copy(update={"post": _post(post, salt)})
        case Deleted():
            return Deleted(external_id=_alias(event.external_id, salt))
        case OwnReplySeen():
            ids = (_alias(event.external_id, salt), _alias(event.in_reply_to, salt))
            return OwnReplySeen(external_id=ids[0], in_reply_to=ids[1])


def as_line(event: Incoming) -> str:
    """The event as one line of JSON."""
    return json.dumps({"event": type(event).__name__, **event.model_dump(mode="json")}, ensure_ascii=False)


def read_recording(path: Path) -> Iterator[Incoming]:
    """The events of a recording, in order. Raises `RowInvalid` naming the line."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _event_of(line, number)


def _event_of(line: bytes, number: int) -> Incoming:
    try:
        row = json.loads(line)
        kind = _KINDS[row.pop("event")]
        return kind.model_validate(row)
    except (ValueError, KeyError, AttributeError, ValidationError):
        raise RowInvalid(number, "is no recorded event; make recordings with `assistant record`") from None


def _post(post: Post, salt: str) -> Post:
    thread = tuple(said.model_copy(update={"text": mask(said.text).text}) for said in post.thread)
    attachments = tuple(
        item.model_copy(update={"description": mask(item.description).text}) for item in post.attachments
    )
    ids: Iterable[str] = ("external_id", "author_id", "handle", "name", "parent_id", "root_id", "version")
    people = {name: _alias(value, salt) for name in ids if (value := getattr(post, name))}
    words = _without_numbers(_without_names(_without_handles(mask(post.text).text), post))
    rest = {"text": words, "thread": thread, "attachments": attachments, "permalink": "", "address": {}}
    return post.model_copy(update={**people, **rest})


def _without_names(text: str, post: Post) -> str:
    """Without the author's own names, as people sign what they write."""
    names = {part.casefold() for part in (*post.name.split(), post.handle) if len(part) > 1}
    return _WORD.sub(lambda found: "someone" if found[0].casefold() in names else found[0], text)


def _without_numbers(text: str) -> str:
    """Orders, bookings, flights: what holds a digit and four characters keeps its shape only."""
    return _NUMBER.sub(lambda found: _DIGIT.sub("0", _LETTER.sub("x", found[0])), text)


def _without_handles(text: str) -> str:
    return " ".join("@someone" if word.startswith("@") and len(word) > 1 else word for word in text.split(" "))


def _alias(value: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}\0{value}".encode("utf-8", "replace")).hexdigest()[:12]
