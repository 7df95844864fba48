"""Threads: replies and mentions by Meta's signed webhook; answers are made, then published."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from assistant.adapters.channels import signatures
from assistant.adapters.channels.http import Api
from assistant.adapters.channels.meta import proves_token, status_of
from assistant.adapters.channels.meta_scopes import scopes_probe
from assistant.domain.conversation import Reply
from assistant.domain.incoming import (
    Attachment,
    Batch,
    Deleted,
    Incoming,
    Mentioned,
    OwnReplySeen,
    Post,
    Probe,
    Revisited,
    StoredPost,
)
from assistant.errors import ChannelUnavailable, PayloadInvalid
from assistant.ports import Pace

SERVER = "https://graph.threads.net"
VERSION = "v1.0"
FIELDS = frozenset({"replies", "mentions"})
POST_FIELDS = "id,text,username,permalink,timestamp,media_type,alt_text,root_post"
PACE = Pace(at_once=5, pause_s=15)
SCOPES = (
    "threads_basic",
    "threads_manage_replies",
    "threads_read_replies",
    "threads_manage_mentions",
    "threads_delete",
)
_MEDIA = {"IMAGE": "image", "VIDEO": "video", "CAROUSEL_ALBUM": "image", "AUDIO": "audio"}


class Threads:
    """Satisfies `Link` and `Hook`. `account` is the user's id, `name` its user name; `token` acts for it.

    Meta calls us and repeats a call for hours where we don't answer.
    """

    kind = "threads"

    def __init__(
        self,
        *,
        account: str,
        name: str,
        token: str,
        app_secret: str,
        verify_token: str,
        version: str = VERSION,
        server: str = SERVER,
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._api = Api("Threads", f"{server}/{version}", headers=headers, status_of=status_of)
        self._account = account
        self._name = name
        self._app_secret = app_secret
        self._token = token
        self._verify_token = verify_token

    def challenge(self, query: Mapping[str, str]) -> str | None:
        return proves_token(query, self._verify_token)

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        return signatures.hub_sha256(self._app_secret, headers, body)

    def person_in(self, body: bytes) -> str:
        """Satisfies `Forgetting`."""
        return signatures.signed_request(self._app_secret, body)

    def parse(self, body: bytes) -> Sequence[Incoming]:
        """The change stands in `values`, which some deliveries hold as a list."""
        try:
            values = json.loads(body)["values"]
            return tuple(
                event for told in (values if isinstance(values, list) else [values]) for event in self._told(told)
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PayloadInvalid("the delivery is no Threads webhook") from None

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        return Batch(cursor=cursor)

    def send(self, reply: Reply, to: StoredPost) -> str:
        """A container that is never published is seen by nobody."""
        made = {"media_type": "TEXT", "text": reply.text, "reply_to_id": to.external_id}
        container = self._api.call("POST", f"/{self._account}/threads", data=made)["id"]
        publish = {"creation_id": container}
        return str(self._api.call("POST", f"/{self._account}/threads_publish", data=publish)["id"])

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        for one in self._api.get(f"/{to.external_id}/replies", fields="id,text,username")["data"]:
            if one.get("username") == self._name and one.get("text") == reply.text:
                return str(one["id"])
        return None

    def delete(self, sent_id: str, to: StoredPost) -> None:
        """Satisfies `Deleting`; needs the scope threads_delete."""
        self._api.forget(f"/{sent_id}")

    @property
    def pace(self) -> Pace:
        """Satisfies `Revisiting`."""
        return PACE

    def revisit(self, posts: Sequence[StoredPost]) -> Revisited:
        """Satisfies `Revisiting`: Threads tells of deletions of our own posts only."""
        seen = {post.external_id: self._api.look(f"/{post.external_id}", fields=POST_FIELDS) for post in posts}
        gone = tuple(external_id for external_id, found in seen.items() if found is None)
        if gone:  # what a token may not see any more is "gone" as well: it must still see the account's own posts
            self._api.get(f"/{self._account}/threads", fields="id", limit=1)
        there = [_post(found, post.parent_id) for post in posts if (found := seen[post.external_id]) is not None]
        return Revisited(gone=gone, there=tuple(there))

    def check(self) -> Sequence[Probe]:
        try:
            me = self._api.get("/me", fields="id,username")
            limits = self._api.get(
                f"/{self._account}/threads_publishing_limit", fields="reply_quota_usage,reply_config"
            )
        except ChannelUnavailable as problem:
            return (Probe(what="token", ok=False, detail=str(problem)),)
        ours = (str(me["id"]), me["username"]) == (self._account, self._name)
        used = limits["data"][0]
        total = used["reply_config"]["quota_total"]
        left = total - used["reply_quota_usage"]
        said = f"signed in as @{me['username']}" if ours else f"the token is @{me['username']}'s, number {me['id']}"
        return (
            Probe(what="token", ok=ours, detail=said),
            Probe(what="rate budget", ok=left > 0, detail=f"{left} of {total} answers left today"),
            scopes_probe(self._api, self._token, SCOPES),
            Probe(what="webhook", ok=None, detail="Threads shows it in the app's dashboard only: replies, mentions"),
            Probe(what="bot label", ok=None, detail="Threads has none: say so in the profile"),
        )

    def close(self) -> None:
        self._api.close()

    def _told(self, told: Mapping[str, Any]) -> Iterator[Incoming]:
        value = told["value"]
        if told["field"] == "delete":
            yield Deleted(external_id=str(value["id"]))
        elif told["field"] in FIELDS:
            parent = (value.get("replied_to") or {}).get("id")
            if value["username"] == self._name:
                yield from [OwnReplySeen(external_id=str(value["id"]), in_reply_to=str(parent))] if parent else ()
            else:
                yield Mentioned(post=_post(value, parent))


def _post(value: Mapping[str, Any], parent: object) -> Post:
    kind = _MEDIA.get(value.get("media_type", ""))
    described = value.get("alt_text") or ""
    return Post(
        external_id=str(value["id"]),
        text=value.get("text") or "",
        author_id=value["username"],
        handle=value["username"],
        parent_id=str(parent) if parent else None,
        root_id=str((value.get("root_post") or {}).get("id") or value["id"]),
        permalink=value.get("permalink") or "",
        created_at=datetime.fromisoformat(value["timestamp"]) if value.get("timestamp") else None,
        attachments=(Attachment.model_validate({"kind": kind, "description": described}),) if kind else (),
    )
