"""A chat model that answers from a script: for drills and tests, no network and no surprise."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pydantic import ValidationError

from assistant.errors import AssistantError, ModelOutputInvalid, ModelUnavailable
from assistant.ports import Filled


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

    @property
    def name(self) -> str:
        return self._name

    async def complete(self, *, system: str, user: str, into: type[Filled]) -> tuple[Filled, Mapping[str, int]]:
        self.asked.append(Asked(system, user))
        if not self._answers:
            raise ModelUnavailable("the script has no answer left")
        answer = self._answers.pop(0)
        if isinstance(answer, AssistantError):
            raise answer
        try:
            filled = into.model_validate_json(answer) if isinstance(answer, str) else into.model_validate(answer)
        except ValidationError as wrong:
            raise ModelOutputInvalid(f"the scripted answer doesn't fit {into.__name__}") from wrong
        return filled, {"in": 10, "out": 5}
