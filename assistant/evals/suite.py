"""Reads suite folders: suite.yaml and cases.jsonl, every mistake named as file:line: field: what is wrong."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError

from assistant.errors import SuiteInvalid
from assistant.evals.case import Case, Gate, Suite
from assistant.evals.scorers import problem_with
from assistant.whole_file import replace_file

SUITE_FILE = "suite.yaml"
CASES_FILE = "cases.jsonl"
_SUITE_KEYS = frozenset({"name", "description", "gate"})


def load_suites(folders: Sequence[Path]) -> tuple[Suite, ...]:
    """The suites of these folders, in order. Raises `SuiteInvalid` with the mistakes of all of them."""
    problems: list[str] = []
    suites: list[Suite] = []
    for folder in folders:
        try:
            suites.append(load_suite(folder))
        except SuiteInvalid as invalid:
            problems += invalid.problems
    names = Counter(suite.name for suite in suites)
    problems += [f"{name}: {count} suites have this name" for name, count in names.items() if count > 1]
    if problems:
        raise SuiteInvalid(problems)
    return tuple(suites)


def load_suite(folder: Path) -> Suite:
    """One suite. Raises `SuiteInvalid`."""
    problems: list[str] = []
    head = _read_head(folder / SUITE_FILE, problems)
    return _made(folder, head, _read_cases(folder / CASES_FILE, problems), problems)


def suite_of(folder: Path, cases: Sequence[Case]) -> Suite:
    """What these cases make of `folder`: under its suite.yaml, else with a first gate. Raises `SuiteInvalid`."""
    problems: list[str] = []
    if (folder / SUITE_FILE).exists():
        return _made(folder, _read_head(folder / SUITE_FILE, problems), cases, problems)
    return _made(folder, {"gate": first_gate(cases).model_dump()}, cases, problems)


def _made(folder: Path, head: Mapping[str, object], cases: Sequence[Case], problems: list[str]) -> Suite:
    suite = None
    if not problems:
        try:
            suite = Suite(
                name=str(head.get("name", folder.name)),
                description=str(head.get("description", "")),
                gates=_gates(head.get("gate")),
                cases=tuple(cases),
            )
        except ValidationError as invalid:
            problems += [f"{folder / SUITE_FILE}: {_said(error)}" for error in _errors(invalid)]
        else:
            problems += _unmeasured(suite, folder)
    if suite is None or problems:
        raise SuiteInvalid(problems)
    return suite


def _read_head(path: Path, problems: list[str]) -> Mapping[str, object]:
    try:
        head: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"{path}: {error.strerror}; a suite is a folder with suite.yaml and cases.jsonl")
        return {}
    except UnicodeDecodeError:
        problems.append(f"{path}: not UTF-8")
        return {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problems.append(f"{path}:{mark.line + 1 if mark else 1}: not YAML: {getattr(error, 'problem', error)}")
        return {}
    if not isinstance(head, dict):
        problems.append(f"{path}:1: a mapping with name, description and gate is needed")
        return {}
    problems += [f"{path}: {key}: unknown key" for key in head if key not in _SUITE_KEYS]
    return head


def _gates(given: object) -> tuple[Gate, ...]:
    rows = given if isinstance(given, list) else [given]
    return tuple(Gate.model_validate(_with_on(row)) for row in rows)


def _with_on(row: object) -> object:
    """YAML reads a bare `on` as true."""
    return {"on" if key is True else key: value for key, value in row.items()} if isinstance(row, dict) else row


def _unmeasured(suite: Suite, folder: Path) -> Iterator[str]:
    measured = {assertion.name for case in suite.cases for assertion in case.assertions}
    for gate in suite.gates:
        if gate.metric not in measured:
            yield f"{folder / 'suite.yaml'}: gate: no case asserts {gate.metric!r}"


def _read_cases(path: Path, problems: list[str]) -> list[Case]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        problems.append(f"{path}: {error.strerror}")
        return []
    placed: list[tuple[str, Case]] = []
    for number, line in enumerate(raw.split(b"\n"), start=1):
        place = f"{path}:{number}"
        if line.strip() and (case := parse_case(line, place=place, problems=problems)):
            placed.append((place, case))
    return checked_together(placed, place=str(path), problems=problems)


def checked_together(placed: Sequence[tuple[str, Case]], *, place: str, problems: list[str]) -> list[Case]:
    """The cases, each given with its place; an id that stands twice, and no case at all, goes to `problems`."""
    seen: dict[str, str] = {}
    for where, case in placed:
        if (first := seen.setdefault(case.id, where)) != where:
            spot = first.removeprefix(f"{place}:").strip()
            named = f"line {spot}" if spot.isdigit() else spot
            problems.append(f"{where}: metadata.id: {case.id!r} stands in {named} already")
    if not placed and not problems:
        problems.append(f"{place}: no case")
    return [case for _, case in placed]


def parse_case(line: bytes, *, place: str, problems: list[str]) -> Case | None:
    """One line as a case; what is wrong with it goes to `problems`, each with its place."""
    try:
        row: object = json.loads(line, parse_constant=_no_constant)
    except _NotANumber as error:
        problems.append(f"{place}: not JSON: {error} is no number")
        return None
    except UnicodeDecodeError as error:
        problems.append(f"{place}: not UTF-8 at byte {error.start + 1}")
        return None
    except json.JSONDecodeError as error:
        problems.append(f"{place}: not JSON at column {error.colno}: {error.msg}")
        return None
    return check_case(row, place=place, problems=problems)


def first_gate(cases: Sequence[Case]) -> Gate:
    """What comes from elsewhere has no gate; one on its first assertion is a start to edit."""
    return Gate(metric=cases[0].assertions[0].name, min=0.9)


class _NotANumber(Exception):
    """NaN or an infinity, which JSON doesn't know and no threshold can be."""


def _no_constant(word: str) -> object:
    raise _NotANumber(word)


def check_case(row: object, *, place: str, problems: list[str]) -> Case | None:
    """A row from any format as a case, its assertions checked against the scorers there are."""
    try:
        case = Case.model_validate(row)
    except ValidationError as invalid:
        problems += [f"{place}: {_said(error)}" for error in _errors(invalid)]
        return None
    wrong = [
        f"{place}: assert.{number}: {problem}"
        for number, assertion in enumerate(case.assertions)
        if (problem := problem_with(assertion))
    ]
    problems += wrong
    return None if wrong else case


def _errors(invalid: ValidationError) -> list[Mapping[str, object]]:
    return [dict(error) for error in invalid.errors(include_url=False, include_context=False)]


_WORDS = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not a field here; remove it or correct its spelling",
    "too_short": "is empty; it needs at least one entry",
    "string_pattern_mismatch": "small letters, digits and hyphens are needed",
}


def _said(error: Mapping[str, object]) -> str:
    place = error["loc"]
    said = _WORDS.get(str(error["type"]), error["msg"])
    return f"{'.'.join(map(str, place)) if isinstance(place, tuple) else place}: {said}"


def write_cases(path: Path, cases: Sequence[Case]) -> None:
    """Write cases.jsonl, one case a line. Raises `Infrastructure`."""
    lines = (json.dumps(case.as_row(), ensure_ascii=False) + "\n" for case in cases)
    replace_file(path, "".join(lines).encode())


def write_suite(folder: Path, suite: Suite) -> None:
    """Write a suite folder that `load_suite` reads back to the same suite. Raises `Infrastructure`."""
    write_cases(folder / CASES_FILE, suite.cases)
    gates = [gate.model_dump(mode="json", exclude_defaults=True) for gate in suite.gates]
    head = {"name": suite.name, "description": suite.description, "gate": gates}
    replace_file(folder / SUITE_FILE, dump_yaml(head).encode())


def dump_yaml(value: Mapping[str, object]) -> str:
    """Readable YAML; the one character the library writes but reads as a line break makes it escape all but ASCII."""
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120)
    return text if "\x85" not in text else str(yaml.safe_dump(value, sort_keys=False, width=120))
