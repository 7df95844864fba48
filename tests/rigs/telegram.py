"""A stand-in for Telegram's Bot API: updates by long polling, quoted answers.

Checked 2026-11-22 against aiogram's documentation, which is made from core.telegram.org/bots/api: `parameters.
retry_after` in the body of a 429. From memory: updates, `reply_parameters`, the secret token's header, error texts.
"""

from collections.abc import Sequence
from typing import Any

from assistant.adapters.channels.telegram import Telegram
from assistant.compose import utc_now
from tests.rigs.http_server import Answer, Asked, HttpServer, ServedRig
from tests.rigs.rig import Delivery

BOT = {"id": 1, "is_bot": True, "first_name": "Skylark", "username": "skylark_bot"}
ANN = {"id": 2, "is_bot": False, "first_name": "Ann", "username": "ann"}
CHAT = {"id": 2, "type": "private"}


class TelegramRig(ServedRig):
    can = ServedRig.can | {"edit", "see_parent"}

    def __init__(self) -> None:
        self.server = HttpServer({r"POST /botT:oken/(\w+)": self._method})
        self.link = Telegram(token="T:oken", server=self.server.url)
        self._messages: dict[int, dict[str, Any]] = {}
        self._updates: list[dict[str, Any]] = []

    def busy(self) -> None:
        said = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 60"}
        self.server.refusal = Answer({**said, "parameters": {"retry_after": 60}}, 429)

    def expire(self) -> None:
        self.server.refusal = Answer({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)

    def say(self, text: str, *, parent: str | None = None) -> str:
        message = self._add(ANN, text, int(parent.split("/")[1]) if parent else None)
        self._tell("message", message)
        return f"2/{message['message_id']}"

    def change(self, external_id: str, text: str) -> None:
        message = self._messages[int(external_id.split("/")[1])]
        message |= {"text": text, "edit_date": int(utc_now().timestamp())}
        self._tell("edited_message", message)

    def answers(self, external_id: str) -> Sequence[str]:
        quoted = int(external_id.split("/")[1])
        ours = [message for message in self._messages.values() if message["from"] is BOT]
        return [one["text"] for one in ours if one["reply_to_message"]["message_id"] == quoted]

    def deliveries(self) -> Sequence[Delivery]:
        return ()

    def _add(self, author: object, text: object, quoted: int | None) -> dict[str, Any]:
        number = max(self._messages, default=0) + 1
        at = int(utc_now().timestamp())
        message = {"message_id": number, "from": author, "chat": CHAT, "date": at, "text": text}
        if quoted is not None:
            message["reply_to_message"] = self._messages[quoted]
        self._messages[number] = message
        return message

    def _tell(self, kind: str, message: dict[str, Any]) -> None:
        self._updates.append({"update_id": 500 + len(self._updates), kind: dict(message)})

    def tell(self, message: dict[str, Any]) -> None:
        """A message of any shape."""
        self._tell("message", message)

    def _method(self, asked: Asked, name: str) -> Answer:
        given: Any = asked.form
        match name:
            case "getMe":
                return Answer({"ok": True, "result": BOT})
            case "getWebhookInfo":
                return Answer({"ok": True, "result": {"url": ""}})
            case "getUpdates":
                after = given.get("offset", 0)
                return Answer({"ok": True, "result": [one for one in self._updates if one["update_id"] >= after]})
            case "sendMessage":
                quoted = given["reply_parameters"]["message_id"]
                return Answer({"ok": True, "result": self._add(BOT, given["text"], quoted)})
            case "deleteMessages":
                for number in given["message_ids"]:
                    self._messages.pop(number, None)
                return Answer({"ok": True, "result": True})
            case _:
                return Answer({"ok": False, "error_code": 404}, 404)
