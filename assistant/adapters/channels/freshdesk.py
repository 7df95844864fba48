"""Freshdesk: tickets that changed are looked up; answers are replies, notes private ones."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

from assistant.adapters.channels.help_desk import HelpDesk, Said
from assistant.adapters.channels.http import Api, passed_over
from assistant.domain.beside import Place
from assistant.domain.incoming import Attachment, Batch, Incoming, Mentioned, Post, StoredPost
from assistant.domain.vocabulary import Visibility

PAGE = 30
"""Conversations of a ticket that one call gives."""
MOST_PAGES = 10
AT_ONCE = 20
"""Tickets one call gives; each is asked for what was said in it."""
OPEN = 2
LATE = timedelta(minutes=10)
"""How much older than the last look a message may be and still count as new; the store knows those it has."""

Told = Mapping[str, Any]


class Freshdesk(HelpDesk):
    """Satisfies `Link` and `Beside`. `token` is the API key of an agent's account of our own.

    Freshdesk's own webhooks carry no signature, so tickets are asked for instead.
    """

    kind = "freshdesk"

    def __init__(self, *, server: str, token: str, place: Place, people: str = "") -> None:
        basic = base64.b64encode(f"{token}:X".encode()).decode()
        headers = {"Authorization": f"Basic {basic}"}
        super().__init__(Api("Freshdesk", server, headers=headers), place=place, people=people)

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        """Customers' messages of tickets changed since the last look; a message told before changes nothing."""
        if not cursor:
            newest = self._changed(None, "desc", 1)
            return Batch(cursor=json.dumps({"at": newest[0]["updated_at"] if newest else "2000-01-01T00:00:00Z"}))
        since = json.loads(cursor)["at"]
        tickets = self._changed_since(since)
        events: list[Incoming] = []
        for ticket in tickets:
            with passed_over("Freshdesk"):
                events += [Mentioned(post=post) for post in self._posts(ticket, since)]
        return Batch(events=tuple(events), cursor=json.dumps({"at": tickets[-1]["updated_at"] if tickets else since}))

    def _changed_since(self, since: str) -> Sequence[Told]:
        """The next tickets. Many may change in one second: pages are turned until one reaches beyond it."""
        tickets: list[Told] = []
        for page in range(1, MOST_PAGES + 1):
            more = self._changed(since, "asc", AT_ONCE, page)
            tickets += more
            if len(more) < AT_ONCE or more[-1]["updated_at"] != since:
                break
        return tickets

    def _changed(self, since: str | None, order: str, count: int, page: int = 1) -> Sequence[Told]:
        asked = {"order_by": "updated_at", "order_type": order, "per_page": count, "include": "description,requester"}
        asked["page"] = page
        found: Sequence[Told] = self._api.call(
            "GET", "/api/v2/tickets", params={**asked, **({"updated_since": since} if since else {})}
        )
        return found

    def _posts(self, ticket: Told, since: str) -> Iterator[Post]:
        earliest = datetime.fromisoformat(since) - LATE
        if datetime.fromisoformat(ticket["created_at"]) >= earliest:
            yield self._post(ticket, "0", ticket.get("description_text") or "", ticket)
        for one in self._conversations(str(ticket["id"])):
            late = datetime.fromisoformat(one["created_at"]) < earliest
            if one["incoming"] and not one["private"] and not late:
                yield self._post(ticket, str(one["id"]), one.get("body_text") or "", one)

    def _post(self, ticket: Told, message: str, text: str, told: Told) -> Post:
        requester = ticket.get("requester") or {}
        return Post(
            external_id=f"{ticket['id']}/{message}",
            text=text,
            author_id=str(ticket["requester_id"]),
            handle=f"{requester.get('email') or ticket['requester_id']}#{ticket['id']}",
            name=requester.get("name") or "",
            root_id=str(ticket["id"]),
            visibility=Visibility.PRIVATE,
            created_at=datetime.fromisoformat(told["created_at"]),
            attachments=tuple(
                Attachment(kind="file", description=one.get("name") or "") for one in told.get("attachments") or ()
            ),
            address=self._owner(ticket.get("responder_id"), ticket.get("group_id")),
        )

    def _who_am_i(self) -> str:
        return str(self._api.get("/api/v2/agents/me")["id"])

    def _people_have(self, ticket: str) -> bool:
        now = self._api.get(f"/api/v2/tickets/{ticket}")
        return self._is_taken(now.get("responder_id"), now.get("group_id"))

    def _say(self, ticket: str, text: str, to: StoredPost, *, private: bool) -> str:
        """Bodies are HTML there; ours is shown as it was written."""
        body = {"body": escape(text).replace("\n", "<br>")}
        where = "notes" if private else "reply"
        told = self._api.call(
            "POST", f"/api/v2/tickets/{ticket}/{where}", json={**body, **({"private": True} if private else {})}
        )
        return str(told["id"])

    def _said(self, ticket: str) -> Sequence[Said]:
        return [
            Said(str(one["id"]), one.get("body_text") or "", bool(one["private"]))
            for one in self._conversations(ticket)
        ]

    def _conversations(self, ticket: str) -> Sequence[Told]:
        found: list[Told] = []
        for page in range(1, MOST_PAGES + 1):
            more = self._api.get(f"/api/v2/tickets/{ticket}/conversations", page=page, per_page=PAGE)
            found += more
            if len(more) < PAGE:
                break
        return found

    def _give_to_people(self, ticket: str) -> None:
        to: dict[str, object] = {"status": OPEN, "responder_id": None}
        if self._people:
            to["group_id"] = int(self._people)
        self._api.call("PUT", f"/api/v2/tickets/{ticket}", json=to)
