"""Work that people follow, in a process of its own, which writes down how far it is and how it ended."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Generic

from assistant.adapters.followed_file import FollowedFile, Kept
from assistant.compose import utc_now
from assistant.errors import AssistantError, Ended

_SAID_EVERY = timedelta(seconds=0.5)
_NICE = 10
"""Mentions come first."""


def start(work: Callable[..., None], *arguments: object) -> None:
    """It ends with this process: a server that stops waits for nobody."""
    multiprocessing.get_context("spawn").Process(target=work, args=arguments, daemon=True).start()


class Said(Generic[Kept]):
    """What the work says of itself; `kept` is how it stands, written down twice a second at most."""

    def __init__(self, file: FollowedFile[Kept], kept: Kept) -> None:
        self.kept = kept
        self._file = file
        self._said_at = kept.started_at

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The process's own work, beside others'. What breaks it off is written down as the problem."""
        os.nice(_NICE)
        try:
            yield
        except AssistantError as error:
            self.end(problem=str(error))
        except BaseException as error:
            self.end(problem=f"it broke off: {type(error).__name__}")
            raise

    def advance(self, **news: Any) -> None:  # noqa: ANN401 - fields of what is kept
        """How far it is. Raises `Ended` where somebody asked for that."""
        if by := self._file.asked_to_end():
            raise Ended(by)
        self.kept = self.kept.model_copy(update=news)
        if (now := utc_now()) - self._said_at >= _SAID_EVERY:
            self._said_at = now
            self._file.write(self.kept)

    def end(self, **how: Any) -> None:  # noqa: ANN401 - fields of what is kept
        """How it ended."""
        self._file.write(self.kept.model_copy(update={"ended_at": utc_now(), **how}))
