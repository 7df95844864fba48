"""Turns for people to read in a terminal: a line each, one in full, or the sum of many."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from assistant.domain.turn import Turn
from assistant.domain.vocabulary import REASON_SENTENCES, Decision

_COLOURS = {
    Decision.AUTO_REPLY: "green",
    Decision.REVIEW: "yellow",
    Decision.HANDOFF: "magenta",
    Decision.NO_REPLY: "bright_black",
}


SHOWN = 220
"""Characters of a text that a table shows; `assistant reply` shows all of it."""


def _flat(text: str) -> str:
    line = " ".join(text.split())
    return escape(line if len(line) <= SHOWN else f"{line[:SHOWN]} ...")


def _what_happens(turn: Turn) -> str:
    if turn.route.decision is Decision.AUTO_REPLY and turn.draft is not None:
        return _flat(turn.draft.text)
    why = ", ".join(turn.route.reasons)
    if turn.draft is None or turn.route.decision is Decision.NO_REPLY:
        return f"[dim]{why}[/dim]"
    return f"[dim]{why}[/dim]\n{_flat(turn.draft.text)}"


def turns_table(turns: Sequence[Turn]) -> Table:
    """Mention, intent, decision, and the reply or the reasons against one."""
    table = Table(show_lines=True, expand=True, header_style="bold")
    table.add_column("mention", ratio=4)
    table.add_column("intent", ratio=2, overflow="fold")
    table.add_column("decision", no_wrap=True)
    table.add_column("reply, or why not (drafts wait for a person)", ratio=6)
    for turn in turns:
        read = turn.understanding
        intent = "-" if read is None else (read.intent or "-") if read.in_scope else "[dim]out of scope[/dim]"
        colour = _COLOURS[turn.route.decision]
        decision = f"[{colour}]{turn.route.decision}[/{colour}]"
        table.add_row(
            f"[dim]{turn.mention.channel}[/dim] {_flat(turn.mention.text)}", intent, decision, _what_happens(turn)
        )
    return table


def print_turns(turns: Sequence[Turn]) -> None:
    """The table of these turns on standard output."""
    Console().print(turns_table(turns))


def print_turn(turn: Turn) -> None:
    """One turn in full: understanding, evidence, draft with sources, findings, decision with reasons."""
    console = Console()
    console.print(Panel(escape(turn.mention.text), title=f"{turn.mention.channel}, {turn.mention.visibility}"))
    if (read := turn.understanding) is not None:
        scope = f"{'in' if read.in_scope else 'out of'} scope ({read.in_scope_confidence:.2f})"
        console.print(f"[bold]understood[/bold]  {read.intent} ({read.intent_confidence:.2f}), {scope}")
        console.print(f"            {read.stance}, {read.sentiment}, urgency {read.urgency}, language {read.language}")
        if read.second is not None:
            console.print(f"            [dim]read by {escape(read.second.by)} too: {escape(read.why['second'])}[/dim]")
        for fired in read.sensitivity:
            said = f"[red]sensitive: {fired.category}[/red]" if fired.certain else f"maybe sensitive: {fired.category}"
            console.print(f"            {said} ({fired.score:.2f}) {escape(fired.why)}")
    for hit in turn.evidence[:3]:
        console.print(f"[bold]evidence[/bold]    {hit.score:.2f} {escape(hit.title)} [dim]{hit.passage_id}[/dim]")
    if turn.draft is not None:
        console.print(Panel(escape(turn.draft.text), title=f"draft by {turn.draft.drafter}", border_style="cyan"))
        for claim in turn.draft.claims:
            source = ", ".join(c.passage_id for c in claim.citations) or "no source needed"
            console.print(f"  [cyan]{claim.kind}[/cyan] {escape(claim.text)} [dim]{source}[/dim]")
    for finding in turn.findings:
        console.print(f"[bold]finding[/bold]     {finding.severity}: {finding.guardrail}: {escape(finding.message)}")
    colour = _COLOURS[turn.route.decision]
    due = f", due {turn.route.due_at:%Y-%m-%d %H:%M} UTC" if turn.route.due_at else ""
    console.print(f"[bold]decision[/bold]    [{colour}]{turn.route.decision}[/{colour}]  queue {turn.route.queue}{due}")
    for reason in turn.route.reasons:
        console.print(f"            {reason}: {REASON_SENTENCES[reason]}")


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass
class Summary:
    """Counts decisions and times over a run."""

    started_at: float
    stood: int = 0
    """How many of them were answered before this run."""
    decisions: Counter[Decision] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    ms: dict[str, list[float]] = field(default_factory=dict)

    @classmethod
    def started(cls) -> "Summary":
        return cls(started_at=perf_counter())

    def add(self, turns: Sequence[Turn], *, stood: int = 0) -> None:
        self.stood += stood
        for turn in turns:
            self.decisions[turn.route.decision] += 1
            self.reasons.update(turn.route.reasons)
            for stage, spent in turn.ms.items():
                self.ms.setdefault(stage, []).append(spent)

    def show(self, *, bad: int = 0) -> None:
        """Print shares by decision, the commonest reasons, throughput, and p50/p99 by stage."""
        elapsed = perf_counter() - self.started_at
        total = sum(self.decisions.values())
        console = Console()
        decisions = Table("decision", "mentions", "share", title="What was decided", title_justify="left")
        for decision in Decision:
            count = self.decisions[decision]
            decisions.add_row(decision, str(count), f"{count / max(total, 1):.1%}")
        console.print(decisions)
        common = ", ".join(f"{reason} {count}" for reason, count in self.reasons.most_common(8))
        console.print(f"Commonest reasons: {common or 'none'}")
        stages = Table("stage", "p50 ms", "p99 ms", title="Time per mention", title_justify="left")
        for stage, spent in self.ms.items():
            stages.add_row(stage, f"{_quantile(spent, 0.5):.2f}", f"{_quantile(spent, 0.99):.2f}")
        console.print(stages)
        console.print(
            f"{_done(total - self.stood, self.stood, elapsed)}{f', {bad} bad line(s) skipped' if bad else ''}"
        )


def _done(new: int, stood: int, elapsed: float) -> str:
    if stood and not new:
        return f"No mention was new: {stood} stood answered already"
    before = f"; {stood} more stood answered already" if stood else ""
    return f"{new} mention{'' if new == 1 else 's'} in {elapsed:.1f} s: {new / max(elapsed, 1e-9):.0f} a second{before}"
