"""Charts made ready for routing: conditions become functions once, so that a mention costs microseconds.

`evaluate` tells the same way with every fact in words; both lead each mention to the same leaf (tests/charts).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import cast

from assistant.charts.chart import Chart, Leaf
from assistant.charts.facts import Facts, Held
from assistant.charts.grammar import FACTS, All, AnyOf, Condition, Kind, Not, Op, Test, test_holds
from assistant.domain.routing import Advice
from assistant.errors import ChartInvalid

_Values = Mapping[str, Held]
_Holds = Callable[[_Values], bool]
_Exits = tuple[tuple[_Holds, str], ...]


@dataclass(frozen=True)
class Triage:
    """The charts that bind a brand, in its order. `fingerprint` names their versions; empty where there is none."""

    charts: tuple["Ready", ...] = ()
    fingerprint: str = ""

    def advise(self, facts: Facts) -> tuple[Advice, ...]:
        """What each chart says of a mention, in order. Raises `ChartInvalid` where a chart has no branch for it."""
        values: _Values = vars(facts)
        return tuple(chart.advise(values) for chart in self.charts)


NO_CHARTS = Triage()


@dataclass(frozen=True)
class Ready:
    """One chart with its questions as functions; `chart` is what its author wrote."""

    chart: Chart
    exits: Mapping[str, _Exits]
    leaves: Mapping[str, Leaf]
    known: dict[tuple[bool, tuple[str, ...]], Advice] = field(default_factory=dict)
    """Advice by way; a chart has few ways."""

    def advise(self, values: _Values) -> Advice:
        way, here = [self.chart.id], self.chart.start
        while (exits := self.exits.get(here)) is not None:
            way.append(here)
            for holds, to in exits:
                if holds(values):
                    here = to
                    break
            else:
                raise ChartInvalid([f"{self.chart.file}:1: nodes.{here}: no branch fits; run `assistant chart check`"])
        sensitive = bool(values["sensitivity"])
        key = (sensitive, (*way, here))
        advice = self.known.get(key)
        if advice is None:
            advice = self.known[key] = _advice(self.chart, self.leaves[here], key[1], sensitive=sensitive)
        return advice


def triage(charts: Sequence[Chart]) -> Triage:
    """The charts compiled."""
    if not charts:
        return NO_CHARTS
    digest = sha256("\0".join(f"{chart.id}:{chart.fingerprint}" for chart in charts).encode()).hexdigest()
    return Triage(charts=tuple(map(_ready, charts)), fingerprint=digest[:16])


def _ready(chart: Chart) -> Ready:
    exits: dict[str, _Exits] = {}
    for node in chart.nodes:
        taken = [(_compiled(branch.when), branch.to) for branch in node.in_order()]
        last = [(_always, node.otherwise.to)] if node.otherwise else []
        exits[node.id] = (*taken, *last)
    return Ready(chart=chart, exits=exits, leaves={leaf.id: leaf for leaf in chart.leaves})


def _always(values: _Values) -> bool:
    return True


def _compiled(condition: Condition) -> _Holds:
    match condition:
        case Test():
            return _compiled_test(condition)
        case Not(part=part):
            inner = _compiled(part)
            return lambda values: not inner(values)
        case All(parts=parts):
            every = tuple(map(_compiled, parts))
            return lambda values: all(holds(values) for holds in every)
        case AnyOf(parts=parts):
            some = tuple(map(_compiled, parts))
            return lambda values: any(holds(values) for holds in some)


def _compiled_test(test: Test) -> _Holds:
    name, words = test.fact, frozenset(test.words)
    if test.op is not Op.ONE_OF:
        return lambda values: test_holds(test, values[name])
    kind = FACTS[name].kind
    if kind is Kind.SET:
        return lambda values: not words.isdisjoint(cast("frozenset[str]", values[name]))
    if kind is Kind.FLAG:
        yes, no = "yes" in words, "no" in words
        return lambda values: yes if values[name] else no
    return lambda values: values[name] in words


def _advice(chart: Chart, leaf: Leaf, path: tuple[str, ...], *, sensitive: bool) -> Advice:
    leaf = leaf.where_sensitive() if sensitive else leaf
    return Advice(
        chart=chart.id,
        path=path,
        outcome=leaf.outcome,
        decision=leaf.decision,
        owner=leaf.owner or chart.owner,
        sla_minutes=leaf.sla_minutes,
        escalate_to=leaf.escalate_to,
        tags=leaf.tags,
        next_step=leaf.next_step,
        why=leaf.why,
        sensitive=sensitive,
    )
