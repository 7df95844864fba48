"""Cases as CSV and back without loss, with promptfoo's column names, for people who live in spreadsheets.

`message` and the other variables have columns of their own, `__description` and `__metadata:id` name the case, and each
`__expected...` column holds one assertion: `type`, `type:value` or `type(threshold):value`, lists as JSON.
"""

import codecs
import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from pydantic import JsonValue

from assistant.errors import SuiteInvalid
from assistant.evals.case import Case
from assistant.evals.suite import check_case, checked_together

_EXPECTED = re.compile(r"(?P<type>[a-z][\w:-]*?)(?:\((?P<threshold>[-+.\deE]+)\))?(?::(?P<value>(?s:.*)))?", re.ASCII)
_TYPE = re.compile(r"(?:care:)?[a-z][a-z-]*")
_VARS = ("message", "channel", "thread", "passages", "brand", "visibility", "author")
_DELIMITERS = (",", ";", "\t")
_JSON_VARS = frozenset({"thread", "passages", "author"})
_METADATA = ("id", "cluster", "severity", "slice", "source", "licence")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""A cell that starts with one of these may run as a formula in a spreadsheet; an apostrophe before it makes it text."""


def to_csv(cases: Sequence[Case]) -> str:
    """A header and one row a case; columns that no case uses are left out."""
    rows = [_cells(case) for case in cases]
    used = {column for row in rows for column in row}
    expected = max((len(case.assertions) for case in cases), default=0)
    columns = ["__metadata:id", "__description", *_VARS, *(f"__metadata:{name}" for name in _METADATA[1:])]
    columns += [f"__expected{number}" for number in range(1, expected + 1)]
    columns = [column for column in columns if column in used]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_guard(row.get(column, "")) for column in columns] for row in rows)
    return out.getvalue()


def _cells(case: Case) -> dict[str, str]:
    row = case.as_row()
    cells = {"__description": case.description} if case.description else {}
    variables, metadata = row["vars"], row["metadata"]
    for name, value in (variables if isinstance(variables, dict) else {}).items():
        cells[name] = json.dumps(value, ensure_ascii=False) if name in _JSON_VARS else str(value)
    for name, value in (metadata if isinstance(metadata, dict) else {}).items():
        cells[f"__metadata:{name}"] = str(value)
    assertions = row["assert"]
    for number, assertion in enumerate(assertions if isinstance(assertions, list) else [], start=1):
        cells[f"__expected{number}"] = _as_cell(assertion if isinstance(assertion, dict) else {})
    return cells


def _as_cell(assertion: dict[str, JsonValue]) -> str:
    """What has no short form is the assertion's own JSON."""
    if not set(assertion) <= {"type", "value", "threshold"}:
        return json.dumps(assertion, ensure_ascii=False)
    threshold = f"({assertion['threshold']!r})" if "threshold" in assertion else ""
    if "value" not in assertion:
        return f"{assertion['type']}{threshold}"
    value = assertion["value"]
    plain = isinstance(value, str) and value.strip() == value and _value_of(value) == value
    text = str(value) if plain else json.dumps(value, ensure_ascii=False)
    return f"{assertion['type']}{threshold}:{text}"


def decoded(data: bytes, *, place: str) -> str:
    """The text of a table: UTF-8, or the UTF-16 spreadsheets call Unicode text. Raises `SuiteInvalid`."""
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise SuiteInvalid([f"{place}: not UTF-8; save the sheet as CSV UTF-8"]) from error


def from_csv(text: str, *, place: str) -> tuple[Case, ...]:
    """The cases of a table. Raises `SuiteInvalid` with line and column of every mistake.

    Cells are parted as in the header: by commas, semicolons or tabs. Empty rows and columns are passed over; a row
    without an id gets one from its line.
    """
    problems: list[str] = []
    placed: list[tuple[str, Case]] = []
    for line, cells in _rows(text, place=place, problems=problems):
        where = f"{place}:{line}"
        try:
            given = _row(cells, position=f"line-{line}")
        except ValueError as error:
            problems.append(f"{where}: {error}")
            continue
        if case := check_case(given, place=where, problems=problems):
            placed.append((where, case))
    cases = checked_together(placed, place=place, problems=problems)
    if problems:
        raise SuiteInvalid(problems)
    return tuple(cases)


def _rows(text: str, *, place: str, problems: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows that hold anything: the line each begins on, and its cells by column."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    head = text.removeprefix("\ufeff").split("\n", 1)[0]
    reader = csv.reader(
        io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=max(_DELIMITERS, key=head.count), strict=True
    )
    line = 1
    try:
        columns = _columns(next(reader, []), place=place)
        line = reader.line_num + 1
        for row in reader:
            begun, line = line, reader.line_num + 1
            if any(cell and not column for cell, column in zip_longest(row, columns[: len(row)])):
                problems.append(f"{place}:{begun}: more cells than columns")
            elif any(row):
                yield begun, {column: _unguard(cell) for column, cell in zip(columns, row, strict=False) if column}
    except csv.Error as error:
        problems.append(f"{place}:{line}: not CSV: {error}; is a quote missing?")


def _columns(header: Sequence[str], *, place: str) -> Sequence[str]:
    """The header. Raises `SuiteInvalid` where a column is unknown, or stands twice: one of them would be lost."""
    names = [column.strip() for column in header]
    wrong = [f"{column}: unknown column" for column in names if column and not _is_known(column)]
    wrong += [f"{column}: stands twice" for column, times in Counter(filter(None, names)).items() if times > 1]
    if wrong:
        raise SuiteInvalid([f"{place}:1: {said}" for said in wrong])
    return names


def _is_known(column: str) -> bool:
    known = {"__description", *_VARS, *(f"__metadata:{name}" for name in _METADATA)}
    return column in known or re.fullmatch(r"__expected\d*", column) is not None


def _row(cells: dict[str, str], *, position: str) -> dict[str, JsonValue]:
    filled = {column: cell for column, cell in cells.items() if cell or column == "message"}
    variables: dict[str, JsonValue] = {}
    for name in _VARS:
        if name in filled:
            variables[name] = _json(name, filled[name]) if name in _JSON_VARS else filled[name]
    named = {name: filled[f"__metadata:{name}"] for name in _METADATA if f"__metadata:{name}" in filled}
    metadata: dict[str, JsonValue] = {"id": position, **named}
    expected: list[JsonValue] = [_from_cell(cell) for column, cell in filled.items() if column.startswith("__expected")]
    return {
        "description": filled.get("__description", ""),
        "vars": variables,
        "assert": expected,
        "metadata": metadata,
    }


def _json(column: str, cell: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(cell)
    except ValueError as error:
        raise ValueError(f"{column}: not JSON: {error}") from error
    return value


def _from_cell(cell: str) -> JsonValue:
    if cell.startswith("{"):
        return _json("__expected", cell)
    own = cell.startswith("care:")
    found = _EXPECTED.fullmatch(cell.removeprefix("care:"))
    if found is None or not _TYPE.fullmatch(found["type"]):
        raise ValueError(f"__expected: not an assertion: {cell!r}")
    assertion: dict[str, JsonValue] = {"type": ("care:" if own else "") + found["type"]}
    if found["threshold"] is not None:
        assertion["threshold"] = float(found["threshold"])
    if found["value"] is not None:
        assertion["value"] = _value_of(found["value"].strip())
    return assertion


def _value_of(text: str) -> JsonValue:
    """A value as it stands, unless it reads as JSON of another kind or is a quoted text."""
    try:
        value: JsonValue = json.loads(text, parse_float=_number, parse_constant=str)
    except ValueError:
        return text
    return value


def _number(text: str) -> float | str:
    """A price keeps its noughts, and what is too large for a number its words: 49.90, 1e999."""
    number = float(text)
    return number if repr(number) == text else text


def _guard(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _unguard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
