"""Discourse: posts of a forum, by signed webhook and by look-up; answers are posts in the topic."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import unescape
from typing import Any

from assistant.adapters.channels import signatures
from assistant.adapters.channels.http import Api, passed_over
from assistant.adapters.channels.plain_markdown import escaped
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
    Revisited,
    StoredPost,
)
from assistant.domain.vocabulary import Visibility
from assistant.errors import ChannelRefuses, ChannelUnavailable, PayloadInvalid
from assistant.ports import Pace

MOST_PAGES = 20
REGULAR = 1
"""Type of posts people write; the others are moderators' notes and whispers."""
POLL_S = 60.0
PACE = Pace(at_once=2, pause_s=15)
"""8 of the 60 calls a minute."""
_IMAGE = re.compile(r"!\[(?P<described>[^\[\]|]*)(?:\|[^\[\]]*)?\]\([^()]*\)")
_TAG = re.compile(r"<[^<>]+>")

FAILED = 2
"""How Discourse numbers the state of a webhook's last call."""
Told = Mapping[str, Any]


class Discourse:
    """Satisfies `Link` and `Hook`. `key` is an API key of the account `user`; `secret` signs the webhook's calls.

    A post's id is `topic/number`, as answers name what they answer; the forum's own number stands in its address.
    Look-ups bring what a webhook missed.
    """

    kind = "discourse"

    def __init__(self, *, server: str, user: str, key: str, secret: str, poll_s: float = POLL_S) -> None:
        self._api = Api("Discourse", server, headers={"Api-Key": key, "Api-Username": user})
        self._server = server.rstrip("/")
        self._user = user
        self._secret = secret
        self.poll_s = poll_s

    def challenge(self, query: Mapping[str, str]) -> str | None:
        return None

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        """A call that is repeated gets a new number but has the same body."""
        return signatures.hub_sha256(self._secret, headers, body, header="x-discourse-event-signature")

    def parse(self, body: bytes) -> Sequence[Incoming]:
        """A call about a post; other calls, such as the ping, want no answer."""
        try:
            told = json.loads(body)
            if "post" not in told:
                return _no_post(told)
            return tuple(self._told(told["post"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PayloadInvalid("the delivery is no Discourse webhook about a post") from None

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        """Public posts since the last look; the forum lists the newest first."""
        last = int(cursor or 0)
        newest, before = last, None
        events: list[Incoming] = []
        for _ in range(MOST_PAGES if cursor else 1):
            posts = self._api.get("/posts.json", before=before)["latest_posts"]
            newest = max([newest, *(post["id"] for post in posts)])
            for post in posts:
                with passed_over("Discourse"):
                    events += self._told(post) if post["id"] > last else ()
            before = min((post["id"] for post in posts), default=0) - 1
            if before <= last:  # a page that isn't full is no end: what we may not see is left out
                break
        return Batch(events=tuple(reversed(events)) if cursor else (), cursor=str(newest))

    def send(self, reply: Reply, to: StoredPost) -> str:
        """Discourse lets answers name a deleted post, so it is asked first."""
        if _is_gone(self._api.get(f"/posts/{to.address['id']}.json")):
            raise ChannelRefuses("the post to answer isn't in the forum any more; nothing was posted")
        topic, _, number = to.external_id.partition("/")
        told = {"topic_id": int(topic), "reply_to_post_number": int(number), "raw": escaped(reply.text)}
        return _id_of(self._api.call("POST", "/posts.json", json=told))

    def delete(self, sent_id: str, to: StoredPost) -> None:
        """Satisfies `Deleting`: the forum's own number of the answer stands among the replies."""
        for answer in self._api.get(f"/posts/{to.address['id']}/replies.json"):
            if _id_of(answer) == sent_id:
                self._api.forget(f"/posts/{answer['id']}.json")

    @property
    def pace(self) -> Pace:
        """Satisfies `Revisiting`."""
        return PACE

    def revisit(self, posts: Sequence[StoredPost]) -> Revisited:
        """Satisfies `Revisiting`, for what the webhook missed."""
        seen = {post.external_id: self._api.look(f"/posts/{post.address['id']}.json") for post in posts}
        gone = tuple(external_id for external_id, post in seen.items() if post is None or _is_gone(post))
        edited = [post for one, post in seen.items() if post and one not in gone and post.get("version", 1) > 1]
        return Revisited(gone=gone, there=tuple(self._post(post) for post in edited))

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        for answer in self._api.get(f"/posts/{to.address['id']}/replies.json"):
            if answer["username"].casefold() == self._user.casefold():
                raw = self._api.get(f"/posts/{answer['id']}.json")["raw"]
                if raw.strip() in {escaped(reply.text).strip(), reply.text.strip()}:
                    return _id_of(answer)
        return None

    def check(self) -> Sequence[Probe]:
        try:
            me = self._api.get("/session/current.json")["current_user"]
            self._api.get("/posts.json")
        except ChannelUnavailable as problem:
            return (Probe(what="key", ok=False, detail=str(problem)),)
        ours = str(me["username"]).casefold() == self._user.casefold()
        return (
            Probe(what="key", ok=ours, detail=f"acts for {me['username']}"),
            self._webhook_probe(),
            Probe(what="bot label", ok=None, detail="give the account a title or flair that says so"),
        )

    def close(self) -> None:
        self._api.close()

    def _webhook_probe(self) -> Probe:
        """Whether the forum calls `/webhooks/` and its last call arrived; a forum tells that to admins' keys only."""
        try:
            hooks = self._api.get("/admin/api/web_hooks.json")["web_hooks"]
        except ChannelUnavailable:
            return Probe(what="webhook", ok=None, detail="the forum shows it to admins: Admin, API, Webhooks")
        ours = [hook for hook in hooks if "/webhooks/" in hook["payload_url"]]
        if not ours:
            return Probe(what="webhook", ok=False, detail="the forum has none that calls /webhooks/; add one")
        hook = max(ours, key=lambda one: (one["active"], one["last_delivery_status"] != FAILED))
        if not hook["active"]:
            return Probe(what="webhook", ok=False, detail=f"{hook['payload_url']} is switched off")
        failed = hook["last_delivery_status"] == FAILED
        state = "its last call failed" if failed else "active"
        return Probe(what="webhook", ok=not failed, detail=f"{hook['payload_url']}: {state}")

    def _told(self, post: Told) -> Iterator[Incoming]:
        if post.get("post_type", REGULAR) != REGULAR:
            return
        external_id = _id_of(post)
        if _is_gone(post):
            yield Deleted(external_id=external_id)
            return
        parent = post.get("reply_to_post_number")
        if post["username"].casefold() == self._user.casefold():
            if parent:
                yield OwnReplySeen(external_id=external_id, in_reply_to=f"{post['topic_id']}/{parent}")
            return
        made = self._post(post)
        if post.get("version", 1) > 1:
            yield Edited(post=made.model_copy(update={"version": version_of(made.text)}))
        else:
            yield Mentioned(post=made)

    def _post(self, post: Told) -> Post:
        raw, number, topic = post.get("raw") or _plain(post.get("cooked", "")), post["post_number"], post["topic_id"]
        named = f"@{self._user}".casefold() in raw.casefold()
        to_us = (post.get("reply_to_user") or {}).get("username", "").casefold() == self._user.casefold()
        private = post.get("topic_archetype") == "private_message"
        parent = post.get("reply_to_post_number")
        return Post(
            external_id=_id_of(post),
            text=_IMAGE.sub("", raw).strip(),
            author_id=str(post["user_id"]),
            handle=post["username"],
            name=post.get("name") or "",
            is_bot=post["user_id"] < 0,
            parent_id=f"{topic}/{parent}" if parent else None,
            root_id=str(topic),
            permalink=f"{self._server}/t/{post.get('topic_slug') or '-'}/{topic}/{number}",
            visibility=Visibility.PRIVATE if private else Visibility.PUBLIC,
            summoned=number == 1 or named or to_us or private,
            created_at=datetime.fromisoformat(post["created_at"]),
            attachments=tuple(
                Attachment(kind="image", description=found["described"]) for found in _IMAGE.finditer(raw)
            ),
            address={"id": str(post["id"])},
        )


def _id_of(post: Told) -> str:
    return f"{post['topic_id']}/{post['post_number']}"


def _is_gone(post: Told) -> bool:
    return bool(post.get("deleted_at") or post.get("user_deleted"))


def _plain(cooked: str) -> str:
    return unescape(_TAG.sub("", cooked))


def _no_post(told: object) -> Sequence[Incoming]:
    """A call about something else; what is no call at all raises `ValueError`."""
    if not isinstance(told, dict) or not told:
        raise ValueError("no call")
    return ()
