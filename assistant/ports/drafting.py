"""What redrafting in front of a person needs: a chat model that can be watched while it writes."""

from collections.abc import Callable
from typing import Protocol

from assistant.ports.thinking import ChatModel

Show = Callable[[str], None]
"""Told the whole text so far each time it grew. What it is told was checked by nobody: a preview, never a draft."""


class WatchedChat(ChatModel, Protocol):
    """A chat model whose answer can be watched."""

    def watched(self, show: Show) -> ChatModel:
        """The same model, telling `show` the raw answer so far."""
        ...
