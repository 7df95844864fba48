"""Progress on standard error, only on a terminal or where `--progress` asks for it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Advance(Protocol):
    """Moves a bar on by a number of steps; `total` is how many there are, where that is known only now."""

    def __call__(self, steps: int, total: int | None = None, /) -> None: ...


@contextmanager
def progress_bar(label: str, total: int | None, *, forced: bool) -> Iterator[Advance]:
    """A function that moves the bar on by a number of steps; silent where nobody looks."""
    if not (forced or sys.stderr.isatty()):
        yield lambda steps, total=None: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=5) as bar:
        task = bar.add_task(label, total=total)
        yield lambda steps, total=None: bar.update(task, advance=steps, total=total)


def count_lines(path: str) -> int | None:
    """Lines of a file for the bar's total; None where that can't be told."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a plain count, the reader reports problems
            return sum(1 for _ in file)
    except OSError:
        return None
