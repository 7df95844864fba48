"""A server that speaks /v1/chat/completions and quotes one of the passages it was shown, whatever was asked."""

import json
import re
from collections.abc import Mapping

from tests.rigs.http_server import Answer, Asked, HttpServer

_PASSAGE = re.compile(r"\[(P\d+)\]\n(.*?)(?=\n\[P\d+\]|\Z)", re.DOTALL)
_SENTENCE = re.compile(r"^\| ([A-Z][^\n|]{20,200}?\.)", re.MULTILINE)


class QuotingModel:
    """Quotes the first sentence of the first passage, or of the last one where model or prompt holds `last`."""

    def __init__(self, last: str) -> None:
        self._last = last
        self.server = HttpServer({r"POST /v1/chat/completions": self._complete})

    @property
    def url(self) -> str:
        return f"{self.server.url}/v1"

    @property
    def models(self) -> set[object]:
        """The names it was asked under."""
        return {asked.form["model"] for asked in self.server.asked}

    def close(self) -> None:
        self.server.close()

    def _complete(self, asked: Asked) -> Answer:
        form = json.loads(asked.body)
        system, user = (message["content"] for message in form["messages"])
        shown = {label: said[1] for label, text in _PASSAGE.findall(user) if (said := _SENTENCE.search(text))}
        wants_last = self._last in system or self._last in form["model"]
        message = {"role": "assistant", "content": json.dumps(_answer(shown, last=wants_last)), "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
        whole = {"id": "c1", "object": "chat.completion", "created": 0, "model": form["model"], "usage": usage}
        return Answer({**whole, "choices": [choice]})


def _answer(shown: Mapping[str, str], *, last: bool) -> dict[str, object]:
    if not shown:
        return {"answered": False, "sentences": []}
    label, said = list(shown.items())[-1 if last else 0]
    return {"answered": True, "sentences": [{"text": said, "kind": "fact", "passages": [label]}]}
