"""Is a chart sound? Every leaf reachable and owned, no two branches at odds, no mention left over, silence foreseen."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from assistant.charts.chart import Branch, Chart, Leaf, Node
from assistant.charts.evaluate import PLACEHOLDER
from assistant.charts.grammar import FACTS, Condition, Not, Op, Test, tests_of
from assistant.charts.satisfy import Space, Words
from assistant.domain.value import Value
from assistant.domain.vocabulary import Decision


class Problem(Value):
    """One mistake in a chart; `line` counts from 1."""

    file: str
    line: int
    field: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.what}"


def check(chart: Chart, words: Words) -> tuple[Problem, ...]:
    """Every mistake, by line; none means the chart leads each mention there can be to exactly one owned leaf.

    Reachability, overlap and completeness are decided over the whole vocabulary, not sampled; `words` are the pack's.
    """
    space = Space(words, [condition for _, condition in chart.conditions()])
    found = [*_unknown_words(chart, words), *_walk(chart, space), *_meta(chart)]
    for leaf in chart.leaves:
        found.extend(_leaf(chart, leaf))
    return tuple(sorted(set(found), key=lambda problem: (problem.line, problem.field, problem.what)))


def _problem(chart: Chart, line: int, field: str, what: str) -> Problem:
    return Problem(file=chart.file, line=line, field=field, what=what)


def _meta(chart: Chart) -> Iterator[Problem]:
    if not any(leaf.decision is Decision.NO_REPLY for leaf in chart.leaves):
        yield _problem(chart, 1, "leaves", "no leaf says when not to respond; add one with outcome NO_REPLY")
    if chart.owner not in chart.teams:
        yield _problem(chart, 1, "owner", f"{chart.owner!r} is not among the chart's teams")


def _unknown_words(chart: Chart, words: Words) -> Iterator[Problem]:
    """Words the brand pack doesn't know. Incidents come and go, so any name is taken for one."""
    known = {
        "intent": set(words.intents),
        "topic": set(words.intents.values()),
        "channel": set(words.channels),
        "language": set(words.languages),
    }
    for branch, condition in chart.conditions():
        for test in tests_of(condition):
            for word in test.words:
                if test.fact in known and word not in known[test.fact]:
                    yield _problem(chart, branch.line, f"when.{test.fact}", f"the pack has no {test.fact} {word!r}")


def _walk(chart: Chart, space: Space) -> Iterator[Problem]:
    """Follow every way a mention can take, and note what no way reaches."""
    taken: set[tuple[str, int]] = set()
    reached: set[str] = set()
    overlaps: set[tuple[str, int, int]] = set()
    waiting: list[tuple[str, tuple[Condition, ...]]] = [(chart.start, ())]
    while waiting:
        here, way = waiting.pop()
        reached.add(here)
        node = chart.node(here)
        if node is None:
            yield from _silence_where_sensitive(chart, here, way, space)
            continue
        yield from _overlaps(chart, node, way, space, overlaps)
        for place, (to, condition) in enumerate(_exits(node)):
            example = space.example((*way, *condition))
            if to is not None and example is not None:
                taken.add((node.id, place))
                waiting.append((to, (*way, *condition)))
            elif example is not None:
                yield _problem(chart, node.line, f"nodes.{node.id}", f"no branch for {example}; add `otherwise`")
    yield from _never(chart, taken, reached)


def _exits(node: Node) -> Iterator[tuple[str | None, tuple[Condition, ...]]]:
    """Where each way out of a question leads, in the order tried, and when it is taken; last None: nothing fits."""
    before: tuple[Condition, ...] = ()
    for branch in node.in_order():
        yield branch.to, (*before, branch.when)
        before = (*before, Not(part=branch.when))
    yield node.otherwise.to if node.otherwise else None, before


def _overlaps(
    chart: Chart, node: Node, way: Sequence[Condition], space: Space, known: set[tuple[str, int, int]]
) -> Iterator[Problem]:
    for (place, first), (later, second) in combinations(enumerate(node.branches), 2):
        pair = (node.id, place, later)
        if pair in known or _ranked(first, second):
            continue
        if (example := space.example((*way, first.when, second.when))) is not None:
            known.add(pair)
            what = f"overlaps {first.label!r} of line {first.line} ({example}); give both a priority"
            yield _problem(chart, second.line, f"nodes.{node.id}.{second.label}", what)


def _ranked(first: Branch, second: Branch) -> bool:
    return first.priority is not None and second.priority is not None and first.priority != second.priority


def _silence_where_sensitive(chart: Chart, leaf_id: str, way: Sequence[Condition], space: Space) -> Iterator[Problem]:
    leaf = chart.leaf(leaf_id)
    if leaf is None or leaf.decision is not Decision.NO_REPLY:
        return
    example = space.example((*way, Test(fact="sensitivity", op=Op.KNOWN)))
    if example is not None:
        what = f"silence where a sensitivity fired ({example}); ask for sensitivity first"
        yield _problem(chart, leaf.line, f"leaves.{leaf.id}", what)


def _never(chart: Chart, taken: set[tuple[str, int]], reached: set[str]) -> Iterator[Problem]:
    for node in chart.nodes:
        if node.id not in reached:
            yield _problem(chart, node.line, f"nodes.{node.id}", "no mention can reach this question")
            continue
        lines = [branch.line for branch in node.in_order()] + [node.otherwise.line if node.otherwise else node.line]
        for place, (to, _) in enumerate(_exits(node)):
            if to is not None and (node.id, place) not in taken:
                yield _problem(chart, lines[place], f"nodes.{node.id}", f"no mention can take the branch to {to!r}")
    for leaf in chart.leaves:
        if leaf.id not in reached:
            yield _problem(chart, leaf.line, f"leaves.{leaf.id}", "no mention can reach this leaf")


def _leaf(chart: Chart, leaf: Leaf) -> Iterator[Problem]:
    for what in (*_ownership(chart, leaf), *_duties(chart, leaf), *_fields(chart, leaf)):
        yield _problem(chart, leaf.line, f"leaves.{leaf.id}", what)


def _ownership(chart: Chart, leaf: Leaf) -> Iterator[str]:
    if leaf.owner is None:
        yield "nobody owns this leaf; name one of the chart's teams as owner"
    for team in (leaf.owner, leaf.escalate_to):
        if team is not None and team not in chart.teams:
            yield f"team {team!r} is not among the chart's teams: {', '.join(chart.teams)}"


def _duties(chart: Chart, leaf: Leaf) -> Iterator[str]:
    for name in leaf.checks:
        if name not in chart.checks:
            yield f"no check {name!r} in the chart"
    if leaf.rule is not None and (chart.posting_rules is None or leaf.rule not in chart.posting_rules.rules):
        yield f"no posting rule {leaf.rule!r} in the chart"
    if leaf.decision is Decision.NO_REPLY:
        return
    if leaf.sla_minutes is None:
        yield "an answer is due but sla_minutes says not when"
    if missing := [name for name in chart.checks if name not in leaf.checks]:
        yield f"a reply leaf carries every check of the chart; missing: {', '.join(missing)}"


def _fields(chart: Chart, leaf: Leaf) -> Iterator[str]:
    if missing := [name for name in chart.fields if name not in leaf.fields]:
        yield f"fields not filled in: {', '.join(missing)}"
    for name, text in leaf.fields.items():
        if name not in chart.fields:
            yield f"no field {name!r} in the chart"
        for fact in PLACEHOLDER.findall(text):
            if fact not in FACTS:
                yield f"field {name!r} asks for {{{fact}}}, which is no fact"
