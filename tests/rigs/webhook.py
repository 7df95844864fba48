"""Another system that talks to us by Standard Webhooks, signed with the specification's own library."""

import json
from collections.abc import Sequence
from uuid import uuid4

from standardwebhooks import Webhook

from assistant.adapters.channels.webhook import WebhookLink
from assistant.compose import utc_now
from tests.rigs.http_server import Answer, Asked, HttpServer, ServedRig
from tests.rigs.rig import Delivery

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class WebhookRig(ServedRig):
    """Keeps replies by their `webhook-id`, as the specification asks of receivers."""

    can = ServedRig.can | {"edit", "delete", "see_parent", "find"}

    def __init__(self) -> None:
        self.server = HttpServer({"POST /replies": self._taken, "HEAD /replies": lambda asked: Answer()})
        self.link = WebhookLink(url=f"{self.server.url}/replies", secret=SECRET)
        self._replies: dict[str, tuple[str, str]] = {}
        self._there: set[str] = set()
        self._waiting: list[Delivery] = []

    def say(self, text: str, *, parent: str | None = None) -> str:
        external_id = uuid4().hex
        self._there.add(external_id)
        author = {"id": "u1", "handle": "ann", "name": "Ann"}
        at = utc_now().isoformat()
        data = {"id": external_id, "text": text, "author": author, "parent_id": parent, "created_at": at}
        self._tell("mention.created", data)
        return external_id

    def change(self, external_id: str, text: str) -> None:
        self._tell("mention.edited", {"id": external_id, "text": text, "author": {"id": "u1", "handle": "ann"}})

    def take_back(self, external_id: str) -> None:
        self._there.discard(external_id)
        self._tell("mention.deleted", {"id": external_id})

    def answers(self, external_id: str) -> Sequence[str]:
        return [text for parent, text in self._replies.values() if parent == external_id]

    def deliveries(self) -> Sequence[Delivery]:
        waiting, self._waiting = self._waiting, []
        return waiting

    def _tell(self, kind: str, data: object) -> None:
        body = json.dumps({"type": kind, "data": data}).encode()
        message_id, at = f"msg_{uuid4().hex}", utc_now()
        signature = Webhook(SECRET).sign(message_id, at, body.decode())
        stamp = str(int(at.timestamp()))
        headers = {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signature}
        self._waiting.append(Delivery(headers, body))

    def _taken(self, asked: Asked) -> Answer:
        Webhook(SECRET).verify(asked.body, dict(asked.headers))
        data = json.loads(asked.body)["data"]
        if data["in_reply_to"] not in self._there:
            return Answer({"error": "gone"}, 410)
        self._replies[asked.headers["webhook-id"]] = (data["in_reply_to"], data["text"])
        return Answer({"id": data["id"]})
