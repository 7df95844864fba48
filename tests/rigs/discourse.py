"""A stand-in for a Discourse forum: signed webhooks about posts, the list of posts, answers.

Checked 2026-11-28 against the source (discourse/discourse: EmitWebHookEvent with its headers, body and signature,
WebHookPostSerializer, PostDestroyer; 2026-11-29 AdminWebHookSerializer, WebHook.last_delivery_statuses) and the
published reference of `POST /posts.json`. From memory: `GET /posts.json`
with `before`, `/posts/{id}/replies.json`, `/session/current.json`, that a post made by a key's user may be read with
its raw text.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from assistant.adapters.channels.discourse import Discourse
from assistant.compose import utc_now
from tests.rigs.http_server import Answer, Asked, HttpServer, ServedRig
from tests.rigs.rig import Delivery

ME, ANN, SECRET, TOPIC = "Skylark", "ann", "s", 12
PAGE = 50


class DiscourseRig(ServedRig):
    can = ServedRig.can | {"edit", "delete", "see_parent", "find"}

    def __init__(self) -> None:
        self.server = HttpServer(
            {
                "GET /session/current.json": lambda asked: Answer({"current_user": {"username": ME}}),
                "GET /admin/api/web_hooks.json": lambda asked: (
                    Answer({"errors": ["not found"]}, 404) if self.hooks is None else Answer({"web_hooks": self.hooks})
                ),
                "GET /posts.json": self._latest,
                r"GET /posts/(\d+).json": lambda asked, number: self._one(int(number)),
                r"GET /posts/(\d+)/replies.json": lambda asked, number: self._replies(int(number)),
                "POST /posts.json": self._posted,
                r"DELETE /posts/(\d+).json": lambda asked, number: self._deleted(int(number)),
            }
        )
        self.link = Discourse(server=self.server.url, user=ME, key="k", secret=SECRET)
        self.hooks: list[dict[str, object]] | None = None
        self.posts: dict[str, dict[str, Any]] = {}
        self._waiting: list[Delivery] = []

    def say(self, text: str, *, parent: str | None = None) -> str:
        external_id = self._add(ANN, f"@{ME} {text}", parent)
        self._tell(self.posts[external_id])
        return external_id

    def change(self, external_id: str, text: str) -> None:
        self.posts[external_id] |= {"raw": text, "version": 2}
        self._tell(self.posts[external_id])

    def take_back(self, external_id: str) -> None:
        self.posts[external_id] |= {"deleted_at": utc_now().isoformat()}
        self._tell(self.posts[external_id])

    def answers(self, external_id: str) -> Sequence[str]:
        return [str(one["raw"]) for one in self._under(external_id) if one["username"] == ME]

    def deliveries(self) -> Sequence[Delivery]:
        waiting, self._waiting = self._waiting, []
        return waiting

    def _under(self, external_id: str) -> list[dict[str, Any]]:
        number = int(external_id.partition("/")[2])
        return [one for one in self.posts.values() if one["reply_to_post_number"] == number]

    def _add(self, author: str, raw: object, parent: str | None) -> str:
        number = len(self.posts) + 1
        external_id = f"{TOPIC}/{number}"
        self.posts[external_id] = {
            "id": 500 + number,
            "username": author,
            "name": author.title(),
            "user_id": 1 if author == ME else 2,
            "created_at": utc_now().isoformat().replace("+00:00", "Z"),
            "raw": raw,
            "cooked": f"<p>{raw}</p>",
            "post_number": number,
            "post_type": 1,
            "reply_to_post_number": int(parent.partition("/")[2]) if parent else None,
            "topic_id": TOPIC,
            "topic_slug": "bags",
            "version": 1,
            "deleted_at": None,
            "user_deleted": False,
        }
        return external_id

    def _tell(self, post: dict[str, Any]) -> None:
        body = json.dumps({"post": {**post, "topic_archetype": "regular"}}).encode()
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"x-discourse-event-signature": f"sha256={signature}", "x-discourse-event": "post_created"}
        self._waiting.append(Delivery(headers, body))

    def _latest(self, asked: Asked) -> Answer:
        before = int(asked.query.get("before", 10**9))
        rows = [one for one in self.posts.values() if one["id"] <= before and not one["deleted_at"]]
        return Answer({"latest_posts": rows[::-1][:PAGE]})

    def _deleted(self, number: int) -> Answer:
        self.posts.pop(self._by_number(number))
        return Answer(None, 200)

    def _by_number(self, number: int) -> str:
        return next(key for key, one in self.posts.items() if one["id"] == number)

    def _one(self, number: int) -> Answer:
        return Answer(self.posts[self._by_number(number)])

    def _replies(self, number: int) -> Answer:
        rows = self._under(self._by_number(number))
        return Answer([{key: value for key, value in one.items() if key != "raw"} for one in rows])

    def _posted(self, asked: Asked) -> Answer:
        form = asked.form
        assert form["topic_id"] == TOPIC
        return Answer(self.posts[self._add(ME, form["raw"], f"{TOPIC}/{form['reply_to_post_number']}")])
