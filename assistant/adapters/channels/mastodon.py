"""Mastodon and servers that speak its language: notifications in, streamed and looked up; statuses out."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import unescape
from typing import Any

from assistant.adapters.channels.http import Api, passed_over
from assistant.adapters.channels.mastodon_stream import Stream
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Attachment, Batch, Incoming, Mentioned, Post, Probe, Revisited, StoredPost
from assistant.domain.vocabulary import Visibility
from assistant.errors import ChannelGone, ChannelRefuses, ChannelUnavailable
from assistant.guardrails import fit
from assistant.ports import Pace

SCOPES = ("read:accounts", "read:notifications", "read:statuses", "write:statuses")
PAGE = 40
"""Notifications one call gives at most."""
MOST_PAGES = 50
POLL_S = 5.0
"""Where there is no stream."""
PACE = Pace(at_once=20, pause_s=15)
"""20 of the 300 calls in five minutes; a look-up of several statuses gives 20."""
_BREAK = re.compile(r"<br\s*/?>|</p>\s*<p[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]+>")
_KINDS = {"image": "image", "gifv": "video", "video": "video", "audio": "audio"}

Status = Mapping[str, Any]


class Mastodon:
    """Satisfies `Link`. `server` is the account's server; `token` needs read:notifications, read:statuses,
    read:accounts and write:statuses."""

    kind = "mastodon"

    def __init__(self, *, server: str, token: str) -> None:
        self._api = Api("Mastodon", server, headers={"Authorization": f"Bearer {token}"})
        self._server = server
        self._stream = Stream(address=self._streams_at, token=token)
        self._me: Mapping[str, Any] | None = None

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        if not cursor:
            newest = self._api.get("/api/v1/notifications", limit=1)
            return Batch(cursor=json.dumps({"at": newest[0]["id"] if newest else "0"}))
        batch = self._since(json.loads(cursor)["at"])
        if batch.events or not wait_s or not self._stream.wait(wait_s):
            return batch
        return self._since(json.loads(batch.cursor)["at"])

    def _since(self, at: str) -> Batch:
        events: list[Incoming] = []
        for _ in range(MOST_PAGES):
            page = self._api.call(
                "GET", "/api/v1/notifications", params={"types[]": "mention", "min_id": at, "limit": PAGE}
            )
            for one in reversed(page):
                at = one["id"]
                with passed_over("Mastodon"):
                    events.append(Mentioned(post=self._post(one["status"])))
            if len(page) < PAGE:
                break
        return Batch(events=tuple(events), cursor=json.dumps({"at": at}))

    def _streams_at(self) -> str:
        """Where the server says that its stream is; older ones and others of its kind stream where they answer."""
        told = self._api.get("/api/v2/instance").get("configuration", {}).get("urls", {}).get("streaming")
        return str(told or self._server.replace("http", "ws", 1))

    @property
    def poll_s(self) -> float:
        """Satisfies `Paced`: a stream is waited for, so that nothing is gained by a pause."""
        return 0.0 if self._stream.is_open else POLL_S

    @property
    def pace(self) -> Pace:
        """Satisfies `Revisiting`."""
        return PACE

    def revisit(self, posts: Sequence[StoredPost]) -> Revisited:
        """Satisfies `Revisiting`."""
        asked = [post.external_id for post in posts]
        try:
            found = self._api.call("GET", "/api/v1/statuses", params={"id[]": asked})
        except ChannelGone as unknown:
            raise ChannelUnavailable("Mastodon before 4.3 can't be asked for several statuses") from unknown
        there = {one["id"]: one for one in found}
        edited = [self._post(one) for one in there.values() if one.get("edited_at")]
        return Revisited(gone=tuple(one for one in asked if one not in there), there=tuple(edited))

    def send(self, reply: Reply, to: StoredPost) -> str:
        """The parent's visibility and content warning are kept; the server takes the same key once an hour."""
        text = f"@{to.address['acct']} {reply.text}"
        if not fit.fits("mastodon", text):
            raise ChannelRefuses("the reply with the author's name is longer than Mastodon takes: shorten it")
        body = {
            "status": text,
            "in_reply_to_id": to.external_id,
            "visibility": to.address["visibility"],
            "spoiler_text": to.address.get("spoiler_text", ""),
        }
        key = hashlib.sha256(reply.delivery_key.encode()).hexdigest()
        return str(self._api.call("POST", "/api/v1/statuses", json=body, headers={"Idempotency-Key": key})["id"])

    def delete(self, sent_id: str, to: StoredPost) -> None:
        """Satisfies `Deleting`."""
        self._api.forget(f"/api/v1/statuses/{sent_id}")

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        me, wanted = self._account()["id"], _on_one_line(reply.text)  # HTML keeps no blank lines
        context = self._api.get(f"/api/v1/statuses/{to.external_id}/context")
        for status in context["descendants"]:
            answers = status["account"]["id"] == me and status["in_reply_to_id"] == to.external_id
            if answers and _on_one_line(_words(status["content"])).endswith(wanted):
                return str(status["id"])
        return None

    def check(self) -> Sequence[Probe]:
        try:
            self._me = None
            me = self._account()
            self._api.get("/api/v1/notifications", limit=1)
            instance = self._api.get("/api/v2/instance")
            scopes = self._scopes()
        except ChannelUnavailable as problem:
            return (Probe(what="token", ok=False, detail=str(problem)),)
        streams = self._stream.opens()
        limit = instance["configuration"]["statuses"]["max_characters"]
        bot = bool(me.get("bot"))
        return (
            Probe(what="token", ok=True, detail=f"signed in as {me['acct']} at {self._server}"),
            scopes,
            Probe(
                what="bot label", ok=bot, detail="set" if bot else "tick 'This is an automated account' in the profile"
            ),
            Probe(
                what="stream",
                ok=True if streams else None,
                detail="the server tells of news at once"
                if streams
                else "the server gives none: it is looked at often",
            ),
            *self._api.rate(),
            Probe(what="length", ok=limit >= fit.limit_of("mastodon"), detail=f"the server takes {limit} characters"),
        )

    def _scopes(self) -> Probe:
        """What the token's application may do; servers before 4.3 don't say."""
        has = self._api.get("/api/v1/apps/verify_credentials").get("scopes")
        if has is None:
            return Probe(what="scopes", ok=None, detail=f"the server doesn't tell; needed: {', '.join(SCOPES)}")
        missing = [one for one in SCOPES if one not in has and one.partition(":")[0] not in has]
        return Probe(what="scopes", ok=not missing, detail=f"missing: {', '.join(missing)}" if missing else "all there")

    def close(self) -> None:
        self._stream.close()
        self._api.close()

    def _account(self) -> Mapping[str, Any]:
        if self._me is None:
            account: Mapping[str, Any] = self._api.get("/api/v1/accounts/verify_credentials")
            self._me = account
        return self._me

    def _post(self, status: Status) -> Post:
        account = status["account"]
        me = self._account()
        private = status["visibility"] in {"private", "direct"}
        return Post(
            external_id=status["id"],
            text=_words(status["content"]),
            author_id=account["id"],
            handle=account["acct"],
            name=account.get("display_name") or "",
            followers=account.get("followers_count"),
            is_bot=bool(account.get("bot")),
            ours=account["id"] == me["id"],
            parent_id=status.get("in_reply_to_id"),
            permalink=status.get("url") or "",
            visibility=Visibility.PRIVATE if private else Visibility.PUBLIC,
            summoned=any(named["id"] == me["id"] for named in status.get("mentions", ())),
            created_at=datetime.fromisoformat(status["created_at"]),
            attachments=tuple(_attachment(one) for one in status.get("media_attachments", ())),
            address={
                "acct": account["acct"],
                "visibility": status["visibility"],
                "spoiler_text": status.get("spoiler_text") or "",
            },
        )


def _attachment(media: Mapping[str, Any]) -> Attachment:
    kind = _KINDS.get(media.get("type", ""), "other")
    return Attachment.model_validate({"kind": kind, "description": media.get("description") or ""})


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _words(content: str) -> str:
    """The text of a status, which servers give as HTML."""
    return unescape(_TAG.sub("", _BREAK.sub("\n", content))).strip()
