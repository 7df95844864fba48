"""A chat model that answers from a script: for drills and tests, no network and no surprise."""

import copy
import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pydantic import ValidationError

from assistant.errors import AssistantError, ModelOutputInvalid, ModelUnavailable
from assistant.ports import ChatModel, Filled
from assistant.ports.drafting import Show


class Asked(NamedTuple):
    """What the model was given."""

    system: str
    user: str


class ScriptedChat:
    """A `ChatModel` that gives out `answers` in order: fields or JSON text for the schema, or an error to raise.

    After the last one it is unavailable. `asked` keeps every prompt; each answer counts ten tokens in and five out.
    """

    def __init__(
        self, answers: Sequence[Mapping[str, object] | str | AssistantError], *, name: str = "scripted"
    ) -> None:
        self._answers = list(answers)
        self._name = name
        self.asked: list[Asked] = []
        self._show: Show | None = None

    @property
    def name(self) -> str:
        return self._name

    def watched(self, show: Show) -> ChatModel:
        """The same script; each answer is shown in two halves, as JSON."""
        seen = copy.copy(self)
        seen._show = show
        return seen

    async def complete(self, *, system: str, user: str, into: type[Filled]) -> tuple[Filled, Mapping[str, int]]:
        self.asked.append(Asked(system, user))
        if not self._answers:
            raise ModelUnavailable("the script has no answer left")
        answer = self._answers.pop(0)
        if isinstance(answer, AssistantError):
            raise answer
        if self._show is not None:
            raw = answer if isinstance(answer, str) else json.dumps(answer)
            self._show(raw[: len(raw) // 2])
            self._show(raw)
        try:
            filled = into.model_validate_json(answer) if isinstance(answer, str) else into.model_validate(answer)
        except ValidationError as wrong:
            raise ModelOutputInvalid(f"the scripted answer doesn't fit {into.__name__}") from wrong
        return filled, {"in": 10, "out": 5}
