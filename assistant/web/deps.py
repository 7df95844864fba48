"""What handlers ask for: the wired assistant of this process, and who is asking."""

import json
from typing import Annotated

from fastapi import Depends, Request
from pydantic import BeforeValidator, StringConstraints

from assistant.compose import Assistant
from assistant.domain.agent import LOCAL_ADMIN, Agent
from assistant.domain.brand import QueuePolicy
from assistant.domain.conversation import Conversation
from assistant.domain.readable import mended
from assistant.errors import NotAllowed, NotFound
from assistant.ports import Reading


def assistant_of(request: Request) -> Assistant:
    """For the handler that thousands call in a burst: what is asked for by annotation costs more."""
    assistant: Assistant = request.app.state.assistant
    return assistant.latest()


async def _assistant(request: Request) -> Assistant:  # async: a plain function costs a thread hop a request
    return assistant_of(request)


def _agent(request: Request) -> Agent:
    """The guard let them in; the key's holder counts as this machine's admin."""
    agent: Agent | None = getattr(request.state, "agent", None)
    return agent or LOCAL_ADMIN


async def refuse_other_names(request: Request) -> None:
    """A sign-in says who acts; what two people must stand behind rests on that. Raises `NotAllowed`."""
    name = getattr(request.state, "acts_as", None)
    if name is None or not (body := await request.body()):
        return
    try:
        given = json.loads(body)
    except ValueError:  # the handler says so
        return
    by = given.get("by") if isinstance(given, dict) else None
    if isinstance(by, str) and by.strip() != name:
        raise NotAllowed(f"by: you are signed in as {name}; give that name, or send the key")


def ours(look: Reading, conversation_id: str, assistant: Assistant) -> Conversation:
    """The brand's own conversation. Raises `NotFound` for another brand's as for none."""
    conversation = look.conversation(conversation_id)
    if conversation.brand_id != assistant.pack.brand.id:
        raise NotFound("conversation", conversation_id)
    return conversation


def known_queue(name: str, assistant: Assistant) -> QueuePolicy:
    """The brand's queue of that name. Raises `NotFound`, which names those there are."""
    queues = assistant.pack.queues.queues
    found = next((each for each in queues if each.name == name), None)
    if found is None:
        raise NotFound("queue", name, [each.name for each in queues])
    return found


TheAssistant = Annotated[Assistant, Depends(_assistant)]
TheAgent = Annotated[Agent, Depends(_agent)]


def _whole(given: object) -> object:
    return mended(given) if isinstance(given, str) else given


Words = Annotated[str, BeforeValidator(_whole)]
"""Text of people, in which JSON may hold half a character (of an emoji that was cut): the rest of it counts."""
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
"""Of who acts, or whom something is given to."""
