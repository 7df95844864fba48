"""Cases as CSV and back without loss, with promptfoo's column names, for people who live in spreadsheets.

`message` and the other variables have columns of their own, `__description` and `__metadata:id` name the case, and each
`__expected...` column holds one assertion: `type`, `type:value` or `type(threshold):value`, lists as JSON.
"""

import csv
import io
import json
import re
from collections.abc import Sequence

from pydantic import JsonValue

from assistant.errors import SuiteInvalid
from assistant.evals.case import Case
from assistant.evals.suite import check_case

_EXPECTED = re.compile(r"(?P<type>[a-z][\w:-]*?)(?:\((?P<threshold>[-+.\deE]+)\))?(?::(?P<value>(?s:.*)))?", re.ASCII)
_TYPE = re.compile(r"(?:care:)?[a-z][a-z-]*")
_VARS = ("message", "channel", "thread", "passages", "brand", "visibility", "author")
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


def from_csv(text: str, *, place: str) -> tuple[Case, ...]:
    """The cases of a table. Raises `SuiteInvalid` with line and column of every mistake."""
    problems: list[str] = []
    cases: list[Case] = []
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    if unknown := [column for column in reader.fieldnames or () if not _is_known(column)]:
        raise SuiteInvalid([f"{place}:1: {column}: unknown column" for column in unknown])
    for row in reader:
        where = f"{place}:{reader.line_num}"
        if None in row:
            problems.append(f"{where}: more cells than columns")
            continue
        try:
            given = _row({column: _unguard(cell or "") for column, cell in row.items()})
        except ValueError as error:
            problems.append(f"{where}: {error}")
            continue
        case = check_case(given, place=where, problems=problems)
        if case is not None:
            cases.append(case)
    if problems:
        raise SuiteInvalid(problems)
    return tuple(cases)


def _is_known(column: str) -> bool:
    known = {"__description", *_VARS, *(f"__metadata:{name}" for name in _METADATA)}
    return column in known or re.fullmatch(r"__expected\d*", column) is not None


def _row(cells: dict[str, str]) -> dict[str, JsonValue]:
    filled = {column: cell for column, cell in cells.items() if cell or column == "message"}
    variables: dict[str, JsonValue] = {}
    for name in _VARS:
        if name in filled:
            variables[name] = _json(name, filled[name]) if name in _JSON_VARS else filled[name]
    metadata: dict[str, JsonValue] = {
        name: filled[f"__metadata:{name}"] for name in _METADATA if f"__metadata:{name}" in filled
    }
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
        value: JsonValue = json.loads(text)
    except ValueError:
        return text
    return value


def _guard(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _unguard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
