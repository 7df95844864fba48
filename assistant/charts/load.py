"""Charts from files: YAML in, frozen values out, every mistake named as `file:line: field: problem`."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from assistant.charts.chart import NO_REPLY, Action, Branch, Chart, Leaf, Node, Otherwise, PostingRules
from assistant.charts.grammar import Condition, Place, read_condition
from assistant.charts.source import Source, SourceUnreadable, as_mapping, as_sequence, field_of
from assistant.domain.mistake import in_words
from assistant.domain.vocabulary import Decision
from assistant.errors import ChartInvalid

_ID = r"^[a-z][a-z0-9_]*$"


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class _Branch(_Written):
    label: str = Field(min_length=1)
    when: Mapping[str, object]
    to: str
    priority: int | None = None


class _Otherwise(_Written):
    label: str = Field(min_length=1)
    to: str


class _Node(_Written):
    ask: str = Field(min_length=1)
    branches: list[_Branch] = Field(min_length=1)
    otherwise: _Otherwise | None = None


class _Leaf(_Written):
    outcome: str = Field(pattern=rf"{_ID}|^{NO_REPLY}$")
    decision: Decision = Decision.NO_REPLY
    why: str = Field(min_length=1)
    owner: str | None = None
    sla_minutes: int | None = Field(default=None, ge=1)
    escalate_to: str | None = None
    tags: list[str] = []
    next_step: str = Field(min_length=1)
    kpi: str | None = None
    checks: list[str] = []
    actions: list[Action] = []
    rule: str | None = None
    fields: dict[str, str] = {}

    @model_validator(mode="after")
    def _silence_is_an_outcome(self) -> "_Leaf":
        if (self.outcome == NO_REPLY) is not (self.decision is Decision.NO_REPLY):
            raise ValueError(f"outcome {NO_REPLY} and decision {NO_REPLY} go together; name another decision or both")
        return self


class _Rules(_Written):
    version: int = Field(ge=1)
    rules: dict[str, str] = Field(min_length=1)


class _Chart(_Written):
    id: str = Field(pattern=_ID)
    title: str = Field(min_length=1)
    version: int = Field(ge=1)
    goal: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    reviewed_on: date
    start: str
    teams: dict[str, str] = Field(min_length=1)
    checks: dict[str, str] = {}
    fields: dict[str, str] = {}
    posting_rules: _Rules | None = None
    nodes: dict[str, _Node] = Field(min_length=1)
    leaves: dict[str, _Leaf] = Field(min_length=1)


def load_charts(folder: Path) -> tuple[Chart, ...]:
    """Every `*.yaml` of the folder, by name. Raises `ChartInvalid` with the mistakes of all of them."""
    charts: list[Chart] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            charts.append(load_chart(path))
        except ChartInvalid as invalid:
            problems.extend(invalid.problems)
    if not charts and not problems:
        problems.append(f"{folder}:1: charts: no *.yaml file here; give the brand at least one chart")
    if problems:
        raise ChartInvalid(problems)
    return tuple(charts)


def load_chart(path: Path) -> Chart:
    """One file. Raises `ChartInvalid`; a file that can't be opened is named like any other mistake."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ChartInvalid([f"{path}:1: file: not UTF-8 at byte {error.start + 1}; save it as UTF-8"]) from error
    except OSError as error:
        raise ChartInvalid([f"{path}:1: file: {error.strerror or error}"]) from error
    return parse_chart(text, file=str(path))


def parse_chart(text: str, *, file: str) -> Chart:
    """A chart from the text of a file; `file` is how mistakes name it. Raises `ChartInvalid`."""
    try:
        source = Source(text)
    except SourceUnreadable as unreadable:
        raise ChartInvalid([f"{file}:{unreadable.line}: file: {unreadable.problem}"]) from unreadable
    if source.data is None:
        raise ChartInvalid([f"{file}:1: file: holds nothing; write it"])
    problems: dict[Place, str] = dict.fromkeys(source.repeated, "written twice; keep one")
    try:
        written = _Chart.model_validate(source.data)
    except ValidationError as invalid:
        written = None
        for error in invalid.errors():
            problems.setdefault(_place(error["loc"]), _said(error))
    conditions = _conditions(source.data, problems)
    problems.update(_places_that_lead_nowhere(source.data))
    if written is None or problems:
        ordered = sorted((source.line_of(place), field_of(place), said) for place, said in problems.items())
        raise ChartInvalid([f"{file}:{line}: {field}: {said}" for line, field, said in ordered])
    fingerprint = hashlib.sha256(text.encode()).hexdigest()[:16]
    return _frozen(written, conditions, source, file=file, fingerprint=fingerprint)


def _place(loc: tuple[str | int, ...]) -> Place:
    return tuple(step for step in loc if step != "[key]")


def _said(mistake: ErrorDetails) -> str:
    if mistake["type"] == "value_error":
        return mistake["msg"].removeprefix("Value error, ")
    return in_words(mistake)


def _branch_places(data: object) -> Iterator[tuple[Place, Mapping[str, object]]]:
    for node_id, node in as_mapping(as_mapping(data).get("nodes")).items():
        for number, branch in enumerate(as_sequence(as_mapping(node).get("branches"))):
            yield ("nodes", node_id, "branches", number), as_mapping(branch)


def _conditions(data: object, problems: dict[Place, str]) -> Mapping[Place, Condition]:
    found: dict[Place, Condition] = {}
    for place, branch in _branch_places(data):
        if "when" not in branch:
            continue
        condition = read_condition(branch["when"], (*place, "when"), problems.__setitem__)
        if condition is not None:
            found[place] = condition
    return found


def _links(data: object) -> Iterator[tuple[Place, str, str]]:
    """Where a link stands, the node it leaves, and the id it names."""
    for place, branch in _branch_places(data):
        if isinstance(to := branch.get("to"), str):
            yield (*place, "to"), str(place[1]), to
    for node_id, node in as_mapping(as_mapping(data).get("nodes")).items():
        if isinstance(to := as_mapping(as_mapping(node).get("otherwise")).get("to"), str):
            yield ("nodes", node_id, "otherwise", "to"), node_id, to


def _places_that_lead_nowhere(data: object) -> Iterator[tuple[Place, str]]:
    """Links to nothing, ids used twice, a start that is no question, and questions that come back to themselves."""
    nodes, leaves = (as_mapping(as_mapping(data).get(part)) for part in ("nodes", "leaves"))
    for shared in sorted(nodes.keys() & leaves.keys()):
        yield ("leaves", shared), "a question has this id already"
    if isinstance(start := as_mapping(data).get("start"), str) and start not in nodes:
        yield ("start",), f"no question {start!r}"
    next_of: dict[str, set[str]] = {}
    for place, node_id, to in _links(data):
        if to not in nodes and to not in leaves:
            yield place, f"no question or leaf {to!r}"
        next_of.setdefault(node_id, set()).add(to)
    for place, node_id, to in _links(data):
        if node_id in _reached_from(to, next_of):
            yield place, f"leads back to {node_id!r}; a chart ends, so let a later mention start it again"


def _reached_from(node_id: str, next_of: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = set[str](), [node_id]
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting.extend(next_of.get(here, ()))
    return reached


def _frozen(
    written: _Chart, conditions: Mapping[Place, Condition], source: Source, *, file: str, fingerprint: str
) -> Chart:
    rules = written.posting_rules
    described = written.model_dump(exclude={"nodes", "leaves", "posting_rules"})
    return Chart(
        **described,
        posting_rules=PostingRules(**rules.model_dump()) if rules else None,
        nodes=tuple(_node(node_id, node, conditions, source) for node_id, node in written.nodes.items()),
        leaves=tuple(
            Leaf(id=leaf_id, line=source.line_of(("leaves", leaf_id)), **leaf.model_dump())
            for leaf_id, leaf in written.leaves.items()
        ),
        file=file,
        fingerprint=fingerprint,
    )


def _node(node_id: str, node: _Node, conditions: Mapping[Place, Condition], source: Source) -> Node:
    here: Place = ("nodes", node_id)
    branches: list[Branch] = []
    for number, branch in enumerate(node.branches):
        place: Place = (*here, "branches", number)
        branches.append(
            Branch(
                label=branch.label,
                when=conditions[place],
                to=branch.to,
                priority=branch.priority,
                line=source.line_of(place),
            )
        )
    last = node.otherwise
    return Node(
        id=node_id,
        ask=node.ask,
        branches=tuple(branches),
        otherwise=last and Otherwise(label=last.label, to=last.to, line=source.line_of((*here, "otherwise"))),
        line=source.line_of(here),
    )
