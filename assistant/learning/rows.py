"""Labelled texts: from a file that a person wrote, or the examples that ship with the package."""

import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from assistant.domain.readable import mended
from assistant.errors import Infrastructure, RowInvalid

OOS = "oos"
"""The label of examples that belong to no intent."""


@dataclass(frozen=True)
class Example:
    """One text and what it is. `line` is its place in its file, counted from 1."""

    text: str
    label: str
    line: int = 0


def read_examples(path: Path) -> tuple[tuple[Example, ...], tuple[RowInvalid, ...]]:
    """The good rows of a JSONL file in order, and one `RowInvalid` for each bad one. Blank lines are passed over.

    `-` reads standard input. Raises `Infrastructure` where the file can't be read.
    """
    try:
        raw = (sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()).removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise Infrastructure(f"{path}: {error.strerror}; give a JSONL file that can be read") from error
    good: list[Example] = []
    bad: list[RowInvalid] = []
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            good.append(_example(line, number))
        except RowInvalid as problem:
            bad.append(problem)
    return tuple(good), tuple(bad)


def _example(line: bytes, number: int) -> Example:
    try:
        row: Any = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RowInvalid(number, f"not UTF-8 at byte {error.start + 1}; save the file as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise RowInvalid(number, f"not JSON: {error}") from error
    if not isinstance(row, dict):
        raise RowInvalid(number, "one JSON object a line is needed")
    text, label = row.get("text"), row.get("label")
    if not isinstance(text, str) or not text.strip():
        raise RowInvalid(number, "`text` must be a text that is not empty")
    if label is None or (isinstance(label, str) and not label.strip()):
        raise RowInvalid(number, "`label` is missing or empty; give the row a name, or `oos`")
    if isinstance(label, bool) or not isinstance(label, str | int):
        raise RowInvalid(number, "`label` must be a text or a whole number; put what it is in quotes")
    return Example(text=mended(text), label=mended(" ".join(str(label).split())), line=number)


@cache
def shipped(name: str) -> tuple[Example, ...]:
    """The package's own examples of that name, such as `stance` or `sensitivity/minors`; they must all be good."""
    path = Path(str(files("assistant.learning") / "examples" / f"{name}.jsonl"))
    good, bad = read_examples(path)
    if bad:
        raise bad[0]
    return good


def hash_of(parts: Iterable[str]) -> str:
    """A content hash of texts in order."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\x00")
    return digest.hexdigest()


def hash_of_examples(examples: Sequence[Example]) -> str:
    """A content hash of texts and labels in order; their lines don't count."""
    return hash_of(part for example in examples for part in (example.text, example.label))
