"""Suites for other tools and back without loss: promptfoo's YAML, and samples as inspect_ai reads them.

In promptfoo a suite is scored on stored drafts: the `echo` provider gives back the draft, and our own assertions become
`type: python` on a one-line file beside the configuration.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence

import yaml
from pydantic import JsonValue, ValidationError

from assistant.domain.mistake import first_of
from assistant.domain.turn import Turn
from assistant.errors import SuiteInvalid
from assistant.evals.case import Assertion, Case, Gate, Suite
from assistant.evals.score import Context
from assistant.evals.scorers import score
from assistant.evals.suite import check_case, checked_together, dump_yaml, first_gate

Row = dict[str, JsonValue]

PROMPTFOO_FILE = "promptfooconfig.yaml"
ASSERTION_FILE = "care_assertion.py"
ASSERTION_CODE = (
    '"""Scores our own assertions inside promptfoo."""\n\n'
    "from assistant.evals.export import get_assert\n\n"
    '__all__ = ["get_assert"]\n'
)
_PREFIX = "care:"
_OPENS = re.compile(r"\{[{%#]")
_OPENED = re.compile(r"\{\{ '(\{[{%#])' \}\}")
_AS_JSON = ("thread", "passages", "author")
"""Variables that promptfoo would take for lists of alternatives; they travel as JSON text."""


def to_promptfoo(suite: Suite, turns: Mapping[str, Turn]) -> str:
    """promptfooconfig.yaml; `turns` by case id are what is scored, a case without one has an empty draft."""
    config: Row = {
        "description": suite.description or suite.name,
        "prompts": ["{{draft}}"],
        "providers": ["echo"],
        "tests": [_test(case, turns.get(case.id)) for case in suite.cases],
        "metadata": {
            "suite": suite.name,
            "description": suite.description,
            "gate": [gate.model_dump(mode="json", exclude_defaults=True) for gate in suite.gates],
        },
    }
    return dump_yaml(config)


def _test(case: Case, turn: Turn | None) -> Row:
    row = case.as_row()
    variables = _object(row["vars"])
    variables.update({name: json.dumps(variables[name]) for name in _AS_JSON if name in variables})
    variables["draft"] = turn.draft.text if turn and turn.draft else ""
    variables["turn"] = turn.model_dump_json() if turn else ""
    variables = _object(_literal(variables))
    assertions = row["assert"] if isinstance(row["assert"], list) else []
    row.update({"vars": variables, "assert": [_as_python(_object(assertion)) for assertion in assertions]})
    return row


def _as_python(assertion: Row) -> JsonValue:
    kind = str(assertion["type"])
    if not kind.startswith(_PREFIX):
        return _literal(assertion)
    config: Row = {key: assertion.pop(key) for key in ("type", "value") if key in assertion}
    return {"type": "python", "value": f"file://{ASSERTION_FILE}", **assertion, "config": config}


def _literal(value: JsonValue) -> JsonValue:
    """promptfoo takes every text for a template; what would open one is written so that it comes out as it was."""
    return _mapped(value, lambda text: _OPENS.sub(r"{{ '\g<0>' }}", text))


def _plain(value: JsonValue) -> JsonValue:
    """The reverse of `_literal`."""
    return _mapped(value, lambda text: _OPENED.sub(r"\1", text))


def _mapped(value: JsonValue, change: Callable[[str], str]) -> JsonValue:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    return {key: _mapped(item, change) for key, item in value.items()} if isinstance(value, dict) else value


def get_assert(output: str, context: Mapping[str, Mapping[str, JsonValue]]) -> Row:
    """What promptfoo calls. It knows no third verdict: what can't be told fails and says so."""
    variables = _object(_plain(dict(context["vars"])))
    if not variables.get("turn"):
        return {"pass": False, "score": 0, "reason": "unscored: the case has no turn"}
    turn = Turn.model_validate_json(str(variables["turn"]))
    assertion = Assertion.model_validate(context["config"])
    case = Case.model_validate(
        {"vars": {"message": ""}, "assert": [{"type": "equals"}], "metadata": {"id": "promptfoo"}}
    )
    (given,) = score(turn, [assertion], Context(case=case))
    reason = given.reason if given.passed is not None else f"unscored: {given.reason}"
    return {"pass": given.passed is True, "score": given.value or 0, "reason": reason}


def from_promptfoo(text: str, *, place: str) -> Suite:
    """A suite from promptfoo's YAML, ours or another's. Raises `SuiteInvalid`."""
    try:
        config: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise SuiteInvalid([f"{place}{line}: not YAML: {getattr(error, 'problem', error)}"]) from error
    if not isinstance(config, dict) or not isinstance(config.get("tests"), list):
        raise SuiteInvalid([f"{place}: tests: a list is needed; tests in files of their own can't be read"])
    rows = [_from_test(_object(test), number) for number, test in enumerate(config["tests"])]
    head = _object(config.get("metadata"))
    return _suite(rows, head, place=place, described=str(config.get("description", "")))


def _from_test(test: Row, number: int) -> Row:
    variables = _object(_plain(_object(test.get("vars"))))
    for own in ("draft", "turn"):
        variables.pop(own, None)
    for name in _AS_JSON:
        if isinstance(variables.get(name), str):
            variables[name] = _parsed(str(variables[name]))
    assertions = test.get("assert")
    metadata = {"id": f"test-{number}", **_object(test.get("metadata"))}
    given = [_from_python(_object(assertion)) for assertion in assertions] if isinstance(assertions, list) else []
    kept = {"description": test["description"]} if "description" in test else {}
    return {**kept, "vars": variables, "assert": given, "metadata": metadata}


def _parsed(text: str) -> JsonValue:
    """JSON as we write it; anything else stays the text it is, and is refused as such."""
    try:
        value: JsonValue = json.loads(text)
    except ValueError:
        return text
    return value


def _from_python(assertion: Row) -> JsonValue:
    if assertion.get("type") != "python" or "config" not in assertion:
        return _plain(assertion)
    config = _object(assertion["config"])
    return {**{key: value for key, value in assertion.items() if key not in {"config", "type", "value"}}, **config}


def to_inspect(suite: Suite) -> str:
    """Samples, one a line: input, target, id and the rest as metadata; the thread comes as a chat."""
    return "".join(json.dumps(_sample(suite, case), ensure_ascii=False) + "\n" for case in suite.cases)


def _sample(suite: Suite, case: Case) -> Row:
    row = case.as_row()
    variables = _object(row["vars"])
    message = variables.pop("message")
    thread = variables.pop("thread", [])
    turns = [_object(turn) for turn in thread] if isinstance(thread, list) else []
    chat: list[JsonValue] = [
        {"role": "user" if turn["role"] == "customer" else "assistant", "content": turn["text"]} for turn in turns
    ]
    head: Row = {
        "name": suite.name,
        "description": suite.description,
        "gate": [gate.model_dump(mode="json", exclude_defaults=True) for gate in suite.gates],
    }
    return {
        "input": [*chat, {"role": "user", "content": message}] if chat else message,
        "target": [_in_words(assertion) for assertion in case.assertions],
        "id": case.id,
        "metadata": {
            **{key: value for key, value in row.items() if key != "vars"},
            "vars": variables,
            "roles": [turn["role"] for turn in turns],
            "suite": head,
        },
    }


def _in_words(assertion: Assertion) -> str:
    value = f": {json.dumps(assertion.value, ensure_ascii=False)}" if assertion.value is not None else ""
    return assertion.type + value


def from_inspect(text: str, *, place: str) -> Suite:
    """A suite from samples that `to_inspect` wrote; edits to input and metadata count, targets are read by people."""
    rows: list[Row] = []
    head: Row = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            sample = _object(json.loads(line))
            rows.append(_from_sample(sample))
            head = _object(_object(sample["metadata"])["suite"])
        except (KeyError, ValueError, TypeError) as error:
            raise SuiteInvalid([f"{place}:{number}: not a sample of ours: {error!r}"]) from error
    return _suite(rows, {**head, "suite": head.get("name")}, place=place, described="")


def _from_sample(sample: Row) -> Row:
    kept = _object(sample["metadata"])
    variables = _object(kept.pop("vars"))
    roles, given = kept.pop("roles"), sample["input"]
    kept.pop("suite")
    if isinstance(given, list) and isinstance(roles, list):
        *earlier, last = [_object(message)["content"] for message in given]
        variables["thread"] = [{"role": role, "text": said} for role, said in zip(roles, earlier, strict=True)]
        given = last
    return {**kept, "vars": {"message": given, **variables}}


def _suite(rows: Sequence[Row], head: Row, *, place: str, described: str) -> Suite:
    problems: list[str] = []
    placed = [
        (where, case)
        for number, row in enumerate(rows)
        if (case := check_case(row, place=(where := f"{place}: test {number}"), problems=problems))
    ]
    cases = checked_together(placed, place=place, problems=problems)
    if problems:
        raise SuiteInvalid(problems)
    gates = head.get("gate")
    try:
        return Suite(
            name=str(head.get("suite") or "imported"),
            description=str(head.get("description", described)),
            gates=tuple(Gate.model_validate(gate) for gate in gates)
            if isinstance(gates, list)
            else (first_gate(cases),),
            cases=tuple(cases),
        )
    except ValidationError as invalid:
        raise SuiteInvalid([f"{place}: {first_of(invalid)}"]) from invalid


def _object(value: object) -> Row:
    return dict(value) if isinstance(value, dict) else {}
