"""Stand-ins for help desks: tickets with public and private messages, an owner, and signed calls.

Checked 2026-11-22. Chatwoot: its OpenAPI files (messages with `private`, toggle_status), message.rb, and receivers of
its signature in several public repositories. Zendesk: developer.zendesk.com (signature over timestamp and body, the
properties of a ticket event's `detail`, comments made by updating a ticket: `body` is Markdown, `html_body` isn't).
Zammad: its documentation's sample
delivery and articles, and user_agent.rb for `X-Hub-Signature: sha1=`. Freshdesk: public clients of its API v2 (basic
key with `X`, `updated_since`, notes with `private`). From memory: what else answers hold, Zendesk's `event.comment`
and `audit.events`, Freshdesk's `agents/me`.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from html import unescape
from typing import Any

from assistant.adapters.channels.chatwoot import Chatwoot
from assistant.adapters.channels.freshdesk import Freshdesk
from assistant.adapters.channels.help_desk import HelpDesk
from assistant.adapters.channels.zammad import Zammad
from assistant.adapters.channels.zendesk import Zendesk
from assistant.compose import utc_now
from assistant.domain.beside import Place
from tests.rigs.http_server import Answer, Asked, Handler, HttpServer, ServedRig
from tests.rigs.rig import Delivery

ME, AGENT, PEOPLE, ANN = 7, 8, 70, 9
SECRET = "shared"
TICKET = 81


class HelpDeskRig(ServedRig):
    """One ticket of one customer. `owner` and `group` say who has it, as the desk's people see it."""

    can = ServedRig.can | {"find"}
    link: HelpDesk

    def __init__(self, routes: dict[str, Handler]) -> None:
        self.server = HttpServer(routes)
        self.said: list[dict[str, Any]] = []
        self.owner: int | None = None
        self.group = 60
        self.changed = utc_now().isoformat().replace("+00:00", "Z")
        self._waiting: list[Delivery] = []

    def say(self, text: str, *, parent: str | None = None) -> str:
        raise NotImplementedError

    def answers(self, external_id: str) -> Sequence[str]:
        return [one["text"] for one in self._after(external_id) if not one["private"]]

    def notes(self) -> list[str]:
        return [one["text"] for one in self.said if one["private"]]

    def deliveries(self) -> Sequence[Delivery]:
        waiting, self._waiting = self._waiting, []
        return waiting

    def person_takes_over(self) -> None:
        self.owner = AGENT

    def belongs_to_people(self) -> bool:
        return self.owner == AGENT or self.group == PEOPLE

    def _add(self, text: object, *, by: int, private: bool = False) -> dict[str, Any]:
        at = utc_now().isoformat().replace("+00:00", "Z")
        one = {"id": 100 + len(self.said), "text": text, "by": by, "private": private, "at": at}
        self.said.append(one)
        self.changed = at
        return one

    def _after(self, external_id: str) -> list[dict[str, Any]]:
        number = int(external_id.partition("/")[2])
        return [one for one in self.said if one["id"] > number and one["by"] == ME]


class ChatwootRig(HelpDeskRig):
    can = HelpDeskRig.can | {"edit"}

    def __init__(self, place: Place = Place.TIER_ONE) -> None:
        base = "/api/v1/accounts/1/conversations/81"
        super().__init__(
            {
                "GET /api/v1/profile": lambda asked: Answer({"id": ME}),
                f"GET {base}": lambda asked: Answer(self._conversation()),
                f"GET {base}/messages": lambda asked: Answer({"payload": [self._shown(one) for one in self.said]}),
                f"POST {base}/messages": self._posted,
                f"POST {base}/toggle_status": self._toggled,
            }
        )
        self.status = "open" if place is Place.DESK else "pending"
        self.link = Chatwoot(server=self.server.url, account="1", token="t", secret=SECRET, place=place)

    def say(self, text: str, *, parent: str | None = None) -> str:
        one = self._add(text, by=ANN)
        self._tell("message_created", one)
        return f"{TICKET}/{one['id']}"

    def change(self, external_id: str, text: str) -> None:
        one = next(one for one in self.said if external_id == f"{TICKET}/{one['id']}")
        one["text"] = text
        self._tell("message_updated", one)

    def person_takes_over(self) -> None:
        self.status, self.owner = "open", AGENT

    def belongs_to_people(self) -> bool:
        return self.status != "pending"

    def _conversation(self) -> dict[str, Any]:
        assignee = {"id": self.owner, "name": "Emma"} if self.owner else None
        return {"id": TICKET, "status": self.status, "inbox_id": 1, "meta": {"assignee": assignee}}

    def _tell(self, event: str, one: dict[str, Any]) -> None:
        sender = {"id": ANN, "name": "Ann", "email": "ann@example.test", "type": "contact"}
        told = {"event": event, **self._shown(one), "sender": sender, "conversation": self._conversation()}
        told |= {"account": {"id": 1}, "message_type": "incoming", "content_attributes": {}}
        body, stamp = json.dumps(told).encode(), str(int(utc_now().timestamp()))
        digest = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"x-chatwoot-signature": f"sha256={digest}", "x-chatwoot-timestamp": stamp}
        self._waiting.append(Delivery({**headers, "x-chatwoot-delivery": digest[:12]}, body))

    def _shown(self, one: dict[str, Any]) -> dict[str, Any]:
        return {"id": one["id"], "content": one["text"], "private": one["private"], "created_at": one["at"]}

    def _posted(self, asked: Asked) -> Answer:
        form = asked.form
        assert form["message_type"] == "outgoing"
        return Answer(self._shown(self._add(form["content"], by=ME, private=bool(form["private"]))))

    def _toggled(self, asked: Asked) -> Answer:
        self.status = str(asked.form["status"])
        return Answer({"payload": {"success": True, "current_status": self.status, "conversation_id": TICKET}})


class ZendeskRig(HelpDeskRig):
    def __init__(self, place: Place = Place.TIER_ONE) -> None:
        super().__init__(
            {
                "GET /api/v2/users/me.json": lambda asked: Answer({"user": {"id": ME, "role": "agent"}}),
                "GET /api/v2/tickets/81.json": lambda asked: Answer({"ticket": self._ticket()}),
                "GET /api/v2/tickets/81/comments.json": self._comments,
                "PUT /api/v2/tickets/81.json": self._updated,
            }
        )
        self.link = Zendesk(
            server=self.server.url, email="a@example.test", token="t", secret=SECRET, place=place, people=str(PEOPLE)
        )

    def say(self, text: str, *, parent: str | None = None) -> str:
        one = self._add(text, by=ANN)
        author = {"id": str(ANN), "is_staff": False, "name": "Ann"}
        comment = {"id": str(one["id"]), "body": text, "is_public": True, "author": author}
        told = {
            "type": "zen:event-type:ticket.comment_added",
            "time": one["at"],
            "detail": {name: str(value or "") for name, value in self._ticket().items()},
            "event": {"comment": comment, "meta": {"sequence": {"id": "1", "position": 1}}},
        }
        body, stamp = json.dumps(told).encode(), utc_now().strftime("%Y-%m-%dT%H:%M:%SZ")
        digest = base64.b64encode(hmac.new(SECRET.encode(), stamp.encode() + body, hashlib.sha256).digest()).decode()
        names = ("x-zendesk-webhook-signature", "x-zendesk-webhook-signature-timestamp")
        self._waiting.append(Delivery(dict(zip(names, (digest, stamp), strict=True)), body))
        return f"{TICKET}/{one['id']}"

    def _ticket(self) -> dict[str, Any]:
        return {"id": TICKET, "assignee_id": self.owner, "group_id": self.group, "updated_at": self.changed}

    def _comments(self, asked: Asked) -> Answer:
        rows = [{"id": one["id"], "plain_body": one["text"], "public": not one["private"]} for one in self.said]
        return Answer({"comments": rows[::-1] if asked.query["sort_order"] == "desc" else rows})

    def _updated(self, asked: Asked) -> Answer:
        given: Any = asked.form["ticket"]
        if given.get("safe_update") and given["updated_stamp"] != self.changed:
            return Answer({"error": "UpdateConflict"}, 409)
        self.owner, self.group = given.get("assignee_id", self.owner), given.get("group_id", self.group)
        events = []
        if "comment" in given:
            said = unescape(given["comment"]["html_body"].replace("<br>", "\n"))
            one = self._add(said, by=ME, private=not given["comment"]["public"])
            events = [{"id": 1, "type": "Change"}, {"id": one["id"], "type": "Comment"}]
        return Answer({"ticket": self._ticket(), "audit": {"events": events}})


class ZammadRig(HelpDeskRig):
    def __init__(self, place: Place = Place.TIER_ONE) -> None:
        super().__init__(
            {
                "GET /api/v1/users/me": lambda asked: Answer({"id": ME}),
                "GET /api/v1/tickets/81": lambda asked: Answer(self._ticket()),
                "PUT /api/v1/tickets/81": self._updated,
                "GET /api/v1/ticket_articles/by_ticket/81": lambda asked: Answer([self._shown(o) for o in self.said]),
                "POST /api/v1/ticket_articles": self._posted,
            }
        )
        self.link = Zammad(server=self.server.url, token="t", secret=SECRET, place=place, people=str(PEOPLE))

    def say(self, text: str, *, parent: str | None = None) -> str:
        one = self._add(f"<p>{text}</p>", by=ANN)
        article = {**self._shown(one), "sender": "Customer", "type": "email", "from": "Ann <ann@example.test>"}
        article |= {"content_type": "text/html", "created_at": one["at"]}
        body = json.dumps({"ticket": self._ticket(), "article": article}).encode()
        digest = hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
        headers = {"x-hub-signature": f"sha1={digest}", "x-zammad-delivery": digest[:12]}
        self._waiting.append(Delivery(headers, body))
        return f"{TICKET}/{one['id']}"

    def _ticket(self) -> dict[str, Any]:
        customer = {"firstname": "Ann", "lastname": "Lee", "email": "ann@example.test"}
        owned = {"owner_id": self.owner or 1, "group_id": self.group}
        return {"id": TICKET, "title": "Bags", "customer_id": ANN, "customer": customer, **owned}

    def _shown(self, one: dict[str, Any]) -> dict[str, Any]:
        return {"id": one["id"], "body": one["text"], "internal": one["private"], "content_type": "text/plain"}

    def _posted(self, asked: Asked) -> Answer:
        form = asked.form
        assert form["internal"] or (form["type"], form["to"]) == ("email", "Ann <ann@example.test>")
        return Answer(self._shown(self._add(form["body"], by=ME, private=bool(form["internal"]))), 201)

    def _updated(self, asked: Asked) -> Answer:
        given: Any = asked.form
        self.owner, self.group = None if given["owner_id"] == 1 else given["owner_id"], given["group_id"]
        return Answer(self._ticket())


class FreshdeskRig(HelpDeskRig):
    def __init__(self, place: Place = Place.TIER_ONE) -> None:
        super().__init__(
            {
                "GET /api/v2/agents/me": lambda asked: Answer({"id": ME}),
                "GET /api/v2/tickets": self._tickets,
                "GET /api/v2/tickets/81": lambda asked: Answer(self._ticket()),
                "PUT /api/v2/tickets/81": self._updated,
                "GET /api/v2/tickets/81/conversations": self._conversations,
                "POST /api/v2/tickets/81/(notes|reply)": self._posted,
            }
        )
        self.created = utc_now().replace(year=2020).isoformat()
        self.link = Freshdesk(server=self.server.url, token="t", place=place, people=str(PEOPLE))

    def say(self, text: str, *, parent: str | None = None) -> str:
        return f"{TICKET}/{self._add(text, by=ANN)['id']}"

    def _ticket(self) -> dict[str, Any]:
        times = {"created_at": self.created, "updated_at": self.changed}
        owned = {"responder_id": self.owner, "group_id": self.group, "requester_id": ANN}
        return {"id": TICKET, **owned, **times, "requester": {"name": "Ann", "email": "ann@example.test"}}

    def _tickets(self, asked: Asked) -> Answer:
        since = asked.query.get("updated_since", "")
        return Answer([self._ticket()] if self.changed >= since else [])

    def _conversations(self, asked: Asked) -> Answer:
        start = (int(asked.query["page"]) - 1) * 30
        return Answer([self._shown(one) for one in self.said[start : start + 30]])

    def _shown(self, one: dict[str, Any]) -> dict[str, Any]:
        told = {"id": one["id"], "body_text": one["text"], "private": one["private"], "created_at": one["at"]}
        return {**told, "incoming": one["by"] == ANN}

    def _posted(self, asked: Asked, where: str) -> Answer:
        form = asked.form
        assert bool(form.get("private")) == (where == "notes")
        return Answer(self._shown(self._add(form["body"], by=ME, private=where == "notes")), 201)

    def _updated(self, asked: Asked) -> Answer:
        given: Any = asked.form
        self.owner, self.group = given["responder_id"], given["group_id"]
        return Answer(self._ticket())
