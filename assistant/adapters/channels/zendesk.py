"""Zendesk: called when a comment is added; answers are public comments, notes private ones."""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from assistant.adapters.channels import signatures
from assistant.adapters.channels.help_desk import HelpDesk, Said
from assistant.adapters.channels.http import Api
from assistant.domain.beside import Place
from assistant.domain.incoming import Incoming, Mentioned, Post, StoredPost
from assistant.domain.vocabulary import Visibility
from assistant.errors import PayloadInvalid

COMMENT_ADDED = "zen:event-type:ticket.comment_added"


class Zendesk(HelpDesk):
    """Satisfies `Link`, `Hook` and `Beside`. `email` and `token` are those of an agent's account of our own."""

    kind = "zendesk"

    def __init__(self, *, server: str, email: str, token: str, secret: str, place: Place, people: str = "") -> None:
        basic = base64.b64encode(f"{email}/token:{token}".encode()).decode()
        super().__init__(
            Api("Zendesk", server, headers={"Authorization": f"Basic {basic}"}), place=place, people=people
        )
        self._secret = secret

    def challenge(self, query: Mapping[str, str]) -> str | None:
        return None

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        return signatures.zendesk(self._secret, headers, body, now=now)

    def parse(self, body: bytes) -> Sequence[Incoming]:
        """Public comments of people who aren't staff."""
        try:
            told = json.loads(body)
            if told["type"] != COMMENT_ADDED:
                return ()
            comment, ticket = told["event"]["comment"], told["detail"]
            if not comment["is_public"] or comment["author"]["is_staff"]:
                return ()
            return (Mentioned(post=self._post(comment, ticket, told["time"])),)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PayloadInvalid("the delivery is no Zendesk ticket event") from None

    def _post(self, comment: Mapping[str, Any], ticket: Mapping[str, Any], at: str) -> Post:
        author = comment["author"]
        return Post(
            external_id=f"{ticket['id']}/{comment['id']}",
            text=comment["body"],
            author_id=str(author["id"]),
            handle=f"{author['id']}#{ticket['id']}",
            name=author.get("name") or "",
            root_id=str(ticket["id"]),
            visibility=Visibility.PRIVATE,
            created_at=datetime.fromisoformat(at),
            address=self._owner(ticket.get("assignee_id") or None, ticket.get("group_id")),
        )

    def _who_am_i(self) -> str:
        return str(self._api.get("/api/v2/users/me.json")["user"]["id"])

    def _ticket(self, ticket: str) -> Mapping[str, Any]:
        told: Mapping[str, Any] = self._api.get(f"/api/v2/tickets/{ticket}.json")["ticket"]
        return told

    def _people_have(self, ticket: str) -> bool:
        now = self._ticket(ticket)
        return self._is_taken(now.get("assignee_id"), now.get("group_id"))

    def _say(self, ticket: str, text: str, to: StoredPost, *, private: bool) -> str:
        """A public answer is refused with 409 where the ticket changed since we looked."""
        plain = escape(text).replace("\n", "<br>")  # Zendesk takes `body` for Markdown
        body: dict[str, object] = {"comment": {"html_body": plain, "public": not private}}
        if not private:
            body |= {"safe_update": True, "updated_stamp": self._ticket(ticket)["updated_at"]}
        answer = self._api.call("PUT", f"/api/v2/tickets/{ticket}.json", json={"ticket": body})
        return next(str(event["id"]) for event in answer["audit"]["events"] if event["type"] == "Comment")

    def _said(self, ticket: str) -> Sequence[Said]:
        asked = {"sort_order": "desc", "per_page": 100}
        page = self._api.call("GET", f"/api/v2/tickets/{ticket}/comments.json", params=asked)["comments"]
        return [Said(str(one["id"]), one["plain_body"], not one["public"]) for one in reversed(page)]

    def _give_to_people(self, ticket: str) -> None:
        to: dict[str, object] = {"status": "open", "assignee_id": None}
        if self._people:
            to["group_id"] = int(self._people)
        self._api.call("PUT", f"/api/v2/tickets/{ticket}.json", json={"ticket": to})
