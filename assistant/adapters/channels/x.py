"""X, API v2: mentions and messages by webhook or look-up in, replies out. Its rules are in `domain/networks.py`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import structlog

from assistant.adapters.channels import signatures, x_messages, x_webhooks
from assistant.adapters.channels.http import Api, readable
from assistant.adapters.channels.oauth import scopes_probe
from assistant.domain.conversation import Reply
from assistant.domain.incoming import (
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

BESIDE = {"user.fields": "username,name,public_metrics", "media.fields": "type,alt_text"}
FIELDS = "created_at,author_id,conversation_id,referenced_tweets,edit_history_tweet_ids,attachments,note_tweet"
ASKED = {**BESIDE, "tweet.fields": FIELDS, "expansions": "author_id,attachments.media_keys"}
ASKED_MESSAGES = {
    **BESIDE,
    "dm_event.fields": x_messages.FIELDS,
    "expansions": "sender_id,attachments.media_keys",
    "event_types": "MessageCreate",
    "max_results": 100,
}
SCOPES = frozenset({"tweet.read", "tweet.write", "users.read"})
MOST_PAGES = 8
"""Of 100 mentions: X gives the newest 800."""
POLL_S = 900.0
"""Between two looks, which only find what the webhook missed: X bills every post a look brings."""
PACE = Pace(at_once=100, pause_s=300)
"""X bills a post once a UTC day, however often it is asked for."""

Tweet = Mapping[str, Any]

log = structlog.get_logger()


class X:
    """Satisfies `Link` and `Hook`. `auth` acts for the account (OAuth 2.0 user context: tweet.read, tweet.write,
    users.read, for `direct_messages` dm.read and dm.write); `consumer_secret` is the app's: X signs deliveries with it.
    """

    kind = "x"

    def __init__(
        self,
        *,
        auth: httpx.Auth,
        consumer_secret: str,
        direct_messages: bool = False,
        app_token: str | None = None,
        server: str = "https://api.x.com",
        poll_s: float = POLL_S,
    ) -> None:
        self._api = Api("X", server, auth=auth, status_of=_status_of)
        self._auth = auth
        self._consumer_secret = consumer_secret
        self._direct_messages = direct_messages
        self._app = Api("X", server, headers={"authorization": f"Bearer {app_token}"}) if app_token else None
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
        """An Account Activity delivery; kinds of events that want no answer are left out, and one odd event keeps none
        of the others from being heard."""
        no_event = PayloadInvalid("the delivery is no Account Activity event")
        try:
            told = json.loads(body)
            me, users = str(told["for_user_id"]), told.get("users", {})
            tweets, deleted = (list(told.get(f"tweet_{what}_events", ())) for what in ("create", "delete"))
            messages = list(told.get("direct_message_events", ())) if self._direct_messages else []
        except (ValueError, KeyError, TypeError, AttributeError):
            raise no_event from None
        found = [
            *readable("X", tweets, lambda tweet: _created(tweet, me)),
            *readable("X", deleted, lambda one: Deleted(external_id=one["status"]["id"])),
            *readable("X", messages, lambda event: x_messages.delivered(event, users, me)),
        ]
        if not found and (tweets or deleted or messages):
            raise no_event
        if not self._is_ours(me):
            return ()
        return tuple(event for event in found if event is not None)

    def _is_ours(self, account_id: str) -> bool:
        """An app has one address for all accounts it is subscribed to. Where X doesn't say who we are, it is."""
        with suppress(ChannelUnavailable):
            if self._account()["id"] != account_id:
                log.info("delivery_for_another_account", network="X", account=account_id[:40])
                return False
        return True

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        """Mentions and messages since the last look, for what a webhook missed."""
        place: dict[str, str] = json.loads(cursor) if cursor.startswith("{") else {"posts": cursor, "messages": ""}
        posts, posts_at = self._mentions(place["posts"])
        messages, messages_at = self._messages(place["messages"]) if self._direct_messages else ((), "")
        return Batch(events=(*posts, *messages), cursor=json.dumps({"posts": posts_at, "messages": messages_at}))

    def _mentions(self, since: str) -> tuple[Sequence[Incoming], str]:
        path = f"/2/users/{self._account()['id']}/mentions"
        if not since:
            newest = self._api.call("GET", path, params={"max_results": 5})
            return (), str(newest.get("meta", {}).get("newest_id", "1"))
        found: list[Incoming] = []
        newest_id, page_token = int(since), None
        for _ in range(MOST_PAGES):
            asked = {**ASKED, "max_results": 100, "since_id": since}
            page = self._api.call(
                "GET", path, params={**asked, **({"pagination_token": page_token} if page_token else {})}
            )
            found += [_event(post, versions) for post, versions in _posts(page)]
            newest_id = max(newest_id, int(page.get("meta", {}).get("newest_id", 0)))
            page_token = page.get("meta", {}).get("next_token")
            if page_token is None:
                break
        return found[::-1], str(newest_id)

    def _messages(self, since: str) -> tuple[Sequence[Incoming], str]:
        """X lists the messages of a month, newest first."""
        found: list[tuple[str, Incoming]] = []
        page_token = None
        for _ in range(MOST_PAGES if since else 1):
            more: dict[str, str] = {"pagination_token": page_token} if page_token else {}
            page = self._api.call("GET", "/2/dm_events", params={**ASKED_MESSAGES, **more})
            listed = list(x_messages.looked_up(page, self._account()["id"]))
            fresh = [one for one in listed if int(one[0]) > int(since or 0)]
            found += fresh
            page_token = page.get("meta", {}).get("next_token")
            if page_token is None or len(fresh) < len(listed):
                break
        newest = max((int(number) for number, _ in found), default=int(since or 1))
        return [event for _, event in found[::-1]] if since else (), str(newest)

    @property
    def pace(self) -> Pace:
        """Satisfies `Revisiting`."""
        return PACE

    def revisit(self, posts: Sequence[StoredPost]) -> Revisited:
        """Satisfies `Revisiting`: what X doesn't show any more, also as its author withdrew from the public, must go.

        A changed post goes on under a new id. A message is deleted for its sender only, and never changed.
        """
        public = [post.external_id for post in posts if post.visibility is Visibility.PUBLIC]
        there = self._by_id(public)
        newest = [versions[-1] for post, versions in there.values() if len(versions) > 1]
        changed = [post for post, _ in self._by_id(newest).values()]
        return Revisited(gone=tuple(one for one in public if one not in there), there=tuple(changed))

    def _by_id(self, ids: Sequence[str]) -> Mapping[str, tuple[Post, Sequence[str]]]:
        if not ids:
            return {}
        page = self._api.call("GET", "/2/tweets", params={**ASKED, "ids": ",".join(ids)})
        return {tweet["id"]: found for tweet, found in zip(page.get("data", ()), _posts(page), strict=True)}

    def send(self, reply: Reply, to: StoredPost) -> str:
        if to.visibility is Visibility.PRIVATE:
            path = f"/2/dm_conversations/with/{to.author_id}/messages"
            return str(self._api.call("POST", path, json={"text": reply.text})["data"]["dm_event_id"])
        if "data" not in self._api.get(f"/2/tweets/{to.external_id}"):
            raise ChannelRefuses("the post to answer isn't on X any more; nothing was posted")
        body = {"text": reply.text, "reply": {"in_reply_to_tweet_id": to.external_id}}
        return str(self._api.call("POST", "/2/tweets", json=body)["data"]["id"])

    def delete(self, sent_id: str, to: StoredPost) -> None:
        """Satisfies `Deleting`."""
        self._api.forget(f"/2/dm_events/{sent_id}" if to.visibility is Visibility.PRIVATE else f"/2/tweets/{sent_id}")

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        """The account's own answer to the post: X allows one for each interaction; or the message of these words."""
        if to.visibility is Visibility.PRIVATE:
            return self._found_message(reply, to)
        path = f"/2/users/{self._account()['id']}/tweets"
        asked = {"since_id": to.external_id, "max_results": 100, "tweet.fields": "referenced_tweets"}
        for tweet in self._api.call("GET", path, params=asked).get("data", ()):
            if _replied_to(tweet) == to.external_id:
                return str(tweet["id"])
        return None

    def _found_message(self, reply: Reply, to: StoredPost) -> str | None:
        path = f"/2/dm_conversations/with/{to.author_id}/dm_events"
        asked = {"max_results": 100, "dm_event.fields": x_messages.FIELDS}
        for event in self._api.call("GET", path, params=asked).get("data", ()):
            ours = event.get("sender_id") == self._account()["id"] and int(event["id"]) > int(to.external_id)
            if ours and x_messages.same(event.get("text", ""), reply.text):
                return str(event["id"])
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
            scopes_probe(self._auth, SCOPES | x_messages.SCOPES if self._direct_messages else SCOPES),
            *self._api.rate(),
            x_webhooks.probe(self._app, me["id"]),
            Probe(what="bot label", ok=None, detail=label),
            Probe(what="approval", ok=None, detail="automatic answers need X's written approval: connect.approval"),
        )

    def close(self) -> None:
        self._api.close()
        if self._app is not None:
            self._app.close()

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


def _posts(page: Mapping[str, Any]) -> Iterator[tuple[Post, Sequence[str]]]:
    """The posts of a look-up, each with the ids of its versions, oldest first."""
    beside = page.get("includes", {})
    users = {user["id"]: user for user in beside.get("users", ())}
    media = {one["media_key"]: one for one in beside.get("media", ())}
    for tweet in page.get("data", ()):
        versions = [str(one) for one in tweet.get("edit_history_tweet_ids") or [tweet["id"]]]
        user = users.get(tweet["author_id"], {})
        post = Post(
            external_id=versions[0],
            text=x_messages.unescaped(tweet.get("note_tweet", {}).get("text") or tweet["text"]),
            author_id=tweet["author_id"],
            handle=user.get("username", ""),
            name=user.get("name", ""),
            followers=user.get("public_metrics", {}).get("followers_count"),
            parent_id=_replied_to(tweet),
            root_id=tweet.get("conversation_id"),
            permalink=f"https://x.com/i/status/{versions[0]}",
            summoned=True,
            version=str(tweet["id"]) if len(versions) > 1 else "",
            created_at=datetime.fromisoformat(tweet["created_at"]) if "created_at" in tweet else None,
            attachments=tuple(
                x_messages.attachment(media.get(key, {})) for key in tweet.get("attachments", {}).get("media_keys", ())
            ),
        )
        yield post, versions


def _event(post: Post, versions: Sequence[str]) -> Incoming:
    return Edited(post=post) if len(versions) > 1 else Mentioned(post=post)


def _created(tweet: Tweet, me: str) -> Incoming | None:
    """A post of a delivery; None for reposts and for posts that neither name nor quote the account."""
    user, parent = tweet["user"], tweet.get("in_reply_to_status_id_str")
    if user["id_str"] == me:
        return OwnReplySeen(external_id=tweet["id_str"], in_reply_to=parent) if parent else None
    extended = tweet.get("extended_tweet", {})  # what stands beyond the 140th character is told here only
    entities = extended.get("entities") or tweet.get("entities", {})
    named = any(one["id_str"] == me for one in entities.get("user_mentions", ()))
    quoted = tweet.get("quoted_status", {}).get("user", {}).get("id_str") == me
    if "retweeted_status" in tweet or not (named or quoted):
        return None
    return Mentioned(
        post=Post(
            external_id=tweet["id_str"],
            text=x_messages.unescaped(extended.get("full_text") or tweet["text"]),
            author_id=user["id_str"],
            handle=user["screen_name"],
            name=user.get("name", ""),
            followers=user.get("followers_count"),
            parent_id=parent,
            permalink=f"https://x.com/i/status/{tweet['id_str']}",
            summoned=True,
            created_at=parsedate_to_datetime(tweet["created_at"]).astimezone(UTC),
            attachments=tuple(
                x_messages.attachment(one) for one in tweet.get("extended_entities", {}).get("media", ())
            ),
        )
    )
