"""A stand-in for the Threads API and its signed webhooks.

Checked 2026-11-28 against developers.facebook.com/documentation/threads (webhooks: examples of `replies` and
`mentions`, deletions of the account's own posts only; create replies: `reply_to_id`, then `threads_publish`). From
memory: the publishing limit's fields, replies of a post, error codes (as the Graph API's).
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from assistant.adapters.channels.threads import SCOPES, Threads
from assistant.compose import utc_now
from tests.rigs.http_server import Answer, Asked, HttpServer, ServedRig
from tests.rigs.rig import Delivery

ACCOUNT, ME, SECRET = "77", "skylark", "app-secret"
GONE = Answer({"error": {"code": 100, "error_subcode": 33}}, 400)


class ThreadsRig(ServedRig):
    can = ServedRig.can | {"edit", "delete", "see_parent", "find"}

    def __init__(self) -> None:
        self.server = HttpServer(
            {
                "GET /v1.0/me": lambda asked: Answer({"id": ACCOUNT, "username": ME}),
                f"GET /v1.0/{ACCOUNT}/threads_publishing_limit": lambda asked: Answer(
                    {"data": [{"reply_quota_usage": 4, "reply_config": {"quota_total": 1000}}]}
                ),
                f"POST /v1.0/{ACCOUNT}/threads": self._made,
                f"POST /v1.0/{ACCOUNT}/threads_publish": self._published,
                f"GET /v1.0/{ACCOUNT}/threads": lambda asked: Answer({"data": []}),
                "GET /v1.0/debug_token": lambda asked: Answer({"data": {"is_valid": True, "scopes": list(SCOPES)}}),
                r"GET /v1.0/(9\d+)": lambda asked, one: self._one(one),
                r"DELETE /v1.0/(9\d+)": lambda asked, one: self._deleted(one),
                r"GET /v1.0/(\w+)/replies": lambda asked, parent: Answer({"data": self._under(parent)}),
            }
        )
        self.link = Threads(
            account=ACCOUNT, name=ME, token="t", app_secret=SECRET, verify_token="v", server=self.server.url
        )
        self.posts: dict[str, dict[str, Any]] = {}
        self._containers: dict[str, dict[str, Any]] = {}
        self._waiting: list[Delivery] = []
        self._number = 0

    def expire(self) -> None:
        self.server.refusal = Answer({"error": {"code": 190, "type": "OAuthException"}}, 400)

    def busy(self) -> None:
        self.server.refusal = Answer({"error": {"code": 4}}, 403)

    def say(self, text: str, *, parent: str | None = None) -> str:
        external_id = self._add("ann", text, parent)
        self.tell("replies" if parent else "mentions", external_id)
        return external_id

    def change(self, external_id: str, text: str) -> None:
        self.posts[external_id]["text"] = text

    def take_back(self, external_id: str) -> None:
        del self.posts[external_id]

    def answers(self, external_id: str) -> Sequence[str]:
        return [str(one["text"]) for one in self._under(external_id) if one["username"] == ME]

    def deliveries(self) -> Sequence[Delivery]:
        waiting, self._waiting = self._waiting, []
        return waiting

    def tell(self, field: str, external_id: str) -> None:
        one = self.posts[external_id]
        replied = {"replied_to": {"id": one["parent"]}, "root_post": {"id": "root"}} if one["parent"] else {}
        value = {
            **one,
            **replied,
            "media_type": "TEXT_POST",
            "permalink": f"https://www.threads.net/@ann/{external_id}",
        }
        stamp = utc_now().strftime("%Y-%m-%dT%H:%M:%S+0000")
        told = {"app_id": "1", "topic": "interaction", "target_id": external_id, "time": 1, "subscription_id": "2"}
        body = json.dumps({**told, "values": {"value": {**value, "timestamp": stamp}, "field": field}}).encode()
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        self._waiting.append(Delivery({"x-hub-signature-256": f"sha256={signature}"}, body))

    def _add(self, author: str, text: object, parent: str | None) -> str:
        self._number += 1
        external_id = f"9{self._number}"
        self.posts[external_id] = {"id": external_id, "username": author, "text": text, "parent": parent}
        return external_id

    def _one(self, external_id: str) -> Answer:
        one = self.posts.get(external_id)
        return Answer({"id": one["id"], "text": one["text"], "username": one["username"]}) if one else GONE

    def _deleted(self, external_id: str) -> Answer:
        return Answer({"success": True}) if self.posts.pop(external_id, None) else GONE

    def _under(self, parent: str) -> list[dict[str, Any]]:
        return [one for one in self.posts.values() if one["parent"] == parent]

    def _made(self, asked: Asked) -> Answer:
        assert asked.form["media_type"] == "TEXT"
        if asked.form["reply_to_id"] not in self.posts:
            return Answer({"error": {"code": 100}}, 400)
        container = f"c{len(self._containers)}"
        self._containers[container] = asked.form
        return Answer({"id": container})

    def _published(self, asked: Asked) -> Answer:
        made = self._containers[str(asked.form["creation_id"])]
        return Answer({"id": self._add(ME, made["text"], str(made["reply_to_id"]))})
