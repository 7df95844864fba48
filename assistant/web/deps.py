"""What handlers ask for: the wired assistant of this process."""

from typing import Annotated

from fastapi import Depends, Request

from assistant.compose import Assistant


def _assistant(request: Request) -> Assistant:
    assistant: Assistant = request.app.state.assistant
    return assistant


TheAssistant = Annotated[Assistant, Depends(_assistant)]
