"""Walk a chart with one mention's facts: which leaf, by which way, and what follows from it."""

import re
from collections.abc import Mapping

from pydantic import Field

from assistant.charts.chart import Action, Branch, Chart, Leaf, Node, Otherwise
from assistant.charts.facts import Facts, Held
from assistant.charts.grammar import holds, tests_of
from assistant.domain.routing import Advice
from assistant.domain.value import Value
from assistant.domain.vocabulary import SCRUTINY, Decision
from assistant.errors import ChartInvalid

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
"""`{channel}` in a leaf's field stands for what the fact holds."""


class Step(Value):
    """One question passed: the answer taken and what the facts it looked at were."""

    node: str
    ask: str
    answer: str
    seen: Mapping[str, str]


class ChartOutcome(Value):
    """Where a chart led.

    `path` is the chart's id, the questions passed and the leaf. `reasons` has one sentence a question, then the leaf's
    own. `checks` are what a reply must be looked at for, name to sentence. `sensitive`: something fired that forbids
    silence.
    """

    chart: str
    fingerprint: str
    path: tuple[str, ...]
    trace: tuple[Step, ...]
    outcome: str
    decision: Decision
    owner: str
    sla_minutes: int | None
    escalate_to: str | None = None
    tags: tuple[str, ...] = ()
    next_step: str
    kpi: str | None = None
    reasons: tuple[str, ...]
    checks: Mapping[str, str] = Field(default_factory=dict)
    actions: tuple[Action, ...] = ()
    rule: str | None = None
    fields: Mapping[str, str] = Field(default_factory=dict)
    sensitive: bool = False


def evaluate(chart: Chart, facts: Facts) -> ChartOutcome:
    """Follow the chart from its start to a leaf.

    A chart that `check` found complete always ends in one; another may raise `ChartInvalid`, naming the question no
    branch of which fits. A leaf that wants silence never gets it where a sensitivity fired: a person takes over.
    """
    trace: list[Step] = []
    here = chart.start
    while (node := chart.node(here)) is not None:
        taken = _answer(node, facts)
        if taken is None:
            raise ChartInvalid(
                [f"{chart.file}:{node.line}: nodes.{node.id}: no branch fits {_told(_seen(node, facts))}"]
            )
        trace.append(Step(node=node.id, ask=node.ask, answer=taken.label, seen=_seen(node, facts)))
        here = taken.to
    leaf = chart.leaf(here)
    if leaf is None:
        raise ChartInvalid([f"{chart.file}:1: nodes: no question or leaf {here!r}"])
    return _outcome(chart, leaf, tuple(trace), facts)


def raise_scrutiny(decision: Decision, outcome: ChartOutcome | Advice) -> Decision:
    """The stricter of what was decided and what the chart wants; never the milder one.

    A chart's silence replaces only an automatic reply: what already waits for a person stays with one, who sees the
    chart's advice. Silence decided before gives way where the chart wants a person or a sensitivity fired.
    """
    wanted = outcome.decision
    if outcome.sensitive:
        decision, wanted = (Decision.HANDOFF if given is Decision.NO_REPLY else given for given in (decision, wanted))
    if Decision.NO_REPLY in {decision, wanted}:
        other = wanted if decision is Decision.NO_REPLY else decision
        return Decision.NO_REPLY if other in {Decision.AUTO_REPLY, Decision.NO_REPLY} else other
    return max(decision, wanted, key=SCRUTINY.__getitem__)


def _answer(node: Node, facts: Facts) -> Branch | Otherwise | None:
    for branch in node.in_order():
        if holds(branch.when, facts.held):
            return branch
    return node.otherwise


def _seen(node: Node, facts: Facts) -> Mapping[str, str]:
    names = dict.fromkeys(test.fact for branch in node.branches for test in tests_of(branch.when))
    return {name: in_words(facts.held(name)) for name in names}


def _outcome(chart: Chart, leaf: Leaf, trace: tuple[Step, ...], facts: Facts) -> ChartOutcome:
    sensitive = bool(facts.sensitivity)
    heard = leaf.where_sensitive() if sensitive else leaf
    reasons = [*map(_sentence, trace), leaf.why]
    if heard != leaf:
        reasons.append(f"No silence where this fired: {in_words(facts.sensitivity)}.")
    return ChartOutcome(
        chart=chart.id,
        fingerprint=chart.fingerprint,
        path=(chart.id, *(step.node for step in trace), leaf.id),
        trace=trace,
        outcome=heard.outcome,
        decision=heard.decision,
        owner=leaf.owner or chart.owner,
        sla_minutes=leaf.sla_minutes,
        escalate_to=leaf.escalate_to,
        tags=leaf.tags,
        next_step=leaf.next_step,
        kpi=leaf.kpi,
        reasons=tuple(reasons),
        checks={name: chart.checks.get(name, "") for name in leaf.checks},
        actions=leaf.actions,
        rule=leaf.rule,
        fields={name: _filled(text, facts) for name, text in leaf.fields.items()},
        sensitive=sensitive,
    )


def _sentence(step: Step) -> str:
    return f"{step.ask} {step.answer[:1].upper()}{step.answer[1:]} ({_told(step.seen)})."


def _told(seen: Mapping[str, str]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in seen.items())


def _filled(text: str, facts: Facts) -> str:
    names = type(facts).model_fields
    return PLACEHOLDER.sub(lambda found: in_words(facts.held(found[1])) if found[1] in names else found[0], text)


def in_words(value: Held) -> str:
    """What a fact holds, for people."""
    if isinstance(value, frozenset):
        return " and ".join(sorted(value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
