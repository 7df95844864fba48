"""Chatwoot: an agent bot is called for every message; an agent's account writes answers, notes and hands over.

A `pending` conversation is the bot's, any other one belongs to people: Chatwoot's own rule.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from assistant.adapters.channels import signatures
from assistant.adapters.channels.help_desk import HelpDesk, Said
from assistant.adapters.channels.http import Api
from assistant.adapters.channels.watched import version_of
from assistant.domain.beside import OWNER, PEOPLE, Place
from assistant.domain.incoming import Attachment, Deleted, Edited, Incoming, Mentioned, Post, StoredPost
from assistant.domain.vocabulary import Visibility
from assistant.errors import PayloadInvalid

_MEDIA = {"image": "image", "audio": "audio", "video": "video", "file": "file", "location": "location"}

Told = Mapping[str, Any]


class Chatwoot(HelpDesk):
    """Satisfies `Link`, `Hook` and `Beside`. `account` is the number in the address of the dashboard."""

    kind = "chatwoot"

    def __init__(
        self, *, account: str, token: str, secret: str, place: Place, server: str = "https://app.chatwoot.com"
    ) -> None:
        super().__init__(Api("Chatwoot", server, headers={"api_access_token": token}), place=place)
        self._base = f"/api/v1/accounts/{account}/conversations"
        self._secret = secret

    def challenge(self, query: Mapping[str, str]) -> str | None:
        return None

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        return signatures.chatwoot(self._secret, headers, body, now=now)

    def parse(self, body: bytes) -> Sequence[Incoming]:
        """Customers' messages; our own, private ones and events that want no answer are left out."""
        try:
            told = json.loads(body)
            event, incoming = told["event"], told.get("message_type") in {"incoming", 0}
            if event not in {"message_created", "message_updated"} or not incoming or told.get("private"):
                return ()
            return (self._event(told, changed=event == "message_updated"),)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PayloadInvalid("the delivery is no Chatwoot event") from None

    @property
    def _needs_people(self) -> bool:
        return False

    def _event(self, told: Told, *, changed: bool) -> Incoming:
        conversation, sender = told["conversation"], told["sender"]
        ticket = str(conversation["id"])
        external_id = f"{ticket}/{told['id']}"
        if (told.get("content_attributes") or {}).get("deleted"):
            return Deleted(external_id=external_id)
        post = Post(
            external_id=external_id,
            text=told.get("content") or "",
            author_id=str(sender["id"]),
            handle=f"{sender.get('email') or sender['id']}#{ticket}",
            name=sender.get("name") or "",
            root_id=ticket,
            visibility=Visibility.PRIVATE,
            created_at=_time(told.get("created_at")),
            attachments=tuple(_attachment(one) for one in told.get("attachments") or ()),
            address={OWNER: PEOPLE if self._taken(conversation) else "assistant"},
        )
        if changed:
            return Edited(
                post=post.model_copy(update={"version": str(told.get("updated_at") or version_of(post.text))})
            )
        return Mentioned(post=post)

    def _who_am_i(self) -> str:
        return str(self._api.get("/api/v1/profile")["id"])

    def _people_have(self, ticket: str) -> bool:
        return self._taken(self._api.get(f"{self._base}/{ticket}"))

    def _taken(self, conversation: Told) -> bool:
        """As the desk itself only an agent there who took it has it: without a bot nothing is ever `pending`."""
        match self.place:
            case Place.DRAFT:
                return True
            case Place.TIER_ONE:
                return bool(conversation.get("status") != "pending")
            case Place.DESK:
                assignee = (conversation.get("meta") or {}).get("assignee")
                return self._is_taken(assignee["id"] if assignee else None, None)

    def _say(self, ticket: str, text: str, to: StoredPost, *, private: bool) -> str:
        body = {"content": text, "message_type": "outgoing", "private": private}
        return str(self._api.call("POST", f"{self._base}/{ticket}/messages", json=body)["id"])

    def _said(self, ticket: str) -> Sequence[Said]:
        page = self._api.get(f"{self._base}/{ticket}/messages")["payload"]
        return [Said(str(one["id"]), one.get("content") or "", bool(one.get("private"))) for one in page]

    def _give_to_people(self, ticket: str) -> None:
        self._api.call("POST", f"{self._base}/{ticket}/toggle_status", json={"status": "open"})


def _attachment(told: Told) -> Attachment:
    return Attachment.model_validate({"kind": _MEDIA.get(told.get("file_type", ""), "other")})


def _time(told: object) -> datetime | None:
    """Seconds, or a time in words; None where it is neither."""
    if isinstance(told, int | float):
        return datetime.fromtimestamp(told, UTC)
    try:
        return datetime.fromisoformat(str(told).replace(" UTC", "+00:00"))
    except ValueError:
        return None
