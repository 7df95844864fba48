"""What handlers ask for: the wired assistant of this process."""

from typing import Annotated

from fastapi import Depends, Request

from assistant.compose import Assistant


async def _assistant(request: Request) -> Assistant:  # async: a plain function costs a thread hop a request
    assistant: Assistant = request.app.state.assistant
    return assistant


TheAssistant = Annotated[Assistant, Depends(_assistant)]
