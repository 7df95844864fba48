"""`assistant drill`: play a crisis before it happens."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.cli.places import FileToWrite
from assistant.cli.progress import progress_bar
from assistant.cli.rows import write_text

if TYPE_CHECKING:
    from assistant.domain.drill import DrillReport


@click.command()
@click.argument("name", required=False)
@click.option("--out", "out_file", type=FileToWrite(), help="Write the whole report there, JSON.")
@options.progress
@options.knowledge
def drill(name: str | None, out_file: Path | None, show_progress: bool, knowledge: Path | None) -> int:
    """Play the drill NAME of the pack minute by minute and say how it went; without NAME list the drills.

    Nothing is sent, and nothing of it is kept. Exit status: 0 every goal was met; 1 one was not.
    """
    from assistant import log
    from assistant.compose.drill import drill_brand, drills_of
    from assistant.settings import read_settings

    settings = read_settings()
    log.configure(level="error", json=settings.log_as_json)
    drills = {each.id: each for each in drills_of(settings, knowledge=knowledge)}
    if name is None:
        for each in drills.values():
            click.echo(f"{each.id}: {each.name} ({len(each.posts)} posts in {each.minutes} minutes)")
        if not drills:
            click.echo("The pack has no drills; write one in drills/NAME.yaml (docs/guides/drills.md).")
        return 0
    minutes = drills[name].minutes if name in drills else None
    with progress_bar("minutes", minutes, forced=show_progress) as advance:
        report = drill_brand(settings, name, knowledge=knowledge, progress=advance)
    if out_file is not None:
        rows = json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=1)
        write_text(out_file, f"{rows}\n")
    _print(report)
    return 0 if report.passed else 1


def _print(report: "DrillReport") -> None:
    drill_ = report.drill
    click.echo(f"{drill_.name}\n{' '.join(drill_.story.split())}\n")
    for moment in report.moments:
        click.echo(f"  {moment.minute:>3} min  {moment.kind.value:<8} {moment.said}")
    click.echo(
        "\nPosts that went wrong:" if any(not each.right for each in report.played) else "\nEvery post went right."
    )
    for each in report.played:
        if not each.right:
            wanted = " or ".join(decision.value for decision in each.post.decision)
            click.echo(f"  {each.post.minute:>3} min  {each.decision.value} instead of {wanted}: {each.post.text[:90]}")
    right = sum(each.right for each in report.played)
    click.echo(f"\n{right} of {len(report.played)} posts went where they should.")
    for goal in report.goals:
        click.echo(f"  {'met   ' if goal.met else 'MISSED'} {goal.name}: {goal.said}")
