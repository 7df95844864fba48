"""A stand-in for a Mastodon server: notifications, statuses, idempotency keys.

Checked 2026-11-22 against the source of docs.joinmastodon.org (mastodon/documentation: methods/notifications,
methods/statuses): `min_id` and `types[]`, newest first, the shape of a mention, `id[]` (servers from 4.3), the
`Idempotency-Key` and its hour, 401, 404. Checked 2026-11-29 against methods/streaming: the stream of notifications,
its scopes, the event's name. From memory: that the stream takes the token as a header, the context's shape, the
instance's limits, the application's scopes.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any

from assistant.adapters.channels.mastodon import Mastodon
from assistant.compose import utc_now
from tests.rigs.http_server import Answer, Asked, HttpServer, ServedRig
from tests.rigs.rig import Delivery

BRAND = {
    "id": "1",
    "username": "skylark",
    "url": "https://here.test/@skylark",
    "acct": "skylark",
    "display_name": "Skylark",
    "bot": True,
}
ANN = {
    "id": "2",
    "username": "ann",
    "url": "https://elsewhere.test/@ann",
    "acct": "ann@elsewhere.test",
    "display_name": "Ann",
    "bot": False,
    "followers_count": 7,
}


class MastodonRig(ServedRig):
    can = ServedRig.can | {"edit", "delete", "see_parent", "find"}

    def __init__(self) -> None:
        self.server = HttpServer(
            {
                "GET /api/v1/accounts/verify_credentials": lambda asked: Answer(BRAND),
                "GET /api/v1/apps/verify_credentials": lambda asked: Answer({"name": "care", "scopes": self.scopes}),
                "GET /api/v2/instance": self._instance,
                "GET /api/v1/notifications": self.notifications,
                "POST /api/v1/statuses": self._posted,
                "GET /api/v1/statuses": self._several,
                r"GET /api/v1/statuses/(\d+)/context": self._context,
                r"DELETE /api/v1/statuses/(\d+)": self._deleted,
            }
        )
        self.streaming = ""
        self.scopes = ["read", "write:statuses"]
        self.link = Mastodon(server=self.server.url, token="t")
        self.statuses: dict[str, dict[str, Any]] = {}
        self._notified: list[str] = []
        self._keys: dict[str, str] = {}
        self._ids = count(100)

    def say(self, text: str, *, parent: str | None = None, visibility: str = "public", spoiler_text: str = "") -> str:
        mention = '<span class="h-card"><a href="https://here.test/@skylark">@<span>skylark</span></a></span>'
        status = self._add(ANN, f"<p>{mention} {text}</p>", parent, visibility, spoiler_text)
        self._notified.append(status["id"])
        return str(status["id"])

    def change(self, external_id: str, text: str) -> None:
        self.statuses[external_id] |= {"content": f"<p>{text}</p>", "edited_at": utc_now().isoformat()}

    def take_back(self, external_id: str) -> None:
        del self.statuses[external_id]

    def answers(self, external_id: str) -> Sequence[str]:
        found = [one for one in self.statuses.values() if one["in_reply_to_id"] == external_id]
        return [str(one["content"]) for one in found if one["account"] is BRAND]

    def deliveries(self) -> Sequence[Delivery]:
        return ()

    def _add(
        self, account: object, content: str, parent: str | None, visibility: str, spoiler_text: str
    ) -> dict[str, Any]:
        named_ones: list[dict[str, Any]] = [BRAND] if account is ANN else [ANN]
        status: dict[str, Any] = {
            "id": str(next(self._ids)),
            "account": account,
            "content": content,
            "in_reply_to_id": parent,
            "visibility": visibility,
            "spoiler_text": spoiler_text,
            "created_at": utc_now().isoformat().replace("+00:00", "Z"),
            "edited_at": None,
            "mentions": [{key: named[key] for key in ("id", "username", "url", "acct")} for named in named_ones],
            "media_attachments": [],
            "url": f"https://here.test/@ann/{len(self.statuses)}",
        }
        self.statuses[status["id"]] = status
        return status

    def _instance(self, asked: Asked) -> Answer:
        streaming = {"urls": {"streaming": self.streaming}} if self.streaming else {}
        return Answer({"configuration": {"statuses": {"max_characters": 500}, **streaming}})

    def notifications(self, asked: Asked) -> Answer:
        """A page of what was told the account."""
        after, limit = int(asked.query.get("min_id", -1)), int(asked.query["limit"])
        rows = [
            {"id": str(number), "type": "mention", "status": self.statuses[status_id]}
            for number, status_id in enumerate(self._notified, start=1)
            if number > after and status_id in self.statuses
        ]
        page = rows[:limit] if "min_id" in asked.query else rows[-limit:]
        return Answer(page[::-1])

    def _several(self, asked: Asked) -> Answer:
        return Answer([status for status in self.statuses.values() if status["id"] in asked.every("id[]")])

    def _posted(self, asked: Asked) -> Answer:
        key = asked.headers["idempotency-key"]
        if key not in self._keys:
            form = asked.form
            parent = str(form["in_reply_to_id"])
            if parent not in self.statuses:
                return Answer({"error": "Record not found"}, 404)
            made = self._add(
                BRAND, f"<p>{form['status']}</p>", parent, str(form["visibility"]), str(form["spoiler_text"])
            )
            self._keys[key] = made["id"]
        return Answer(self.statuses[self._keys[key]])

    def _deleted(self, asked: Asked, status_id: str) -> Answer:
        status = self.statuses.pop(status_id, None)
        return Answer(status) if status else Answer({"error": "Record not found"}, 404)

    def _context(self, asked: Asked, external_id: str) -> Answer:
        below = [status for status in self.statuses.values() if status["in_reply_to_id"] == external_id]
        return Answer({"ancestors": [], "descendants": below})
