"""What an eval run says on a terminal."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.evals.again import how_they_are
from assistant.evals.case import CaseSeverity
from assistant.evals.compare import Comparison
from assistant.evals.gates import GateResult, Outcome
from assistant.evals.results import Run, ScoreRow
from assistant.evals.summary import rates

_COLOURS = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.UNDECIDED: "yellow"}
_LAST = (Outcome.PASSED, Outcome.UNDECIDED, Outcome.FAILED)
LOG_WIDTH = 200
"""Columns where nobody looks on: no name is folded."""
NAMED = 15
"""Failed cases named one by one; the report holds all."""


def print_gates(run: Run, gates: Sequence[GateResult]) -> None:
    """Rates, the first failures, cost and time, then the gates, those that failed last: next to the prompt."""
    print_rates(run)
    console = _console()
    for gate in sorted(gates, key=lambda gate: _LAST.index(gate.outcome)):
        colour = _COLOURS[gate.outcome]
        said = escape(f"{gate.suite} {gate.metric}: {gate.reason}")
        console.print(f"[{colour}]{gate.outcome:9}[/{colour}] {said}")
    counts = Counter(gate.outcome for gate in gates)
    shares = [f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome]]
    console.print(f"{len(gates)} gate(s): {', '.join(shares)}")


def print_rates(run: Run) -> None:
    """Pass rates with intervals, then what failed."""
    console = _console()
    repeats = run.manifest.repeats
    table = _table("passed", "95 %", "unscored", *([f"pass^{repeats}"] if repeats > 1 else []))
    for rate in rates(run.scores):
        interval = f"{rate.low:.1%} to {rate.high:.1%}" if rate.n else "-"
        again = "-" if rate.pass_k is None else f"{rate.pass_k:.1%}"
        counts = [f"{rate.passed}/{rate.n}", interval, str(rate.unscored or "")]
        table.add_row(rate.suite, escape(rate.metric), *counts, *([again] if repeats > 1 else []))
    console.print(table)
    failed = Counter((row.name, row.label, row.reason) for row in _worst_first(run.scores))
    for (name, assertion, reason), tries in list(failed.items())[:NAMED]:
        often = f" ({tries} of {repeats} tries)" if repeats > 1 else ""
        console.print(f"[red]failed[/red] {escape(f'{name} {assertion}{often}: {reason}')}")
    if len(failed) > NAMED:
        console.print(f"and {len(failed) - NAMED} more in the report")
    manifest = run.manifest
    again = f", {manifest.reused} turn(s) reused" if manifest.reused else ""
    console.print(f"{manifest.cases} case(s) in {manifest.seconds:.1f} s, {manifest.tokens} model tokens{again}")


def print_again(run: Run, names: Sequence[str]) -> int:
    """What became of the cases that failed before, and the exit status for it."""
    print_rates(run)
    now = how_they_are(names, run.scores)
    failed = [name for name, verdict in now.items() if verdict is False]
    untold = [name for name, verdict in now.items() if verdict is None]
    console = _console()
    for some, said, plural in ((failed, "fails still", "fail still"), (untold, "can't be told", "can't be told")):
        if some:
            word = said if len(some) == 1 else plural
            console.print(f"{len(some)} of {len(now)} cases that failed there {word}: {escape(_few(some))}")
    if not failed and not untold:
        console.print(f"[green]all {len(now)} cases that failed there pass[/green]")
    return 1 if failed else 2 if untold else 0


def _worst_first(rows: Sequence[ScoreRow]) -> Sequence[ScoreRow]:
    """What failed, critical cases before the others."""
    return sorted(
        (row for row in rows if row.passed is False), key=lambda row: row.severity is not CaseSeverity.CRITICAL
    )


def print_comparison(comparison: Comparison) -> None:
    """What changed, by metric and by case."""
    console = _console()
    table = _table("pairs", "before", "after", "points (95 %)", "broken", "fixed", "p")
    for change in comparison.changes:
        rates_ = [f"{rate:.1%}" if rate is not None else "-" for rate in (change.before, change.after)]
        moved = f"{100 * change.difference:+.1f} ({100 * change.low:+.1f} to {100 * change.high:+.1f})"
        counts = [moved if change.broken or change.fixed else "", str(len(change.broken)), str(len(change.fixed))]
        table.add_row(change.suite, escape(change.metric), str(change.pairs), *rates_, *counts, f"{change.p_value:.3f}")
    console.print(table)
    print_flips(comparison)
    _print_unpaired(comparison)
    console.print(_in_short(comparison))
    a, b = comparison.before, comparison.after
    console.print(f"{a.seconds:.1f} s → {b.seconds:.1f} s, {a.tokens} → {b.tokens} model tokens")


def print_flips(comparison: Comparison) -> None:
    """Every case that changed its verdict, those that fail now first."""
    console = _console()
    for flip in sorted(comparison.flips, key=lambda flip: flip.after is not False):
        said = escape(f"{flip.case} {flip.assertion}: {flip.reason}")
        console.print(f"{_word(flip.before)} → {_word(flip.after)} {said}")


def _print_unpaired(comparison: Comparison) -> None:
    """Cases only one run has; suites that only one run has are named as such."""
    console = _console()
    both = {change.suite for change in comparison.changes}
    for names, what, run in ((comparison.only_after, "new", "B"), (comparison.only_before, "gone", "A")):
        here = [name for name in names if _suite_of(name) in both]
        if elsewhere := dict.fromkeys(_suite_of(name) for name in names if _suite_of(name) not in both):
            console.print(f"only in {run}: {', '.join(elsewhere)}")
        if here:
            console.print(f"{len(here)} {what}: {escape(_few(here))}")
    if comparison.asked_otherwise:
        count = len(comparison.asked_otherwise)
        console.print(f"{count} with another message than in A: {escape(_few(comparison.asked_otherwise))}")


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def _suite_of(name: str) -> str:
    return name.partition("/")[0]


def _in_short(comparison: Comparison) -> str:
    said = comparison.in_short
    colours = {"worse": "red", "undecided": "yellow", "no": "green"}
    verdict = said.replace(":", " ").partition(" ")[0]
    colour, rest = colours.get(verdict), escape(said[len(verdict) :])
    return f"[{colour}]{verdict}[/{colour}]{rest}" if colour else escape(said)


def _table(*numbers: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("suite", "metric"):
        table.add_column(name, overflow="fold")
    for name in numbers:
        table.add_column(name, no_wrap=True)
    return table


def _console() -> Console:
    console = Console(soft_wrap=True)
    if not console.is_terminal:
        console.width = LOG_WIDTH
    return console


def _word(verdict: bool | None) -> str:
    return {True: "[green]passed[/green]", False: "[red]failed[/red]", None: "[yellow]unscored[/yellow]"}[verdict]
