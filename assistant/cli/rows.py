"""JSONL in and out for every command: bad lines are named and skipped, output appears whole or not at all."""

import codecs
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol, TextIO, TypeVar

import click

from assistant.domain.readable import mended
from assistant.errors import Infrastructure, RowInvalid

BATCH = 256
"""Rows worked on together: 256 short texts pad each other less than 64 do and take a tenth less; more gain nothing."""

Item = TypeVar("Item")

_HALF = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass
class BadRows:
    """The lines that could not be used, in order."""

    found: list[RowInvalid] = field(default_factory=list)

    def add(self, line: int, problem: str) -> None:
        self.found.append(RowInvalid(line, problem))

    def report(self, file: Path | None) -> int:
        """Write one line each to `file` (else standard error); the exit status: 1 where there were any."""
        if file is not None:
            write_text(file, "".join(f"{row}\n" for row in self.found))
        else:
            for row in self.found:
                click.echo(str(row), err=True)
        return 1 if self.found else 0


@dataclass(frozen=True)
class Line:
    """One good line: its number, counted from 1, and its object."""

    number: int
    row: Mapping[str, object]


def read_rows(path: Path, bad: BadRows) -> Iterator[Line]:
    """The good lines of a JSONL file in order; the bad ones go to `bad`. Blank lines are passed over.

    `-` reads standard input; a file that holds no row at all says so. Raises `Infrastructure` where it can't be read.
    """
    rows = 0
    try:
        with nullcontext(sys.stdin.buffer) if str(path) == "-" else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                raw = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
                if not raw.strip():
                    continue
                rows += 1
                try:
                    yield Line(number, _parse(raw))
                except ValueError as problem:
                    bad.add(number, str(problem))
    except OSError as error:
        raise Infrastructure(f"{path}: {error.strerror}; give a JSONL file that can be read") from error
    if not rows:
        click.echo(f"{path}: holds no row", err=True)


def _parse(raw: bytes) -> Mapping[str, object]:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start + 1}; save the file as UTF-8") from error
    try:
        row: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON at column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply to be a row") from error
    if _HALF.search(text):
        row = json.loads(mended(json.dumps(row, ensure_ascii=False)))
    if not isinstance(row, dict):
        raise ValueError(f"one JSON object a line is needed, this is a {type(row).__name__}")  # noqa: TRY004 - a bad row, not a bad type in the code
    return row


class Writer(Protocol):
    """Takes finished rows."""

    def __call__(self, rows: Sequence[Mapping[str, object]]) -> None: ...


@contextmanager
def write_rows(path: Path) -> Iterator[Writer]:
    """A writer to `path`, which appears when the block ends well; on any failure nothing is left behind.

    `-` writes to standard output. Raises `Infrastructure` naming the path where it can't be written.
    """
    if str(path) == "-":
        yield _writer_to(sys.stdout)
        return
    with _whole(path) as file:
        yield _writer_to(file)


def _writer_to(file: TextIO) -> Writer:
    def write(rows: Sequence[Mapping[str, object]]) -> None:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

    return write


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all; `-` is standard output. Raises `Infrastructure` naming the path."""
    if str(path) == "-":
        click.echo(text, nl=False)
        return
    with _whole(path) as file:
        file.write(text)


@contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    """A file that appears when the block ends well, where a link leads to; a pipe or a device takes it as it comes."""
    straight = path.exists() and not path.is_file()
    target = path if straight else Path(os.path.realpath(path))
    part = target if straight else target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        if not straight:
            part.replace(target)
    except OSError as error:
        raise Infrastructure(
            f"{path}: {error.strerror or error}; free space or choose another file, nothing was written"
        ) from error
    finally:
        if not straight:
            part.unlink(missing_ok=True)


def in_batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of `size`, the last one shorter."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
