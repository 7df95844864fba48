"""Ctrl+C and SIGTERM: a command ends at once, with a line that says what stands and how to go on."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import click

INTERRUPTED, TERMINATED = 128 + signal.SIGINT, 128 + signal.SIGTERM


class Terminated(KeyboardInterrupt):
    """SIGTERM: as Ctrl+C, with an exit status of its own."""


def listen() -> None:
    """From now on a SIGTERM unwinds what runs, so that nothing half-written is left. `serve` and `work` end in order
    by themselves.
    """
    signal.signal(signal.SIGTERM, _terminate)


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated


@contextmanager
def stopping(stands: str | Callable[[], str]) -> Iterator[None]:
    """What is said where the block is stopped: what stands, and how to go on."""
    try:
        yield
    except KeyboardInterrupt as stopped:
        if stopped.args:
            raise
        raise type(stopped)(stands if isinstance(stands, str) else stands()) from stopped


def ended_by(stopped: BaseException | None) -> int:
    """Say so in one line; the exit status."""
    said = str(stopped) if isinstance(stopped, KeyboardInterrupt) else ""
    click.echo(f"stopped: {said}" if said else "stopped; nothing half-written is left behind", err=True)
    return TERMINATED if isinstance(stopped, Terminated) else INTERRUPTED


def leave(status: int) -> None:
    """End now: a thread that still thinks, and changes nothing, would keep the process for as long as its batch."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
