"""Matrix: rooms the account is in, read by long polling; answers are notices, as the specification asks of machines."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote as _quote

import structlog

from assistant.adapters.channels.http import Api, passed_over
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
from assistant.domain.vocabulary import Visibility
from assistant.errors import ChannelGone, ChannelRefuses, ChannelRefusesKey, ChannelUnavailable

MARK = "assistant.delivery"
"""Key in our own messages' content by which they are found again."""
MOST_PAGES = 20
"""Of 100 events: how far back a gap in one room is filled."""
MOST_TRIES = 200
"""To enter a room, one at a look: hours, as most looks wait for something to be said."""
MOST_WAITING = 20
"""Rooms that are tried again; older ones give way."""
_FILES = {"m.image": "image", "m.video": "video", "m.audio": "audio", "m.file": "file", "m.location": "location"}
_V3 = "/_matrix/client/v3"

Event = Mapping[str, Any]

log = structlog.get_logger()


class Matrix:
    """Satisfies `Link`. `server` is the homeserver's address, `token` the account's access token."""

    kind = "matrix"

    def __init__(self, *, server: str, token: str) -> None:
        self._api = Api("Matrix", server, headers={"Authorization": f"Bearer {token}"})
        self._me = ""

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        me = self._whoami()
        since, waiting = _place(cursor)
        waiting = self._tried_again(waiting)
        wait = {"timeout": int(wait_s * 1000)} if since else {}
        answer = self._api.get(f"{_V3}/sync", wait_s=wait_s, since=since or None, **wait)
        rooms = answer.get("rooms", {})
        waiting |= {room: 1 for room in rooms.get("invite", {}) if not self._join(room)}
        events: list[Incoming] = []
        for room, told in rooms.get("join", {}).items() if since else ():
            timeline = self._timeline(room, told["timeline"], since)
            if timeline:
                private = len(self._api.get(f"{_V3}/rooms/{quote(room)}/joined_members")["joined"]) <= 2
                for event in timeline:
                    with passed_over("Matrix"):
                        events += _told(event, room, me, private=private)
        return Batch(events=tuple(events), cursor=_cursor(answer["next_batch"], waiting))

    def send(self, reply: Reply, to: StoredPost) -> str:
        room, mark = to.address["room"], _mark(reply)
        answered = self._api.get(f"{_V3}/rooms/{quote(room)}/event/{quote(to.external_id)}")
        if not answered.get("content"):
            raise ChannelRefuses("the message to answer was removed from the room; nothing was posted")
        relation: dict[str, object] = {"m.in_reply_to": {"event_id": to.external_id}}
        if to.root_id:
            relation |= {"rel_type": "m.thread", "event_id": to.root_id, "is_falling_back": False}
        content = {
            "msgtype": "m.notice" if reply.automated else "m.text",
            "body": reply.text,
            "m.relates_to": relation,
            "m.mentions": {"user_ids": [to.author_id]},
            MARK: mark,
        }
        path = f"{_V3}/rooms/{quote(room)}/send/m.room.message/{mark}"
        return str(self._api.call("PUT", path, json=content)["event_id"])

    def delete(self, sent_id: str, to: StoredPost) -> None:
        """Satisfies `Deleting`: the same transaction id redacts once."""
        mark = hashlib.sha256(sent_id.encode()).hexdigest()[:32]
        room = quote(to.address["room"])
        self._api.call("PUT", f"{_V3}/rooms/{room}/redact/{quote(sent_id)}/{mark}", json={"reason": "corrected"})

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        me, mark = self._whoami(), _mark(reply)
        for event in self._back(to.address["room"], None, None):
            if event.get("sender") == me and event.get("content", {}).get(MARK) == mark:
                return str(event["event_id"])
            if event.get("event_id") == to.external_id:
                return None
        return None

    def close(self) -> None:
        self._api.close()

    def check(self) -> Sequence[Probe]:
        try:
            me = self._whoami()
            rooms = self._api.get(f"{_V3}/joined_rooms")["joined_rooms"]
        except ChannelUnavailable as problem:
            return (Probe(what="token", ok=False, detail=str(problem)),)
        return (
            Probe(what="token", ok=True, detail=f"signed in as {me}"),
            Probe(what="rooms", ok=bool(rooms), detail=f"in {len(rooms)} rooms; invitations are accepted"),
            Probe(what="bot label", ok=True, detail="automatic answers are notices, which clients show as such"),
        )

    def _join(self, room: str) -> bool:
        """Whether that is settled. Anybody may invite: a room that can't be entered keeps the others from nothing."""
        try:
            self._api.call("POST", f"{_V3}/join/{quote(room)}", json={})
        except ChannelUnavailable as problem:
            log.warning("room_not_joined", problem=str(problem))
            return isinstance(problem, ChannelRefuses | ChannelRefusesKey | ChannelGone)
        return True

    def _tried_again(self, waiting: Mapping[str, int]) -> dict[str, int]:
        """An invitation is told of once, so a room whose server was away is tried again, one room at each look."""
        for room, tries in waiting.items():
            others = {name: count for name, count in waiting.items() if name != room}
            return others if self._join(room) or tries >= MOST_TRIES else {**others, room: tries + 1}
        return {}

    def _whoami(self) -> str:
        self._me = self._me or self._api.get(f"{_V3}/account/whoami")["user_id"]
        return self._me

    def _timeline(self, room: str, timeline: Mapping[str, Any], since: str) -> list[Event]:
        """Everything since the last look, oldest first, also where the server left some out."""
        told: list[Event] = list(timeline["events"])
        if timeline.get("limited"):
            known = {event["event_id"] for event in told}
            earlier = self._back(room, timeline.get("prev_batch"), since)
            told = [*[event for event in earlier if event["event_id"] not in known][::-1], *told]
        return told

    def _back(self, room: str, start: str | None, end: str | None) -> Iterator[Event]:
        """Events of a room from `start` (now) back to `end`, newest first."""
        for _ in range(MOST_PAGES):
            path = f"{_V3}/rooms/{quote(room)}/messages"
            asked = {"dir": "b", "limit": "100", "from": start, "to": end}
            page = self._api.call("GET", path, params={name: value for name, value in asked.items() if value})
            yield from page["chunk"]
            start = page.get("end")
            if not start or not page["chunk"]:
                return


def _place(cursor: str) -> tuple[str, Mapping[str, int]]:
    """Where the last look ended, and the rooms that wait to be entered, each with how often it was tried."""
    if not cursor.startswith("{"):
        return cursor, {}
    kept = json.loads(cursor)
    return kept["since"], kept["waiting"]


def _cursor(since: str, waiting: Mapping[str, int]) -> str:
    newest = dict(list(waiting.items())[-MOST_WAITING:])
    return json.dumps({"since": since, "waiting": newest}) if newest else since


def quote(part: str) -> str:
    """One part of a path: ids of events may hold a slash."""
    return _quote(part, safe="")


def _mark(reply: Reply) -> str:
    return hashlib.sha256(reply.delivery_key.encode()).hexdigest()[:32]


def _told(event: Event, room: str, me: str, *, private: bool) -> tuple[Incoming, ...]:
    if event["type"] == "m.room.redaction":
        gone = event.get("redacts") or event.get("content", {}).get("redacts")
        return (Deleted(external_id=gone),) if gone else ()
    content = event.get("content", {})
    if event["type"] != "m.room.message" or "msgtype" not in content:
        return ()
    relation = content.get("m.relates_to", {})
    parent = relation.get("m.in_reply_to", {}).get("event_id")
    if event["sender"] == me:
        return (OwnReplySeen(external_id=event["event_id"], in_reply_to=parent),) if parent else ()
    post = _post(event, content, room, me, parent=parent, private=private)
    if relation.get("rel_type") == "m.replace":
        changed = str(content["m.new_content"]["body"])
        known = {"external_id": str(relation["event_id"]), "text": changed, "version": event["event_id"]}
        return (Edited(post=post.model_copy(update=known)),)
    return (Mentioned(post=post),) if post.summoned else ()


def _post(event: Event, content: Event, room: str, me: str, *, parent: str | None, private: bool) -> Post:
    relation = content.get("m.relates_to", {})
    kind = _FILES.get(content["msgtype"])
    body = str(content.get("body", ""))
    named = me in content.get("m.mentions", {}).get("user_ids", ()) or me in body
    file = (Attachment.model_validate({"kind": kind, "description": body}),) if kind else ()
    return Post(
        external_id=event["event_id"],
        text="" if kind else _without_quote(body),
        author_id=event["sender"],
        handle=event["sender"],
        is_bot=content["msgtype"] == "m.notice",
        parent_id=parent,
        root_id=relation.get("event_id") if relation.get("rel_type") == "m.thread" else None,
        permalink=f"https://matrix.to/#/{quote(room)}/{quote(event['event_id'])}",
        visibility=Visibility.PRIVATE if private else Visibility.PUBLIC,
        summoned=private or named,
        created_at=datetime.fromtimestamp(event["origin_server_ts"] / 1000, UTC),
        attachments=file,
        address={"room": room},
    )


def _without_quote(body: str) -> str:
    """Older clients repeat what they answer, line by line, before the first empty line."""
    if not body.startswith("> "):
        return body
    lines = body.split("\n")
    rest = next((number for number, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[rest:]).strip() or body
