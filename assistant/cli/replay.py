"""`assistant replay`: a change of prompts, knowledge, model or chart, over mentions that people answered."""

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.cli.places import FileToWrite
from assistant.cli.progress import progress_bar
from assistant.cli.statuses import INFRASTRUCTURE, NOT_DECIDABLE, NOT_HELD
from assistant.errors import InputInvalid

if TYPE_CHECKING:
    from assistant.compose.variant import Variant
    from assistant.evals.replay import Replay

NAMED = 10


@click.command()
@click.option("--since", default="7d", show_default=True, help="How far back: 12h, 7d, 4w.")
@click.option(
    "--with", "changes", multiple=True, required=True, help="prompts=DIR, knowledge=DIR, model=NAME, chart=FILE."
)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=2000, show_default=True, help="Newest mentions at most."
)
@click.option("--out", "out_file", type=FileToWrite(), help="Write the comparison as JSON, case by case.")
@click.option("--html", "html_file", type=FileToWrite(), help="Write it as a page to look through.")
@options.progress
@options.knowledge
def replay(
    since: str,
    changes: tuple[str, ...],
    limit: int,
    out_file: Path | None,
    html_file: Path | None,
    show_progress: bool,
    knowledge: Path | None,
) -> int:
    """Run a change over recorded mentions and compare it with what people sent.

    Both the present set-up and the change answer every mention, as if every slice were certified; neither stores or
    sends anything. Exit status: 0 no worse; 1 more mentions got worse than safer (exact McNemar, p <= .05); 2 nothing
    was recorded in that time; 3 the model could not be used on more than a twentieth of them.
    """
    from assistant import log
    from assistant.cli.rows import write_text
    from assistant.compose.replay import replay_brand
    from assistant.settings import read_settings

    variant, settings = _variant(changes), read_settings()
    log.configure(level="error", json=settings.log_as_json)
    with progress_bar("mentions", None, forced=show_progress) as advance:
        found = replay_brand(
            settings,
            variant,
            change=" ".join(changes),
            since=_span(since),
            limit=limit,
            knowledge=knowledge,
            progress=advance,
        )
    if not found.mentions:
        click.echo(f"no mention was decided within {since}; take in some, or look further back with --since", err=True)
        return NOT_DECIDABLE
    _show(found)
    if out_file is not None:
        write_text(out_file, found.model_dump_json(indent=2) + "\n")
    if html_file is not None:
        from assistant.evals.replay_page import page_of

        write_text(html_file, page_of(found))
    if found.fell_back:
        click.echo(f"the model could not be used for {found.fell_back} of {found.mentions} mentions", err=True)
    return INFRASTRUCTURE if found.is_void else NOT_HELD if found.is_worse else 0


def _variant(changes: tuple[str, ...]) -> "Variant":
    from assistant.compose.variant import variant_of

    try:
        return variant_of(changes)
    except InputInvalid as problem:
        raise click.UsageError(str(problem)) from problem


def _span(said: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,4})([hdw])", said.strip())
    if match is None:
        raise click.UsageError(f"--since {said}: write a number and h, d or w, such as 7d")
    return int(match[1]) * {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[match[2]]


def _show(found: "Replay") -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from assistant.evals.replay import Verdict

    console = Console(soft_wrap=True)
    console.print(
        f"{found.mentions} mentions, {found.acted_on} with an answer or silence by people; {escape(found.change)}"
    )
    table = Table("verdict", "n", "share", "95 %", box=None, pad_edge=False)
    for part in found.parts:
        share = part.n / found.mentions
        table.add_row(part.verdict.value, str(part.n), f"{share:.1%}", f"{part.low:.1%} to {part.high:.1%}")
    console.print(table)
    moves = ", ".join(f"{decision} {before} → {after}" for decision, (before, after) in found.decisions.items())
    console.print(f"decisions: {moves}; safer against worse: p = {found.p:.3f}")
    changed = [case for case in found.cases if case.verdict is not Verdict.SAME]
    for case in changed[:NAMED]:
        said = f"{case.verdict.value}: {case.mention_id} {case.before} → {case.after}: {case.why}"
        console.print(escape(said))
    if len(changed) > NAMED:
        console.print(f"and {len(changed) - NAMED} more; --out or --html shows all")
