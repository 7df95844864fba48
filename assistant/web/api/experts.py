"""Side threads to people outside the desk."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from assistant.desk import experts
from assistant.domain.expert import ExpertAsk
from assistant.web.deps import Name, TheAssistant, Words, ours

router = APIRouter()


class AskIn(BaseModel):
    """Whom to ask what."""

    model_config = ConfigDict(extra="forbid")

    expert: Name
    question: Words = Field(min_length=1, max_length=5_000)
    by: Name


class AnswerIn(BaseModel):
    """The expert's words."""

    model_config = ConfigDict(extra="forbid")

    text: Words = Field(min_length=1, max_length=5_000)


@router.post("/conversations/{conversation_id}/ask-expert")
def ask(conversation_id: str, given: AskIn, assistant: TheAssistant) -> ExpertAsk:
    """Ask somebody outside the desk about the newest message; personal data in the question is masked."""
    with assistant.require_store().begin() as tx:
        return experts.ask(tx, conversation_id, **dict(given), pack=assistant.pack, at=assistant.clock())


@router.get("/conversations/{conversation_id}/expert-asks")
def read_asks(conversation_id: str, assistant: TheAssistant) -> list[ExpertAsk]:
    """The conversation's side threads, oldest first."""
    with assistant.require_store().read() as look:
        ours(look, conversation_id, assistant)
        return list(look.expert_asks(conversation_id))


@router.post("/expert-asks/{ask_id}/answer")
def answer(ask_id: str, given: AnswerIn, assistant: TheAssistant) -> ExpertAsk:
    """The expert's answer: a draft to review, and a proposed article."""
    with assistant.require_store().begin() as tx:
        return experts.answer(tx, ask_id, text=given.text, pack=assistant.pack, at=assistant.clock())
