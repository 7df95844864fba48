"""A stand-in for Meta's Graph API and its signed webhooks.

Checked 2026-11-22 against developers.facebook.com (Instagram: webhook examples and the reference of `comments`;
private replies of both networks: one, within 7 days). From memory: the Page's feed, Messenger, WhatsApp, the edges
for answers, error codes; that an edit may be called `edit` as well as `edited` is known from restfb's issue 749.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any, Literal

from assistant.adapters.channels.meta import SCOPES, Meta, Template
from assistant.adapters.channels.meta_comments import MetaComments
from assistant.compose import utc_now
from tests.rigs.http_server import Answer, Asked, HttpServer, ServedRig
from tests.rigs.rig import Delivery

ACCOUNT, ANN = "100", "200"
SECRET = "app-secret"
Kind = Literal["facebook", "instagram", "messenger", "whatsapp"]
ABILITIES = {
    "facebook": {"edit", "delete", "see_parent", "find"},
    "instagram": {"delete", "see_parent", "find"},
    "messenger": {"see_parent"},
    "whatsapp": {"see_parent"},
}


class MetaRig(ServedRig):
    def __init__(self, kind: Kind, *, private_replies: bool = False, template: Template | None = None) -> None:
        self.can = ServedRig.can | ABILITIES[kind]
        self.kind = kind
        self.template_status = "APPROVED"
        self.tells = True
        fields = ["feed", "comments", "messages"]
        self.subscriptions = Answer({"data": [{"id": "1", "name": "care", "subscribed_fields": fields}]})
        self.rights = Answer({"data": {"is_valid": True, "scopes": list(SCOPES[kind])}})
        self.server = HttpServer(
            {
                f"GET /v23.0/{ACCOUNT}": lambda asked: Answer({"id": ACCOUNT}),
                r"POST /v23.0/([^/]+)/(?:comments|replies)": self._commented,
                r"GET /v23.0/([^/]+)/(?:comments|replies)": self._comments,
                f"POST /v23.0/{ACCOUNT}/messages": self._messaged,
                "GET /v23.0/waba/message_templates": self._templates,
                r"GET /v23.0/(?:100|waba)/subscribed_apps": lambda asked: self.subscriptions,
                "GET /v23.0/debug_token": lambda asked: self.rights,
                f"GET /v23.0/{ACCOUNT}/(?:feed|media)": lambda asked: self.own_posts,
                rf"GET /v23.0/({kind}_\d+)": lambda asked, one: self._comment(one),
                rf"DELETE /v23.0/({kind}_\d+)": lambda asked, one: self._deleted(one),
            }
        )
        make = MetaComments if kind in {"facebook", "instagram"} else Meta
        self.link = make(
            kind,
            account=ACCOUNT,
            token="t",
            app_secret=SECRET,
            verify_token="v",
            clock=utc_now,
            private_replies=private_replies,
            template=template,
            server=self.server.url,
        )
        self.messages: dict[str, dict[str, Any]] = {}
        self.own_posts = Answer({"data": []})
        self.bodies: list[dict[str, Any]] = []
        self._waiting: list[Delivery] = []

    def expire(self) -> None:
        self.server.refusal = Answer({"error": {"code": 190, "type": "OAuthException"}}, 400)

    def busy(self) -> None:
        self.server.refusal = Answer({"error": {"code": 4}}, 403)

    def say(self, text: str, *, parent: str | None = None) -> str:
        external_id = self._add(ANN, text, parent)
        told = getattr(self, f"_{self.kind}")(external_id, text, parent)
        self._tell(told)
        return external_id

    def change(self, external_id: str, text: str) -> None:
        self.messages[external_id]["text"] = text
        if self.tells:
            self._tell(self._facebook(external_id, text, None, verb="edited"))

    def take_back(self, external_id: str) -> None:
        del self.messages[external_id]
        if self.kind == "facebook" and self.tells:
            self._tell(self._facebook(external_id, "", None, verb="remove"))

    def _comment(self, external_id: str) -> Answer:
        if external_id not in self.messages:
            return Answer({"error": {"code": 100, "error_subcode": 33}}, 400)
        one = self.messages[external_id]
        return Answer({"id": external_id, "from": {"id": one["author"], "name": "Ann"}, "message": one["text"]})

    def _deleted(self, external_id: str) -> Answer:
        there = self.messages.pop(external_id, None)
        return Answer({"success": True}) if there else Answer({"error": {"code": 100, "error_subcode": 33}}, 400)

    def answers(self, external_id: str) -> Sequence[str]:
        ours = [one for one in self.messages.values() if one["author"] == ACCOUNT]
        return [one["text"] for one in ours if one["parent"] == external_id]

    def deliveries(self) -> Sequence[Delivery]:
        waiting, self._waiting = self._waiting, []
        return waiting

    def _add(self, author: str, text: object, parent: object) -> str:
        external_id = f"{self.kind}_{len(self.bodies) + len(self.messages) + 1}"
        self.messages[external_id] = {"author": author, "text": text, "parent": parent}
        return external_id

    def _tell(self, entry: dict[str, Any]) -> None:
        body = json.dumps({"object": self.kind, "entry": [{"id": ACCOUNT, **entry}]}).encode()
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        self._waiting.append(Delivery({"x-hub-signature-256": f"sha256={signature}"}, body))

    def _facebook(self, external_id: str, text: str, parent: str | None, *, verb: str = "add") -> dict[str, Any]:
        value = {
            "item": "comment",
            "verb": verb,
            "comment_id": external_id,
            "post_id": "100_1",
            "parent_id": parent or "100_1",
            "from": {"id": ANN, "name": "Ann"},
            "message": text,
            "created_time": int(utc_now().timestamp()),
        }
        return {"changes": [{"field": "feed", "value": value}]}

    def _instagram(self, external_id: str, text: str, parent: str | None) -> dict[str, Any]:
        value = {"id": external_id, "text": text, "from": {"id": ANN, "username": "ann"}, "media": {"id": "9"}}
        return {"changes": [{"field": "comments", "value": {**value, **({"parent_id": parent} if parent else {})}}]}

    def _messenger(self, external_id: str, text: str, parent: str | None) -> dict[str, Any]:
        message = {"mid": external_id, "text": text, **({"reply_to": {"mid": parent}} if parent else {})}
        at = int(utc_now().timestamp() * 1000)
        told = {"sender": {"id": ANN}, "recipient": {"id": ACCOUNT}, "timestamp": at, "message": message}
        return {"messaging": [told]}

    def _whatsapp(self, external_id: str, text: str, parent: str | None) -> dict[str, Any]:
        at = str(int(utc_now().timestamp()))
        message = {"from": ANN, "id": external_id, "timestamp": at, "type": "text", "text": {"body": text}}
        value = {
            "messaging_product": "whatsapp",
            "contacts": [{"wa_id": ANN, "profile": {"name": "Ann"}}],
            "messages": [{**message, **({"context": {"id": parent}} if parent else {})}],
        }
        return {"changes": [{"field": "messages", "value": value}]}

    def _commented(self, asked: Asked, parent: str) -> Answer:
        if parent not in self.messages:
            return Answer({"error": {"code": 100, "error_subcode": 33}}, 400)
        return Answer({"id": self._add(ACCOUNT, asked.form["message"], parent)})

    def _comments(self, asked: Asked, parent: str) -> Answer:
        field = "message" if self.kind == "facebook" else "text"
        below = [(key, one) for key, one in self.messages.items() if one["parent"] == parent]
        rows = [{"id": key, "from": {"id": one["author"]}, field: one["text"]} for key, one in below]
        return Answer({"data": rows})

    def _templates(self, asked: Asked) -> Answer:
        return Answer({"data": [{"name": asked.query["name"], "language": "en", "status": self.template_status}]})

    def _messaged(self, asked: Asked) -> Answer:
        body: Any = asked.form
        self.bodies.append(body)
        if self.kind == "whatsapp":
            assert body.get("to") == ANN or "." in body["recipient"]
            if body["type"] == "template":
                (part,) = body["template"]["components"]
                return Answer({"messages": [{"id": self._add(ACCOUNT, part["parameters"][0]["text"], None)}]})
            sent_id = self._add(ACCOUNT, body["text"]["body"], body["context"]["message_id"])
            return Answer({"messages": [{"id": sent_id}]})
        if "comment_id" in body["recipient"]:
            sent_id = self._add(ACCOUNT, body["message"]["text"], body["recipient"]["comment_id"])
            return Answer({"recipient_id": ANN, "message_id": sent_id})
        theirs = [key for key, one in self.messages.items() if one["author"] == ANN]
        assert body["recipient"] == {"id": ANN}
        sent_id = self._add(ACCOUNT, body["message"]["text"], theirs[-1])
        return Answer({"recipient_id": ANN, "message_id": sent_id})
