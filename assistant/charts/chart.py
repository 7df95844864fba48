"""What a chart is: questions with branches, leaves with everything that happens there, and the lines they stand on."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum

from pydantic import Field

from assistant.charts.grammar import Condition
from assistant.domain.value import Value
from assistant.domain.vocabulary import Decision

NO_REPLY = Decision.NO_REPLY.value
"""The outcome of every leaf where the brand stays silent."""


class Action(StrEnum):
    """What is done to the post itself, besides any reply."""

    HIDE = "hide"
    REMOVE = "remove"
    RECORD = "record"
    TELL_AUTHOR = "tell_author"
    SHARE = "share"


class Branch(Value):
    """One answer to a question. Lower `priority` is asked first; without one it must exclude its siblings."""

    label: str
    when: Condition
    to: str
    priority: int | None = None
    line: int = 0


class Otherwise(Value):
    """Where a question leads when none of its branches fits."""

    label: str
    to: str
    line: int = 0


class Node(Value):
    """One question."""

    id: str
    ask: str
    branches: tuple[Branch, ...]
    otherwise: Otherwise | None = None
    line: int = 0

    def in_order(self) -> tuple[Branch, ...]:
        """Branches as they are tried: by priority, those without one last, as written."""
        return tuple(sorted(self.branches, key=lambda branch: (branch.priority is None, branch.priority or 0)))

    def targets(self) -> tuple[str, ...]:
        """Where it can lead, in the order tried."""
        last = (self.otherwise.to,) if self.otherwise else ()
        return (*(branch.to for branch in self.in_order()), *last)


class Leaf(Value):
    """Where a path ends.

    `outcome` is `NO_REPLY` or a word of the brand's; `sla_minutes` is when the owner must have acted and `escalate_to`
    who is told when that moment passes; `why` is the reason in one sentence; `checks` names entries of the chart's
    `checks`, `rule` one of its posting rules; `fields` are filled in per mention.
    """

    id: str
    outcome: str
    decision: Decision
    why: str
    owner: str | None = None
    sla_minutes: int | None = Field(default=None, ge=1)
    escalate_to: str | None = None
    tags: tuple[str, ...] = ()
    next_step: str
    kpi: str | None = None
    checks: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    rule: str | None = None
    fields: Mapping[str, str] = Field(default_factory=dict)
    line: int = 0

    def where_sensitive(self) -> "Leaf":
        """What it is where a sensitivity fired: silence goes to a person then."""
        if self.decision is not Decision.NO_REPLY:
            return self
        return self.model_copy(update={"decision": Decision.HANDOFF, "outcome": "hand_to_person"})


class PostingRules(Value):
    """What people may post on the brand's pages, as published; `version` grows with every change."""

    version: int = Field(ge=1)
    rules: Mapping[str, str]


class Chart(Value):
    """A whole chart. `fingerprint` is a hash of the file; `teams`, `checks` and `fields` explain leaves' words."""

    id: str
    title: str
    version: int
    goal: str
    owner: str
    reviewed_on: date
    start: str
    teams: Mapping[str, str]
    checks: Mapping[str, str] = Field(default_factory=dict)
    fields: Mapping[str, str] = Field(default_factory=dict)
    posting_rules: PostingRules | None = None
    nodes: tuple[Node, ...]
    leaves: tuple[Leaf, ...]
    file: str
    fingerprint: str

    def node(self, node_id: str) -> Node | None:
        """The question of that id, or None where it is a leaf's."""
        return next((node for node in self.nodes if node.id == node_id), None)

    def leaf(self, leaf_id: str) -> Leaf | None:
        """The leaf of that id, or None where it is a question's."""
        return next((leaf for leaf in self.leaves if leaf.id == leaf_id), None)

    def conditions(self) -> Iterator[tuple[Branch, Condition]]:
        """Every branch with its condition, in the order written."""
        for node in self.nodes:
            for branch in node.branches:
                yield branch, branch.when
