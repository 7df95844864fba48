"""Telegram: messages to a bot, by long polling or webhook; answers quote what they answer."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from assistant.adapters.channels import signatures
from assistant.adapters.channels.http import Api, passed_over
from assistant.adapters.channels.watched import version_of
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Attachment, Batch, Edited, Incoming, Mentioned, Post, Probe, StoredPost
from assistant.domain.vocabulary import Visibility
from assistant.errors import ChannelMute, ChannelUnavailable, PayloadInvalid, SignatureWrong

UPDATES = ["message", "edited_message"]
_MEDIA = {
    "photo": "image",
    "video": "video",
    "animation": "video",
    "voice": "audio",
    "audio": "audio",
    "document": "file",
    "location": "location",
    "sticker": "other",
    "video_note": "video",
    "contact": "other",
    "poll": "other",
    "dice": "other",
    "story": "other",
}
_ANYTHING = frozenset(_MEDIA)


class Telegram:
    """Satisfies `Link` and `Hook`. Without `secret` it polls; with one, Telegram calls and sends the secret along."""

    kind = "telegram"

    def __init__(self, *, token: str, secret: str = "", server: str = "https://api.telegram.org") -> None:
        self._api = Api("Telegram", server, status_of=_status_of)
        self._path = f"/bot{token}"
        self._secret = secret
        self._me: Mapping[str, Any] | None = None

    def challenge(self, query: Mapping[str, str]) -> str | None:
        return None

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        if not self._secret:
            raise SignatureWrong("no secret is set for this webhook")
        digest = signatures.shared_token(self._secret, headers, body, header="x-telegram-bot-api-secret-token")
        try:
            return f"update-{json.loads(body)['update_id']}"
        except (ValueError, KeyError, TypeError):
            return digest

    def parse(self, body: bytes) -> Sequence[Incoming]:
        try:
            return self._told(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PayloadInvalid("the delivery is no Telegram update") from None

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        """Updates Telegram kept, for a day at most; it forgets those before the cursor."""
        if self._secret:
            return Batch(cursor=cursor)
        asked = {"timeout": int(wait_s), "allowed_updates": UPDATES, **({"offset": int(cursor)} if cursor else {})}
        updates = self._call("getUpdates", asked, wait_s=wait_s)
        events: list[Incoming] = []
        for update in updates:
            with passed_over("Telegram"):
                events += self._told(update)
        following = str(updates[-1]["update_id"] + 1) if updates else cursor
        return Batch(events=tuple(events), cursor=following)

    def send(self, reply: Reply, to: StoredPost) -> str:
        chat, message = to.external_id.split("/")
        quoted = {"message_id": int(message), "allow_sending_without_reply": False}
        body = {"chat_id": int(chat), "text": reply.text, "reply_parameters": quoted}
        return f"{chat}/{self._call('sendMessage', body)['message_id']}"

    def delete(self, sent_id: str, to: StoredPost) -> None:
        """Satisfies `Deleting`: of several messages those that are gone are skipped. Refused after 48 hours."""
        chat, message = sent_id.split("/")
        self._call("deleteMessages", {"chat_id": int(chat), "message_ids": [int(message)]})

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        raise ChannelMute("Telegram doesn't let bots look up what they sent; look into the chat")

    def check(self) -> Sequence[Probe]:
        try:
            self._me = None
            me = self._bot()
            hook = self._call("getWebhookInfo", {})
        except ChannelUnavailable as problem:
            return (Probe(what="token", ok=False, detail=str(problem)),)
        wanted, there = bool(self._secret), bool(hook.get("url"))
        detail = f"webhook {hook.get('url')}" if there else "polling"
        missing = "call setWebhook with url and secret_token" if wanted else "call deleteWebhook: it stops the polling"
        return (
            Probe(what="token", ok=True, detail=f"signed in as @{me['username']}"),
            Probe(what="updates", ok=wanted == there, detail=detail if wanted == there else missing),
            Probe(what="bot label", ok=True, detail="Telegram shows every bot as one"),
        )

    def close(self) -> None:
        self._api.close()

    def _call(self, method: str, body: object, *, wait_s: float = 0) -> Any:  # noqa: ANN401  # JSON
        return self._api.call("POST", f"{self._path}/{method}", json=body, timeout=3.5 + wait_s)["result"]

    def _bot(self) -> Mapping[str, Any]:
        if self._me is None:
            bot: Mapping[str, Any] = self._call("getMe", {})
            self._me = bot
        return self._me

    def _told(self, update: Mapping[str, Any]) -> tuple[Incoming, ...]:
        message = update.get("message") or update.get("edited_message") or {}
        if not (_text(message) or _ANYTHING & message.keys()):
            return ()  # somebody joined, a message was pinned: nobody said anything
        if "message" in update:
            return (Mentioned(post=self._post(update["message"])),)
        if "edited_message" in update:
            post = self._post(message)
            version = f"{message['edit_date']}-{version_of(post.words())}"  # a text may change twice in a second
            return (Edited(post=post.model_copy(update={"version": version})),)
        return ()

    def _post(self, message: Mapping[str, Any]) -> Post:
        chat, author = message["chat"], message.get("from") or message["chat"]
        answered = message.get("reply_to_message")
        private = chat["type"] == "private"
        me = self._bot()
        named = f"@{me['username']}".casefold() in _text(message).casefold()
        to_us = answered is not None and answered.get("from", {}).get("id") == me["id"]
        return Post(
            external_id=f"{chat['id']}/{message['message_id']}",
            text=_text(message),
            author_id=str(author["id"]),
            handle=author.get("username") or str(author["id"]),
            name=" ".join(author[part] for part in ("first_name", "last_name") if author.get(part)),
            is_bot=bool(author.get("is_bot")),
            ours=author["id"] == me["id"],
            parent_id=f"{chat['id']}/{answered['message_id']}" if answered else None,
            visibility=Visibility.PRIVATE if private else Visibility.PUBLIC,
            summoned=private or named or to_us,
            created_at=datetime.fromtimestamp(message["date"], UTC),
            attachments=tuple(
                Attachment.model_validate({"kind": kind, "description": _file_name(message[field])})
                for field, kind in _MEDIA.items()
                if field in message
            ),
        )


def _status_of(answer: httpx.Response) -> int:
    """A wrong token is 401; 403 speaks of the chat: its customer blocked the bot, or it was removed."""
    return 422 if answer.status_code == 403 else answer.status_code


def _text(message: Mapping[str, Any]) -> str:
    return str(message.get("text") or message.get("caption") or "")


def _file_name(media: object) -> str:
    return str(media.get("file_name") or media.get("emoji") or "") if isinstance(media, Mapping) else ""
