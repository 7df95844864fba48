"""Who writes, and whom else one may ask: the customer's accounts and wishes, and side threads to experts."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from assistant.desk import experts
from assistant.desk.identity import handles_of, own_handle, suggestions, verified
from assistant.domain.agent import Agent, Permission
from assistant.domain.brand import Pack
from assistant.domain.conversation import Conversation, ConversationDetail
from assistant.errors import NotFound
from assistant.ports import Reading
from assistant.web.console.frame import address, card_of
from assistant.web.console.places import Back
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require

router = APIRouter()


def who_writes(look: Reading, detail: ConversationDetail, agent: Agent, pack: Pack) -> dict[str, Any]:
    """For a conversation's page: proof, other accounts, what might be one, the wish for no machine, asked experts."""
    talk = detail.conversation
    own = own_handle(talk)
    seen = agent.only_queues is None  # outside vendors see this conversation alone
    return {
        "proved": verified(look, talk),
        "handles": [each for each in handles_of(look, talk) if each != own] if seen else [],
        "maybe": suggestions(look, talk, pack=pack) if seen and not agent.sees_masked else (),
        "opted_out": _opted_out(look, talk, detail),
        "asked": look.expert_asks(talk.id),
    }


def _opted_out(look: Reading, talk: Conversation, detail: ConversationDetail) -> bool:
    """Whether the author asked for no more automatic answers, under the name the channel knows them by."""
    ids = {talk.handle}
    if detail.mentions:
        post = look.post(talk.brand_id, talk.channel, detail.mentions[-1].external_id)
        ids |= {post.author_id} if post else set()
    return any(look.opted_out(talk.brand_id, talk.channel, each) for each in ids if each)


@router.post("/conversations/{conversation_id}/ask-expert")
def ask(
    conversation_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    expert: Annotated[str, Form(max_length=100)],
    question: Annotated[str, Form(max_length=5000)],
    back: Back = "",
) -> Response:
    """Ask somebody outside the desk; personal data in the question is masked."""
    require(agent, Permission.REPLY)
    with assistant.require_store().begin() as tx:
        card_of(tx, assistant, agent, conversation_id)
        said = {"expert": expert, "question": question, "by": agent.name}
        experts.ask(tx, conversation_id, **said, pack=assistant.pack, at=assistant.clock())
    there = address(f"/conversations/{conversation_id}", back=back, what="expert asked")
    return RedirectResponse(there, status_code=303)


@router.post("/expert-asks/{ask_id}/answer")
def answer(
    ask_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    text: Annotated[str, Form(max_length=5000)],
    back: Back = "",
) -> Response:
    """Put in what the expert said: a draft to review where the message still waits, and a proposed article."""
    require(agent, Permission.REPLY)
    with assistant.require_store().read() as look:
        side = look.expert_ask(ask_id)
        if side is None:
            raise NotFound("expert ask", ask_id)
        card_of(look, assistant, agent, side.conversation_id)
    with assistant.require_store().begin() as tx:
        experts.answer(tx, ask_id, text=text, pack=assistant.pack, at=assistant.clock())
    there = address(f"/conversations/{side.conversation_id}", back=back, what="expert answered")
    return RedirectResponse(there, status_code=303)
