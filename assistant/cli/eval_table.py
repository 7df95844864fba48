"""What an eval run says on a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.evals.compare import Comparison
from assistant.evals.gates import GateResult, Outcome
from assistant.evals.results import Run
from assistant.evals.summary import rates

_COLOURS = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.UNDECIDED: "yellow"}
NAMED = 15
"""Failed cases named one by one; the report holds all."""


def print_gates(run: Run, gates: Sequence[GateResult]) -> None:
    """Rates, gates, the first failures, cost and time."""
    print_rates(run)
    console = Console(soft_wrap=True)
    for gate in gates:
        colour = _COLOURS[gate.outcome]
        console.print(f"[{colour}]{gate.outcome:9}[/{colour}] {gate.suite} {gate.metric}: {escape(gate.reason)}")


def print_rates(run: Run) -> None:
    """Pass rates with intervals, then what failed."""
    console = Console(soft_wrap=True)
    table = _table("passed", "95 %", "unscored")
    for rate in rates(run.scores):
        interval = f"{rate.low:.1%} to {rate.high:.1%}" if rate.n else "-"
        table.add_row(rate.suite, rate.metric, f"{rate.passed}/{rate.n}", interval, str(rate.unscored or ""))
    console.print(table)
    failed = [row for row in run.scores if row.passed is False]
    for row in failed[:NAMED]:
        console.print(f"[red]failed[/red] {row.name} {row.assertion}: {escape(row.reason)}")
    if len(failed) > NAMED:
        console.print(f"and {len(failed) - NAMED} more in the report")
    manifest = run.manifest
    again = f", {manifest.reused} turn(s) reused" if manifest.reused else ""
    console.print(f"{manifest.cases} case(s) in {manifest.seconds:.1f} s, {manifest.tokens} model tokens{again}")


def print_comparison(comparison: Comparison) -> None:
    """What changed, by metric and by case."""
    console = Console(soft_wrap=True)
    table = _table("pairs", "before", "after", "broken", "fixed", "p")
    for change in comparison.changes:
        rates_ = [f"{rate:.1%}" if rate is not None else "-" for rate in (change.before, change.after)]
        counts = [str(len(change.broken)), str(len(change.fixed))]
        table.add_row(change.suite, change.metric, str(change.pairs), *rates_, *counts, f"{change.p_value:.3f}")
    console.print(table)
    for flip in comparison.flips:
        console.print(f"{_word(flip.before)} → {_word(flip.after)} {flip.case} {flip.assertion}: {escape(flip.reason)}")
    for names, what in ((comparison.only_after, "new"), (comparison.only_before, "gone")):
        if names:
            console.print(f"{what}: {', '.join(names)}")
    a, b = comparison.before, comparison.after
    console.print(f"{a.seconds:.1f} s → {b.seconds:.1f} s, {a.tokens} → {b.tokens} model tokens")


def _table(*numbers: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("suite", "metric"):
        table.add_column(name, overflow="fold")
    for name in numbers:
        table.add_column(name, no_wrap=True)
    return table


def _word(verdict: bool | None) -> str:
    return {True: "[green]passed[/green]", False: "[red]failed[/red]", None: "[yellow]unscored[/yellow]"}[verdict]
