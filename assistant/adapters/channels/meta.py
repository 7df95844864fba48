"""Meta's networks over one Graph API: comments on Facebook and Instagram, Messenger, WhatsApp Cloud."""

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

import httpx
import structlog

from assistant.adapters.channels import meta_whatsapp, signatures
from assistant.adapters.channels.http import Api, readable
from assistant.adapters.channels.meta_scopes import scopes_probe
from assistant.adapters.channels.watched import version_of
from assistant.domain.conversation import Reply
from assistant.domain.incoming import (
    LATE_ANSWER,
    PRIVATE_REPLY,
    Attachment,
    Batch,
    Deleted,
    Edited,
    Incoming,
    Mentioned,
    OwnReplySeen,
    Post,
    Probe,
    StoredPost,
)
from assistant.domain.vocabulary import Visibility
from assistant.errors import ChannelMute, ChannelRefuses, ChannelUnavailable, PayloadInvalid

Kind = Literal["facebook", "instagram", "messenger", "whatsapp"]
VERSION = "v23.0"
"""Of the Graph API; `connect.settings.version` sets another."""
_EXPIRED = frozenset({102, 190, 200, 10})
_PATIENCE = frozenset({4, 17, 32, 613, 80001, 80002, 80006, 80007, 130429, 131048, 131056})
_NO_SUCH, _NOT_THERE = 803, 33
"""Code and subcode of what doesn't stand there, or not for us."""
_TOO_LATE = 2018278
"""Subcode of a message after the window: its code is that of a missing right, which the token has; from memory."""

SUBSCRIBED = {"facebook": "feed", "instagram": "comments", "messenger": "messages", "whatsapp": "messages"}
"""The field of the webhook each kind comes in by."""
SCOPES = {
    "facebook": (
        "pages_read_engagement",
        "pages_read_user_content",
        "pages_manage_engagement",
        "pages_manage_metadata",
    ),
    "instagram": ("instagram_basic", "instagram_manage_comments", "pages_manage_metadata"),
    "messenger": ("pages_messaging", "pages_manage_metadata"),
    "whatsapp": ("whatsapp_business_messaging", "whatsapp_business_management"),
}
"""The rights each kind's token needs; from memory of Meta's permission reference."""
WINDOW = timedelta(hours=24)
"""After the customer's last message: then a person may use the tag (Messenger) or a template (WhatsApp) only."""
TEMPLATE_LIMIT = 1024
"""Of a template's body with its words put in; from memory."""

Told = Mapping[str, Any]

log = structlog.get_logger()


class Template(NamedTuple):
    """An approved WhatsApp template whose body has one place, which takes the answer.

    `business_account` is the account that owns it; without it `check` can't ask whether it is approved.
    """

    name: str
    language: str
    business_account: str = ""


class Meta:
    """Satisfies `Link` and `Hook`. `account` is the Page, Instagram account or phone number id; `token` acts for it.

    Meta calls us and repeats a call for hours where we don't answer; there is nothing to poll.
    """

    def __init__(
        self,
        kind: Kind,
        *,
        account: str,
        token: str,
        app_secret: str,
        verify_token: str,
        clock: Callable[[], datetime],
        private_replies: bool = False,
        template: Template | None = None,
        version: str = VERSION,
        server: str = "https://graph.facebook.com",
    ) -> None:
        self.kind: str = kind
        self._account = account
        self._app_secret = app_secret
        self._verify_token = verify_token
        self._clock = clock
        self._private_replies = private_replies and kind in {"facebook", "instagram"}
        self._template = template if kind == "whatsapp" else None
        self._token = token
        headers = {"Authorization": f"Bearer {token}"}
        self._api = Api(kind.capitalize(), f"{server}/{version}", headers=headers, status_of=status_of)

    def challenge(self, query: Mapping[str, str]) -> str | None:
        return proves_token(query, self._verify_token)

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        return signatures.hub_sha256(self._app_secret, headers, body)

    def person_in(self, body: bytes) -> str:
        """Satisfies `Forgetting`."""
        return signatures.signed_request(self._app_secret, body)

    def parse(self, body: bytes) -> Sequence[Incoming]:
        """One odd change keeps none of the others from being heard; a delivery of nothing else is refused."""
        no_webhook = PayloadInvalid("the delivery is no Graph API webhook")
        try:
            entries = list(json.loads(body)["entry"])
        except (ValueError, KeyError, TypeError):
            raise no_webhook from None
        listed = readable(self._api.what, entries, self._changes)
        changes = [change for some in listed for change in some]
        found = readable(self._api.what, changes, self._told)
        if not found and (len(listed) < len(entries) or changes):
            raise no_webhook
        return tuple(self._addressed(event) for some in found for event in some)

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        return Batch(cursor=cursor)

    def send(self, reply: Reply, to: StoredPost) -> str:
        if self.kind == "whatsapp":
            answer = self._api.call("POST", f"/{self._account}/messages", json=self._whatsapp_message(reply, to))
            return str(answer["messages"][0]["id"])
        answer = self._api.call("POST", f"/{self._account}/messages", json=self._messenger_message(reply, to))
        return str(answer["message_id"])

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        raise ChannelMute(f"{self.kind} doesn't tell what was sent; look into the conversation")

    def check(self) -> Sequence[Probe]:
        try:
            self._api.get(f"/{self._account}", fields="id")
        except ChannelUnavailable as problem:
            return (Probe(what="token", ok=False, detail=str(problem)),)
        return (
            Probe(what="token", ok=True, detail=f"acts for {self._account}"),
            scopes_probe(self._api, self._token, SCOPES[self.kind]),
            self._webhook_probe(),
            Probe(what="bot label", ok=None, detail="Meta has none: the disclosure stands in the answer"),
            *self._template_probe(),
        )

    def close(self) -> None:
        self._api.close()

    def _webhook_probe(self) -> Probe:
        """Whether an app is subscribed to what this kind comes in by; WhatsApp tells it of the business account."""
        field = SUBSCRIBED[self.kind]
        where = self._account
        if self.kind == "whatsapp":
            where = self._template.business_account if self._template else ""
        if not where:
            return Probe(what="webhook", ok=None, detail=f"see in the app's dashboard that {field} is subscribed")
        try:
            apps = self._api.get(f"/{where}/subscribed_apps")["data"]
        except ChannelUnavailable as problem:
            return Probe(what="webhook", ok=None, detail=f"can't be told: {problem}")
        fields = [str(one) for app in apps for one in app.get("subscribed_fields", (field,))]
        there = field in fields
        return Probe(
            what="webhook", ok=there, detail=f"{field}: subscribed" if there else f"subscribe the app to {field}"
        )

    def _template_probe(self) -> Sequence[Probe]:
        """Whether late answers have a way to the customer."""
        wanted = self._template
        if wanted is None:
            return ()
        if not wanted.business_account:
            return (
                Probe(what="template", ok=None, detail="name connect.settings.business_account to have it checked"),
            )
        path = f"/{wanted.business_account}/message_templates"
        try:
            found = self._api.get(path, name=wanted.name, fields="name,language,status")["data"]
        except ChannelUnavailable as problem:
            return (Probe(what="template", ok=False, detail=str(problem)),)
        states = [one["status"] for one in found if (one["name"], one["language"]) == (wanted.name, wanted.language)]
        state = states[0] if states else f"not there in {wanted.language}"
        return (Probe(what="template", ok=state == "APPROVED", detail=f"{wanted.name}: {state}"),)

    def _addressed(self, event: Incoming) -> Incoming:
        """What answering this post takes: a private answer to a comment, or a template once the day is over."""
        if not isinstance(event, Mentioned | Edited):
            return event
        ways = {PRIVATE_REPLY: self._private_replies, LATE_ANSWER: self._template is not None}
        address = {way: "yes" for way, open_ in ways.items() if open_}
        post = event.post.model_copy(update={"address": {**event.post.address, **address}})
        return event.model_copy(update={"post": post})

    def _is_late(self, reply: Reply, to: StoredPost) -> bool:
        """Whether a person answers after the day in which anything may be said."""
        return not reply.automated and self._clock() - to.seen_at >= WINDOW

    def _whatsapp_message(self, reply: Reply, to: StoredPost) -> Mapping[str, object]:
        shared = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **meta_whatsapp.addressed(to.author_id),
        }
        if self._template is not None and self._is_late(reply, to):
            return {**shared, "type": "template", "template": _filled(self._template, reply.text)}
        context = {"context": {"message_id": to.external_id}}
        return {**shared, **context, "type": "text", "text": {"body": reply.text}}

    def _messenger_message(self, reply: Reply, to: StoredPost) -> Mapping[str, object]:
        """A person's answer after a day carries the tag that allows it for a week."""
        late = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        kind = late if self._is_late(reply, to) else {"messaging_type": "RESPONSE"}
        return {"recipient": {"id": to.author_id}, "message": {"text": reply.text}, **kind}

    def _is_ours(self, account: object) -> bool:
        """An app has one address for all its accounts: what was written to another one isn't ours to answer."""
        ours = account is None or str(account) == self._account
        if not ours:
            log.info("delivery_for_another_account", network=self._api.what, account=str(account)[:40])
        return ours

    def _changes(self, entry: Told) -> Sequence[Told]:
        """What an entry tells, one by one; WhatsApp's stands under the business account, of several numbers."""
        if self.kind != "whatsapp" and not self._is_ours(entry.get("id")):
            return ()
        if self.kind == "messenger":
            return list(entry.get("messaging", ()))
        flat = [entry] if "field" in entry else []  # Instagram's own login leaves the list out
        return list(entry.get("changes", flat))

    def _told(self, change: Told) -> Sequence[Incoming]:
        if self.kind == "messenger":
            return _messenger(change)
        value, field = change["value"], change["field"]
        if field != SUBSCRIBED[self.kind]:
            return ()
        if self.kind == "facebook":
            return [_page_comment(value, self._account)] if value.get("item") == "comment" else []
        if self.kind == "instagram":
            return [_instagram_comment(value, self._account)]
        ours = self._is_ours(value.get("metadata", {}).get("phone_number_id"))
        return meta_whatsapp.told(value, self._api.what) if ours else ()


def proves_token(query: Mapping[str, str], verify_token: str) -> str | None:
    """The challenge to answer with where Meta knows our word for this address."""
    given = query.get("hub.verify_token", "").encode()
    ours = query.get("hub.mode") == "subscribe" and hmac.compare_digest(given, verify_token.encode())
    return query.get("hub.challenge") if ours else None


def _page_comment(value: Told, account: str) -> Incoming:
    if value["verb"] in {"remove", "hide"}:
        return Deleted(external_id=value["comment_id"])
    author = value.get("from") or {}  # Meta leaves out who wrote where the app may not know
    parent = value.get("parent_id")
    post = Post(
        external_id=value["comment_id"],
        text=value.get("message", ""),
        author_id=author.get("id", ""),
        handle=author.get("id", ""),
        name=author.get("name", ""),
        ours=author.get("id") == account,
        parent_id=parent if parent != value.get("post_id") else None,
        root_id=value.get("post_id"),
        permalink=value.get("permalink_url", ""),
        created_at=datetime.fromtimestamp(value["created_time"], UTC),
        attachments=(Attachment(kind="image"),) if value.get("photo") else (),
    )
    if post.ours and post.parent_id:
        return OwnReplySeen(external_id=post.external_id, in_reply_to=post.parent_id)
    if value["verb"] in {"edited", "edit"}:
        words = version_of(post.text, value.get("photo", ""))
        return Edited(post=post.model_copy(update={"version": words}))  # `created_time` stays the comment's own
    return Mentioned(post=post)


def _instagram_comment(value: Told, account: str) -> Incoming:
    author, parent = value["from"], value.get("parent_id")
    if author["id"] == account and parent:
        return OwnReplySeen(external_id=value["id"], in_reply_to=parent)
    return Mentioned(
        post=Post(
            external_id=value["id"],
            text=value.get("text", ""),
            author_id=author["id"],
            handle=author.get("username", author["id"]),
            ours=author["id"] == account,
            parent_id=parent,
            root_id=value.get("media", {}).get("id"),
        )
    )


def _messenger(one: Told) -> Sequence[Incoming]:
    """A message, a changed one, or what stands on a button that was tapped."""
    if "message_edit" in one:
        change = one["message_edit"]
        words = {"text": change["text"], "version": str(change.get("num_edit") or version_of(change["text"]))}
        return [Edited(post=_message(one, change["mid"]).model_copy(update=words))]
    if "postback" in one:
        tapped = one["postback"]
        made_up = version_of(one["sender"]["id"], one["timestamp"])  # older versions name no id
        post = _message(one, tapped.get("mid") or f"postback_{made_up}")
        return [Mentioned(post=post.model_copy(update={"text": tapped.get("title", "")}))]
    if "message" not in one:
        return ()
    message = one["message"]
    parent = message.get("reply_to", {}).get("mid")
    if message.get("is_echo"):
        return [OwnReplySeen(external_id=message["mid"], in_reply_to=parent or "")]
    files = tuple(meta_whatsapp.attachment(item.get("type", ""), "") for item in message.get("attachments", ()))
    said = {"text": message.get("text", ""), "parent_id": parent, "attachments": files}
    return [Mentioned(post=_message(one, message["mid"]).model_copy(update=said))]


def _message(one: Told, external_id: str) -> Post:
    """Of Messenger, without its words."""
    author = one["sender"]["id"]
    return Post(
        external_id=external_id,
        author_id=author,
        handle=author,
        visibility=Visibility.PRIVATE,
        created_at=datetime.fromtimestamp(one["timestamp"] / 1000, UTC),
    )


def _filled(template: Template, text: str) -> Mapping[str, object]:
    """WhatsApp takes no line breaks and no long gaps in a template's place. Raises `ChannelRefuses`."""
    words = " ".join(text.split())
    if len(words) > TEMPLATE_LIMIT:
        raise ChannelRefuses(
            f"after a day an answer must fit the template's place of {TEMPLATE_LIMIT} characters: shorten it"
        )
    body = {"type": "body", "parameters": [{"type": "text", "text": words}]}
    return {"name": template.name, "language": {"code": template.language}, "components": [body]}


def status_of(answer: httpx.Response) -> int:
    """The Graph API says 400 for most things; the code in the body tells what it is."""
    if answer.status_code < 400:
        return answer.status_code
    try:
        error = answer.json()["error"]
        code = error["code"]
    except (ValueError, KeyError, TypeError):
        return answer.status_code
    if code in _EXPIRED and error.get("error_subcode") != _TOO_LATE:
        return 401
    if code == _NO_SUCH or error.get("error_subcode") == _NOT_THERE:
        return 404
    return 429 if code in _PATIENCE else answer.status_code
