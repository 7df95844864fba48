"""A stand-in for X's API v2 and Account Activity: signed deliveries, look-ups, replies.

Checked 2026-11-22 against docs.x.com (webhooks, account-activity: the challenge, its answer, the signature's header
and recipe, `for_user_id`) and public receivers' types (`tweet_create_events`, `tweet_delete_events[].status.id`).
Checked 2026-11-29 there: the list of an app's webhooks (`url`, `valid`) and of their subscriptions, whose pages say
that the Account Activity API gives way to another. From memory: the look-ups' pages, the members of `subscriptions`,
and that a refused reply is a 403 whose problem has the type `about:blank`.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from typing import Any

from assistant.adapters.channels.oauth import Bearer
from assistant.adapters.channels.x import X
from assistant.compose import utc_now
from tests.rigs.http_server import Answer, Asked, HttpServer, ServedRig
from tests.rigs.rig import Delivery

ME, ANN = "10", "20"
SECRET = "consumer-secret"


class XRig(ServedRig):
    can = ServedRig.can | {"edit", "delete", "see_parent", "find"}

    def __init__(self, *, direct_messages: bool = False, app_token: str | None = None) -> None:
        self.hooks: list[dict[str, object]] = []
        self.subscribed: list[str] = []
        self.server = HttpServer(
            {
                "GET /2/webhooks": lambda asked: Answer(
                    {"data": self.hooks, "meta": {}} if self.hooks else {"meta": {}}
                ),
                r"GET /2/account_activity/webhooks/(\d+)/subscriptions/all/list": lambda asked, hook: Answer(
                    {"data": {"webhook_id": hook, "subscriptions": [{"user_id": one} for one in self.subscribed]}}
                ),
                "GET /2/tweets": self._several,
                r"DELETE /2/tweets/(\d+)": self._deleted,
                "GET /2/dm_events": self._messages,
                r"DELETE /2/dm_events/(\d+)": self._deleted,
                f"GET /2/dm_conversations/with/{ANN}/dm_events": self._messages,
                f"POST /2/dm_conversations/with/{ANN}/messages": self._message_sent,
                "GET /2/users/me": lambda asked: Answer({"data": {"id": ME, "username": "skylark", "name": "Skylark"}}),
                f"GET /2/users/{ME}/mentions": lambda asked: self._listed(asked, author=ANN),
                f"GET /2/users/{ME}/tweets": lambda asked: self._listed(asked, author=ME),
                r"GET /2/tweets/(\d+)": self._one,
                "POST /2/tweets": self._posted,
            }
        )
        self.link = X(
            auth=Bearer("t"),
            consumer_secret=SECRET,
            direct_messages=direct_messages,
            app_token=app_token,
            server=self.server.url,
        )
        self.tweets: dict[str, dict[str, Any]] = {}
        self._waiting: list[Delivery] = []
        self._number = 1000
        self.messages: dict[str, dict[str, Any]] = {}
        self.hidden: set[str] = set()
        self.media: list[dict[str, Any]] = []

    def say(self, text: str, *, parent: str | None = None) -> str:
        tweet = self._add(ANN, f"@skylark {text}", parent)
        user = {"id_str": ANN, "screen_name": "ann", "name": "Ann", "followers_count": 7}
        created = {
            "id_str": tweet["id"],
            "text": tweet["text"],
            "user": user,
            "created_at": utc_now().strftime("%a %b %d %H:%M:%S +0000 %Y"),
            "in_reply_to_status_id_str": parent,
            "entities": {"user_mentions": [{"id_str": ME}]},
        }
        self._tell({"tweet_create_events": [created]})
        return str(tweet["id"])

    def change(self, external_id: str, text: str) -> None:
        """A changed post stands under a new id; the old one stays and names both."""
        made = self._add(ANN, f"@skylark {text}", None)
        ids = [external_id, made["id"]]
        for one in ids:
            self.tweets[one]["edit_history_tweet_ids"] = ids
        self.hidden.add(made["id"])

    def take_back(self, external_id: str) -> None:
        del self.tweets[external_id]

    def write(self, text: str, author: str = ANN) -> str:
        """A direct message."""
        self._number += 1
        external_id = str(self._number)
        self.messages[external_id] = {
            "id": external_id,
            "event_type": "MessageCreate",
            "text": text,
            "sender_id": author,
            "dm_conversation_id": f"{ME}-{ANN}",
            "created_at": utc_now().isoformat(),
        }
        if author == ANN:
            data = {"target": {"recipient_id": ME}, "sender_id": ANN, "message_data": {"text": text}}
            at = str(int(utc_now().timestamp() * 1000))
            event = {"type": "message_create", "id": external_id, "created_timestamp": at, "message_create": data}
            users = {ANN: {"id": ANN, "name": "Ann", "screen_name": "ann", "followers_count": 7}}
            self._tell({"direct_message_events": [event], "users": users})
        return external_id

    def refuse(self) -> None:
        """The author doesn't want to be answered."""
        said = "Reply to this conversation is not allowed"
        problem = {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": said}
        self.server.routes.insert(0, (re.compile("POST /2/tweets"), lambda asked: Answer(problem, 403)))

    def answers(self, external_id: str) -> Sequence[str]:
        return [one["text"] for one in self.tweets.values() if one["author_id"] == ME and _parent(one) == external_id]

    def deliveries(self) -> Sequence[Delivery]:
        waiting, self._waiting = self._waiting, []
        return waiting

    def _add(self, author: str, text: str, parent: str | None) -> dict[str, Any]:
        self._number += 1
        refs = [{"type": "replied_to", "id": parent}] if parent else []
        at = utc_now().isoformat()
        tweet: dict[str, Any] = {
            "id": str(self._number),
            "author_id": author,
            "text": text,
            "referenced_tweets": refs,
            "created_at": at,
        }
        self.tweets[tweet["id"]] = tweet
        return tweet

    def _tell(self, told: dict[str, Any]) -> None:
        body = json.dumps({"for_user_id": ME, **told}).encode()
        digest = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
        self._waiting.append(Delivery({"x-twitter-webhooks-signature": f"sha256={digest}"}, body))

    def _listed(self, asked: Asked, *, author: str) -> Answer:
        after = int(asked.query.get("since_id", 0))
        found = [one for one in self.tweets.values() if one["author_id"] == author and int(one["id"]) > after]
        found = [one for one in found if one["id"] not in self.hidden][::-1]
        if not found:
            return Answer({"meta": {"result_count": 0}})
        users = [{"id": ANN, "username": "ann", "name": "Ann", "public_metrics": {"followers_count": 7}}]
        return Answer(
            {"data": found, "includes": {"users": users, "media": self.media}, "meta": {"newest_id": found[0]["id"]}}
        )

    def _several(self, asked: Asked) -> Answer:
        found = [self.tweets[one] for one in asked.query["ids"].split(",") if one in self.tweets]
        users = [{"id": ANN, "username": "ann", "name": "Ann"}]
        return Answer({"data": found, "includes": {"users": users}} if found else {"errors": [{"title": "Not Found"}]})

    def _deleted(self, asked: Asked, external_id: str) -> Answer:
        gone = self.tweets.pop(external_id, None) or self.messages.pop(external_id, None)
        return Answer({"data": {"deleted": gone is not None}})

    def _messages(self, asked: Asked) -> Answer:
        users = [{"id": ANN, "username": "ann", "name": "Ann", "public_metrics": {"followers_count": 7}}]
        return Answer({"data": list(self.messages.values())[::-1], "includes": {"users": users}, "meta": {}})

    def _message_sent(self, asked: Asked) -> Answer:
        sent = self.write(str(asked.form["text"]), author=ME)
        return Answer({"data": {"dm_conversation_id": f"{ME}-{ANN}", "dm_event_id": sent}}, 201)

    def _one(self, asked: Asked, external_id: str) -> Answer:
        tweet = self.tweets.get(external_id)
        return Answer({"data": tweet} if tweet else {"errors": [{"title": "Not Found Error"}]})

    def _posted(self, asked: Asked) -> Answer:
        form: Any = asked.form
        tweet = self._add(ME, form["text"], form["reply"]["in_reply_to_tweet_id"])
        return Answer({"data": {"id": tweet["id"], "text": tweet["text"]}}, 201)


def _parent(tweet: dict[str, Any]) -> str | None:
    return next((ref["id"] for ref in tweet["referenced_tweets"]), None)


class XMessagesRig(XRig):
    """The same network in private."""

    can = ServedRig.can | {"find"}

    def __init__(self) -> None:
        super().__init__(direct_messages=True)

    def say(self, text: str, *, parent: str | None = None) -> str:
        return self.write(text)

    def answers(self, external_id: str) -> Sequence[str]:
        """What was written to the customer next, as often as it was written."""
        since = [one for one in self.messages.values() if int(one["id"]) > int(external_id) and one["sender_id"] == ME]
        return [one["text"] for one in since if one["text"] == since[0]["text"]]
