"""Files and folders named on the command line: one that can't be used says so before anything is loaded."""

import codecs
import os
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import click

from assistant.errors import Infrastructure, SuiteInvalid
from assistant.evals.folders import SUITES

STANDARD = "-"
"""Standard input or output in place of a file."""
_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04")
"""How gzip and zip begin; a spreadsheet is a zip."""


class _Place(click.Path, ABC):
    remedy = ""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:  # noqa: ANN401 - click's own
        path = Path(value)
        if str(path) != STANDARD and (problem := self.problem_of(path)):
            raise Infrastructure(f"{path}: {problem}; {self.remedy}")
        if ctx is not None and _is_kept(path):
            self._is_another_than(path, ctx)
        if ctx is not None and str(path) == STANDARD and isinstance(self, FileToRead):
            _is_read_once(ctx)
        return path

    def _is_another_than(self, path: Path, ctx: click.Context) -> None:
        """Raises `UsageError` where one of the files named before would be written over, or this one."""
        types = {each.name: each.type for each in ctx.command.params}
        for name, other in ctx.params.items():
            is_written = isinstance(self, FileToWrite) or isinstance(types.get(name), FileToWrite)
            if is_written and isinstance(other, Path) and os.path.realpath(other) == os.path.realpath(path):
                raise click.UsageError(f"two of the files named are one, which would be written over: {path}")

    @abstractmethod
    def problem_of(self, path: Path) -> str:
        """Why it can't be used; empty where it can."""


class FileToRead(_Place):
    """A file that is there and can be read, or `-`."""

    def __init__(self, remedy: str = "give a file that can be read") -> None:
        super().__init__()
        self.remedy = remedy

    def problem_of(self, path: Path) -> str:
        if problem := _missing(path):
            return problem
        if path.is_dir():
            return "Is a directory"
        return "" if os.access(path, os.R_OK) else "Permission denied"


class RowsToRead(FileToRead):
    """A file of JSONL; one in UTF-16 or compressed, which holds no good line, says so at once."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:  # noqa: ANN401 - click's own
        path = super().convert(value, param, ctx)
        if path.is_file():  # a pipe can be read once only
            with path.open("rb") as file:
                start = file.read(4)
            if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                raise Infrastructure(f"{path}: is written in UTF-16; save it as UTF-8")
            if start.startswith(_COMPRESSED):
                raise Infrastructure(f"{path}: is compressed, or a spreadsheet; unpack or export it as JSONL in UTF-8")
        return path


class FolderToRead(_Place):
    """A folder that is there; what it must hold its reader says."""

    def __init__(self, remedy: str) -> None:
        super().__init__()
        self.remedy = remedy

    def problem_of(self, path: Path) -> str:
        return _missing(path) or ("" if path.is_dir() else "is a file, no folder")


class FileToWrite(_Place):
    """A file that can be written, whether it is there or not, or `-`."""

    remedy = "choose another file to write"

    def problem_of(self, path: Path) -> str:
        if path.is_dir():
            return "Is a directory"
        return _not_writable(path if path.exists() and not path.is_file() else path.parent)


class FolderToWrite(_Place):
    """A folder that can be written into or made."""

    remedy = "choose another folder to write into"

    def problem_of(self, path: Path) -> str:
        return _not_writable(path)


def _is_read_once(ctx: click.Context) -> None:
    """Raises `UsageError` where standard input is read by another option already: it would find nothing."""
    readers = (each.name for each in ctx.command.params if isinstance(each.type, FileToRead))
    if any(name is not None and str(ctx.params.get(name)) == STANDARD for name in readers):
        raise click.UsageError("standard input can be read once; give one of the two as a file")


def _is_kept(path: Path) -> bool:
    """Whether it is a file or will be one; a pipe or a device may be named twice."""
    return str(path) != STANDARD and (path.is_file() or not path.exists())


def _missing(path: Path) -> str:
    try:
        path.stat()
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _not_writable(path: Path) -> str:
    """The nearest of the path's folders that is there must let something be made in it."""
    try:
        there = next((each for each in (path, *path.absolute().parents) if each.exists()), path)
    except OSError as error:
        return error.strerror or str(error)
    if there.is_file():
        return f"{there} is a file, no folder"
    return "" if os.access(there, os.W_OK) else f"nothing can be written in {there}: Permission denied"


def suite_folder(name: str) -> Path:
    """A suite by its folder, or by its name. Raises `SuiteInvalid`."""
    given = Path(name)
    if given.is_dir():
        return given
    if (known := SUITES / name).is_dir():
        return known
    there = ", ".join(sorted(path.name for path in SUITES.glob("*") if path.is_dir())) if SUITES.is_dir() else "none"
    raise SuiteInvalid([f"{name}: no such suite; give a folder, or a name under {SUITES} ({there})"])
