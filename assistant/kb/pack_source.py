"""One file of a brand pack: its text, its values, and where exactly something is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from assistant.domain.mistake import NOT_A_LIST, in_words
from assistant.kb.yaml_lines import FieldPath, YamlInvalid, compose, line_of, parse

Parsed = TypeVar("Parsed")
"""The domain value one file, or one entry of it, becomes."""


@dataclass(frozen=True)
class Source:
    """YAML of one file. `name` is the path inside the pack; `lines_before` counts lines above the YAML."""

    name: str
    text: str
    lines_before: int = 0

    def line(self, path: FieldPath) -> int:
        """The line of the file where the value at `path` is written."""
        return line_of(self._node, path) + self.lines_before

    @cached_property
    def _node(self) -> yaml.Node | None:
        return compose(self.text)


@dataclass(frozen=True)
class Entry(Generic[Parsed]):
    """A checked value and where it is written: a whole file, or one entry of a list in it."""

    value: Parsed
    source: Source
    path: tuple[int | str, ...] = ()


@dataclass
class Problems:
    """Every mistake found so far."""

    found: list[tuple[str, int, str]] = field(default_factory=list)

    def add(self, source: Source, path: FieldPath, problem: str) -> None:
        """A mistake at one field of a file."""
        name = _dotted(path)
        self.add_line(source.name, source.line(path), f"{name}: {problem}" if name else problem)

    def at(self, entry: Entry[Parsed], path: FieldPath, problem: str) -> None:
        """A mistake at one field of an entry."""
        self.add(entry.source, (*entry.path, *path), problem)

    def add_line(self, file: str, line: int, problem: str) -> None:
        self.found.append((file, line, problem))

    def in_order(self) -> tuple[str, ...]:
        """As `file:line: field: what is wrong, what to do`, by file and line."""
        return tuple(f"{file}:{line}: {problem}" for file, line, problem in sorted(set(self.found)))


def read_text(folder: Path, name: str, problems: Problems) -> str | None:
    """A file's text without byte order mark, line ends as `\\n`; None where it can't be had, which is noted."""
    try:
        raw = (folder / name).read_bytes()
    except FileNotFoundError:
        problems.add_line(name, 1, f"the file is missing; every pack needs {name}")
        return None
    except OSError as error:
        problems.add_line(name, 1, f"can't be read: {error.strerror}; check the file and its permissions")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.add_line(name, line, f"not UTF-8 at byte {error.start + 1} of the file; save it as UTF-8")
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def values_of(source: Source, problems: Problems) -> object:
    """The file's values; None where it is empty or not YAML, which is noted."""
    try:
        values = parse(source.text)
    except YamlInvalid as error:
        problems.add_line(source.name, error.line + source.lines_before, error.problem)
        return None
    if values is None:
        problems.add_line(source.name, 1 + source.lines_before, "holds nothing; write it")
    return values


def validated(
    adapter: TypeAdapter[Parsed],
    source: Source,
    value: object,
    problems: Problems,
    *,
    at: FieldPath = (),
    names: Mapping[str, str] | None = None,
) -> Parsed | None:
    """`value` as the adapter's type, or None where it has mistakes, which are all noted.

    `at` leads to the value in the file; `names` gives fields the name an author knows them by.
    """
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        for mistake in error.errors(include_url=False):
            steps = [step for step in mistake["loc"] if step != "[key]"]
            path = [(names or {}).get(step, step) if isinstance(step, str) else step for step in steps]
            problems.add(source, (*at, *path), in_words(mistake))
        return None


def validated_entries(
    adapter: TypeAdapter[Parsed], source: Source, value: object, problems: Problems
) -> tuple[Entry[Parsed], ...]:
    """The good entries of a file that holds a list; the mistakes of the others are noted."""
    if not isinstance(value, list):
        problems.add_line(source.name, 1 + source.lines_before, NOT_A_LIST)
        return ()
    entries: list[Entry[Parsed]] = []
    for position, raw in enumerate(value):
        checked = validated(adapter, source, raw, problems, at=(position,))
        if checked is not None:
            entries.append(Entry(checked, source, (position,)))
    return tuple(entries)


def as_mapping(value: object) -> Mapping[str, object] | None:
    """The value as fields, or None where it is something else."""
    return {str(key): item for key, item in value.items()} if isinstance(value, dict) else None


def _dotted(path: Sequence[int | str]) -> str:
    """`replies[1].text`; list positions count from 0."""
    parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(parts).lstrip(".")
