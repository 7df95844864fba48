"""Zammad: called by a trigger for every article; answers are public articles, notes internal ones."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import unescape
from typing import Any

from assistant.adapters.channels import signatures
from assistant.adapters.channels.help_desk import HelpDesk, Said
from assistant.adapters.channels.http import Api
from assistant.domain.beside import Place
from assistant.domain.incoming import Attachment, Incoming, Mentioned, Post, StoredPost
from assistant.domain.vocabulary import Visibility
from assistant.errors import PayloadInvalid

NOBODY = 1
"""The user who has tickets that nobody has."""
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li)>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]+>")

Told = Mapping[str, Any]


class Zammad(HelpDesk):
    """Satisfies `Link`, `Hook` and `Beside`. `token` is that of an agent's account of our own."""

    kind = "zammad"

    def __init__(self, *, server: str, token: str, secret: str, place: Place, people: str = "") -> None:
        headers = {"Authorization": f"Token token={token}"}
        super().__init__(Api("Zammad", server, headers=headers), place=place, people=people)
        self._secret = secret

    def challenge(self, query: Mapping[str, str]) -> str | None:
        return None

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        digest = signatures.hub_sha1(self._secret, headers, body)
        return headers.get("x-zammad-delivery") or digest

    def parse(self, body: bytes) -> Sequence[Incoming]:
        """Customers' articles that aren't internal."""
        try:
            told = json.loads(body)
            article, ticket = told["article"], told["ticket"]
            if article["sender"] != "Customer" or article["internal"]:
                return ()
            return (Mentioned(post=self._post(article, ticket)),)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PayloadInvalid("the delivery is no Zammad article") from None

    def _post(self, article: Told, ticket: Told) -> Post:
        customer = ticket.get("customer") or {}
        name = " ".join(str(customer[part]) for part in ("firstname", "lastname") if customer.get(part))
        by_mail = article.get("type") == "email"
        how = {"type": "email", "to": article["from"], "subject": ticket.get("title") or ""} if by_mail else {}
        return Post(
            external_id=f"{ticket['id']}/{article['id']}",
            text=_words(article),
            author_id=str(ticket["customer_id"]),
            handle=f"{customer.get('email') or ticket['customer_id']}#{ticket['id']}",
            name=name,
            root_id=str(ticket["id"]),
            visibility=Visibility.PRIVATE,
            created_at=datetime.fromisoformat(article["created_at"]),
            attachments=tuple(
                Attachment(kind="file", description=one.get("filename") or "") for one in article.get("attachments", ())
            ),
            address={**how, **self._owner(_agent(ticket), ticket.get("group_id"))},
        )

    def _who_am_i(self) -> str:
        return str(self._api.get("/api/v1/users/me")["id"])

    def _people_have(self, ticket: str) -> bool:
        now = self._api.get(f"/api/v1/tickets/{ticket}")
        return self._is_taken(_agent(now), now.get("group_id"))

    def _say(self, ticket: str, text: str, to: StoredPost, *, private: bool) -> str:
        how = {key: to.address[key] for key in ("type", "to", "subject") if key in to.address and not private}
        body = {
            "ticket_id": int(ticket),
            "type": "note",
            **how,
            "body": text,
            "content_type": "text/plain",
            "internal": private,
        }
        return str(self._api.call("POST", "/api/v1/ticket_articles", json=body)["id"])

    def _said(self, ticket: str) -> Sequence[Said]:
        articles = self._api.get(f"/api/v1/ticket_articles/by_ticket/{ticket}")
        return [Said(str(one["id"]), _words(one), bool(one["internal"])) for one in articles]

    def _give_to_people(self, ticket: str) -> None:
        to: dict[str, object] = {"owner_id": NOBODY, "state": "open"}
        if self._people:
            to["group_id"] = int(self._people)
        self._api.call("PUT", f"/api/v1/tickets/{ticket}", json=to)


def _agent(ticket: Told) -> object:
    owner = ticket.get("owner_id")
    return None if owner in {None, NOBODY} else owner


def _words(article: Told) -> str:
    body = str(article["body"])
    if article.get("content_type") != "text/html":
        return body.strip()
    return unescape(_TAG.sub("", _BREAK.sub("\n", body))).strip()
