"""Progress on standard error: a bar on a terminal; lines elsewhere, only where `--progress` asks for them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Protocol

import click

LINE_EVERY_S = 5.0


class Advance(Protocol):
    """Moves a bar on by a number of steps; `total` is how many there are, where that is known only now."""

    def __call__(self, steps: int, total: int | None = None, /) -> None: ...


@contextmanager
def progress_bar(label: str, total: int | None, *, forced: bool) -> Iterator[Advance]:
    """A function that moves the bar on by a number of steps; silent where nobody looks."""
    if not sys.stderr.isatty():
        lines = _Lines(label, total, shown=forced)
        yield lines
        lines.end()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=5) as bar:
        task = bar.add_task(label, total=total)
        yield lambda steps, total=None: bar.update(task, advance=steps, total=total)


@contextmanager
def busy(doing: str) -> Iterator[None]:
    """Says on a terminal what is done meanwhile, where that takes long and has no steps to count."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(doing):
        yield


class _Lines:
    """How far it is at the first step, then every five seconds, and at the end: what a log can hold."""

    def __init__(self, label: str, total: int | None, *, shown: bool) -> None:
        self._label = label
        self._total = total
        self._shown = shown
        self._done = 0
        self._said = 0
        self._said_at = -LINE_EVERY_S

    def __call__(self, steps: int, total: int | None = None, /) -> None:
        self._done += steps
        self._total = total or self._total
        if (now := monotonic()) - self._said_at >= LINE_EVERY_S:
            self._said_at = now
            self._say()

    def end(self) -> None:
        if self._said != self._done:
            self._say()

    def _say(self) -> None:
        self._said = self._done
        if self._shown:
            of = f"/{self._total}" if self._total else ""
            click.echo(f"{self._label} {self._done}{of}", err=True)


def count_lines(path: Path) -> int | None:
    """Lines of a file for the bar's total; None where that can't be told: what comes through a pipe is read once."""
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            return sum(1 for _ in file)
    except OSError:
        return None
