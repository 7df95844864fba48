"""X, API v2: mentions by webhook or look-up in, replies out. Its rules of 2026 are in `domain/networks.py`."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from assistant.adapters.channels import signatures
from assistant.adapters.channels.http import Api
from assistant.adapters.channels.oauth import scopes_probe
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
from assistant.errors import ChannelRefuses, ChannelUnavailable, PayloadInvalid

FIELDS = "created_at,author_id,conversation_id,referenced_tweets,edit_history_tweet_ids,attachments,entities"
USER_FIELDS = "username,name,public_metrics"
SCOPES = frozenset({"tweet.read", "tweet.write", "users.read"})
MOST_PAGES = 8
"""Of 100 mentions: X gives the newest 800."""
POLL_S = 900.0
"""Between two looks, which only find what the webhook missed: X bills every post a look brings."""

_MEDIA = {"photo": "image", "video": "video", "animated_gif": "video"}

Tweet = Mapping[str, Any]


class X:
    """Satisfies `Link` and `Hook`. `auth` acts for the account (OAuth 2.0 user context: tweet.read, tweet.write,
    users.read); `consumer_secret` is the app's, which X signs deliveries with."""

    kind = "x"

    def __init__(
        self, *, auth: httpx.Auth, consumer_secret: str, server: str = "https://api.x.com", poll_s: float = POLL_S
    ) -> None:
        self._api = Api("X", server, auth=auth, status_of=_status_of)
        self._auth = auth
        self._consumer_secret = consumer_secret
        self.poll_s = poll_s
        self._me: Mapping[str, str] | None = None

    def challenge(self, query: Mapping[str, str]) -> str | None:
        token = query.get("crc_token")
        if not token:
            return None
        return json.dumps({"response_token": signatures.x_token(self._consumer_secret, token.encode())})

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        return signatures.x_sha256(self._consumer_secret, headers, body)

    def parse(self, body: bytes) -> Sequence[Incoming]:
        """An Account Activity delivery; kinds of events that want no answer are left out."""
        try:
            told = json.loads(body)
            me = str(told["for_user_id"])
            made = [_created(tweet, me) for tweet in told.get("tweet_create_events", ())]
            gone = [Deleted(external_id=one["status"]["id"]) for one in told.get("tweet_delete_events", ())]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PayloadInvalid("the delivery is no Account Activity event") from None
        return (*(event for event in made if event is not None), *gone)

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        """Mentions since the last look, for what a webhook missed."""
        path = f"/2/users/{self._account()['id']}/mentions"
        named = {"tweet.fields": FIELDS, "user.fields": USER_FIELDS, "media.fields": "type,alt_text"}
        shared = {**named, "expansions": "author_id,attachments.media_keys"}
        if not cursor:
            newest = self._api.call("GET", path, params={"max_results": 5})
            return Batch(cursor=str(newest.get("meta", {}).get("newest_id", "1")))
        found: list[Incoming] = []
        newest_id, page_token = int(cursor), None
        for _ in range(MOST_PAGES):
            asked = {**shared, "max_results": 100, "since_id": cursor}
            page = self._api.call(
                "GET", path, params={**asked, **({"pagination_token": page_token} if page_token else {})}
            )
            beside = page.get("includes", {})
            users = {user["id"]: user for user in beside.get("users", ())}
            media = {one["media_key"]: one for one in beside.get("media", ())}
            found += [_mentioned(tweet, users, media) for tweet in page.get("data", ())]
            newest_id = max(newest_id, int(page.get("meta", {}).get("newest_id", 0)))
            page_token = page.get("meta", {}).get("next_token")
            if page_token is None:
                break
        return Batch(events=tuple(found[::-1]), cursor=str(newest_id))

    def send(self, reply: Reply, to: StoredPost) -> str:
        if "data" not in self._api.get(f"/2/tweets/{to.external_id}"):
            raise ChannelRefuses("the post to answer isn't on X any more; nothing was posted")
        body = {"text": reply.text, "reply": {"in_reply_to_tweet_id": to.external_id}}
        return str(self._api.call("POST", "/2/tweets", json=body)["data"]["id"])

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        """The account's own answer to the post: X allows one for each interaction."""
        path = f"/2/users/{self._account()['id']}/tweets"
        asked = {"since_id": to.external_id, "max_results": 100, "tweet.fields": "referenced_tweets"}
        for tweet in self._api.call("GET", path, params=asked).get("data", ()):
            if _replied_to(tweet) == to.external_id:
                return str(tweet["id"])
        return None

    def check(self) -> Sequence[Probe]:
        try:
            self._me = None
            me = self._account()
        except ChannelUnavailable as problem:
            return (Probe(what="token", ok=False, detail=str(problem)),)
        label = "X doesn't tell: see that the profile shows 'Automated by' and that the bio names the operator"
        return (
            Probe(what="token", ok=True, detail=f"signed in as @{me['username']}"),
            scopes_probe(self._auth, SCOPES),
            Probe(what="bot label", ok=None, detail=label),
            Probe(what="approval", ok=None, detail="automatic answers need X's written approval: connect.approval"),
        )

    def close(self) -> None:
        self._api.close()

    def _account(self) -> Mapping[str, str]:
        if self._me is None:
            account: Mapping[str, str] = self._api.get("/2/users/me")["data"]
            self._me = account
        return self._me


def _status_of(answer: httpx.Response) -> int:
    """X answers 403 both to a key without rights, naming the problem's type, and to a reply it doesn't want."""
    if answer.status_code != 403 or answer.request.method != "POST":
        return answer.status_code
    try:
        kind = str(answer.json().get("type", ""))
    except (ValueError, AttributeError):
        return 403
    return 422 if kind == "about:blank" else 403


def _replied_to(tweet: Tweet) -> str | None:
    refs = tweet.get("referenced_tweets") or ()
    return next((str(ref["id"]) for ref in refs if ref["type"] == "replied_to"), None)


def _mentioned(
    tweet: Tweet, users: Mapping[str, Mapping[str, Any]], media: Mapping[str, Mapping[str, Any]]
) -> Incoming:
    """A post of a look-up: an edited one names the ids of its earlier versions, oldest first."""
    user = users.get(tweet["author_id"], {})
    versions = [str(one) for one in tweet.get("edit_history_tweet_ids") or [tweet["id"]]]
    keys = tweet.get("attachments", {}).get("media_keys", ())
    post = Post(
        external_id=versions[0],
        text=tweet["text"],
        author_id=tweet["author_id"],
        handle=user.get("username", ""),
        name=user.get("name", ""),
        followers=user.get("public_metrics", {}).get("followers_count"),
        parent_id=_replied_to(tweet),
        root_id=tweet.get("conversation_id"),
        permalink=f"https://x.com/i/status/{versions[0]}",
        summoned=True,
        created_at=datetime.fromisoformat(tweet["created_at"]) if "created_at" in tweet else None,
        attachments=tuple(_attachment(media.get(key, {})) for key in keys),
    )
    if len(versions) > 1:
        return Edited(post=post.model_copy(update={"version": str(tweet["id"])}))
    return Mentioned(post=post)


def _attachment(media: Mapping[str, Any]) -> Attachment:
    """The author's own description, where there is one."""
    described = media.get("alt_text") or media.get("ext_alt_text") or ""
    return Attachment.model_validate({"kind": _MEDIA.get(media.get("type", ""), "other"), "description": described})


def _created(tweet: Tweet, me: str) -> Incoming | None:
    """A post of a delivery; None for reposts and for posts that neither name nor quote the account."""
    user, parent = tweet["user"], tweet.get("in_reply_to_status_id_str")
    if user["id_str"] == me:
        return OwnReplySeen(external_id=tweet["id_str"], in_reply_to=parent) if parent else None
    named = any(one["id_str"] == me for one in tweet.get("entities", {}).get("user_mentions", ()))
    quoted = tweet.get("quoted_status", {}).get("user", {}).get("id_str") == me
    if "retweeted_status" in tweet or not (named or quoted):
        return None
    extended = tweet.get("extended_tweet", {})
    return Mentioned(
        post=Post(
            external_id=tweet["id_str"],
            text=extended.get("full_text") or tweet["text"],
            author_id=user["id_str"],
            handle=user["screen_name"],
            name=user.get("name", ""),
            followers=user.get("followers_count"),
            parent_id=parent,
            permalink=f"https://x.com/i/status/{tweet['id_str']}",
            summoned=True,
            created_at=parsedate_to_datetime(tweet["created_at"]).astimezone(UTC),
            attachments=tuple(_attachment(one) for one in tweet.get("extended_entities", {}).get("media", ())),
        )
    )
