"""A second reader behind a language model: it fills a small private schema, and no intent it wasn't shown counts."""

from collections.abc import Mapping, Sequence
from typing import Literal

import structlog
from pydantic import BaseModel, ConfigDict

from assistant.domain.brand import Pack
from assistant.domain.mention import Mention
from assistant.domain.understanding import SecondOpinion
from assistant.domain.vocabulary import Sentiment, Stance, Urgency
from assistant.errors import (
    ModelBudgetSpent,
    ModelOutputInvalid,
    ModelRefusesKey,
    ModelResting,
    ModelUnavailable,
)
from assistant.guardrails.untrusted import fence
from assistant.ports import ChatModel, Reread
from assistant.prompts import Prompts

SYSTEM, USER = "understand.system", "understand.user"
NONE = "none"
EXAMPLES = 2
"""Of each intent: enough to tell neighbours apart, and 64 intents still fit in about 4,000 tokens."""
MESSAGE_CHARACTERS = 2_000
THREAD_CHARACTERS = 500
THREAD_MESSAGES = 4

log = structlog.get_logger()


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    intent: str
    stance: Literal["question", "complaint", "praise", "misguided", "rager", "troll", "spam", "abuse", "bystander"]
    sentiment: Literal["negative", "neutral", "positive"]
    urgency: Literal["low", "medium", "high"]
    language: str


class ModelReader:
    """A `SecondReader` that asks `chat` once; what can't be used is no opinion."""

    def __init__(self, chat: ChatModel, prompts: Prompts) -> None:
        self._chat = chat
        self._prompts = prompts

    @property
    def name(self) -> str:
        return self._chat.name

    @property
    def chat(self) -> ChatModel:
        """The model behind it, with its limits."""
        return self._chat

    @property
    def fingerprint(self) -> str:
        return self._prompts.fingerprint

    async def read(self, mention: Mention, pack: Pack, *, doubted: Sequence[str]) -> Reread:
        labels = {f"I{number}": intent.id for number, intent in enumerate(pack.intents, start=1)}
        try:
            answer, tokens = await self._chat.complete(
                system=self._system(pack, labels), user=self._user(mention), into=_Answer
            )
        except (ModelUnavailable, ModelOutputInvalid) as failure:
            level = log.error if isinstance(failure, ModelRefusesKey) else log.warning
            level("model_reader_failed", mention_id=mention.id, error=type(failure).__name__)
            return Reread(opinion=None, why=f"{self.name} could not read it ({_cause(failure)})")
        label = answer.intent.strip().strip("[]")
        if label != NONE and label not in labels:
            return Reread(opinion=None, why=f"{self.name} named an intent it was not shown", tokens=tokens)
        opinion = SecondOpinion(
            by=self.name,
            doubted=tuple(doubted),
            intent=labels.get(label),
            stance=Stance(answer.stance),
            sentiment=Sentiment(answer.sentiment),
            urgency=Urgency(answer.urgency),
            language=answer.language.strip().lower()[:2],
        )
        return Reread(opinion=opinion, tokens=tokens)

    def _system(self, pack: Pack, labels: Mapping[str, str]) -> str:
        shown = [
            {"label": label, "name": intent.name, "examples": intent.examples[:EXAMPLES]}
            for label, intent in zip(labels, pack.intents, strict=True)
        ]
        return self._prompts.render(SYSTEM, brand_name=pack.brand.name, intents=shown, languages=pack.brand.languages)

    def _user(self, mention: Mention) -> str:
        earlier = [
            {"role": said.role, "fenced": fence(said.text[:THREAD_CHARACTERS])}
            for said in mention.thread[-THREAD_MESSAGES:]
        ]
        return self._prompts.render(USER, thread=earlier, message=fence(mention.text[:MESSAGE_CHARACTERS]))


def _cause(failure: Exception) -> str:
    """In words where it is one of our own limits, which name no server; else the condition."""
    if isinstance(failure, ModelBudgetSpent | ModelResting):
        return f"{type(failure).__name__}: {failure}"
    return type(failure).__name__
