"""`assistant run` and `assistant reply`: mentions through the whole pipeline, nothing sent."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.cli.places import RowsToRead
from assistant.cli.progress import count_lines, progress_bar
from assistant.cli.rows import BATCH, BadRows, in_batches, read_rows, write_rows
from assistant.cli.stopping import stopping
from assistant.errors import InputInvalid

if TYPE_CHECKING:
    from assistant.compose import Assistant
    from assistant.domain.mention import Mention
    from assistant.domain.turn import Turn


@click.command()
@click.argument("in_file", type=RowsToRead(), metavar="IN")
@options.out_file
@options.errors_file
@click.option("--channel", default=None, help="Channel of rows that name none (default: the pack's first).")
@click.option("--summary", "show_summary", is_flag=True, help="Print shares by decision, throughput and times.")
@click.option("--table", "show_table", is_flag=True, help="Print a readable line for each mention.")
@options.progress
@options.knowledge
def run(
    in_file: Path,
    out_file: Path,
    errors_file: Path | None,
    channel: str | None,
    show_summary: bool,
    show_table: bool,
    show_progress: bool,
    knowledge: Path | None,
) -> int:
    """Run the mentions of IN (JSONL) through the pipeline and write one Turn a line.

    A bad line is named with its number and reason, the rest goes through, and the exit status is 1.
    """
    from assistant.cli.table import Summary, print_turns
    from assistant.compose import open_assistant
    from assistant.settings import read_settings

    bad = BadRows()
    stands = "what was printed stands" if str(out_file) == "-" else f"{out_file} was not written"
    with (
        stopping(f"{stands}; the same command begins afresh"),
        open_assistant(read_settings(), knowledge=knowledge, with_store=False) as assistant,
    ):
        if channel is not None:
            assistant.require_channel(channel)
        summary = Summary.started()
        total = count_lines(in_file)
        with write_rows(out_file) as write, progress_bar("mentions", total, forced=show_progress) as advance:
            for batch in in_batches(_mentions(in_file, assistant, channel, bad), BATCH):
                turns = _respond(assistant, batch)
                write([turn.row() for turn in turns])
                summary.add(turns)
                if show_table:
                    print_turns(turns)
                advance(len(turns))
        if show_summary:
            summary.show(bad=len(bad.found))
    return bad.report(errors_file)


def _respond(assistant: "Assistant", mentions: Sequence["Mention"]) -> Sequence["Turn"]:
    """Handed out by hand: a task that ends with the turns has `asyncio.run` write them out for a message."""
    turns: list[Turn] = []

    async def think() -> None:
        turns.extend(await assistant.respond(mentions))

    asyncio.run(think())
    return turns


def _mentions(path: Path, assistant: "Assistant", channel: str | None, bad: BadRows) -> Iterator["Mention"]:
    seen: dict[str, int] = {}
    for line in read_rows(path, bad):
        try:
            mention = assistant.parse(line.row, position=f"line-{line.number}", channel=channel)
        except InputInvalid as problem:
            bad.add(line.number, str(problem))
            continue
        if (first := seen.setdefault(mention.id, line.number)) != line.number:
            bad.add(line.number, f"id {mention.external_id!r} on {mention.channel} stands on line {first} already")
            continue
        yield mention


@click.command()
@click.argument("text")
@click.option("--channel", default=None, help="Where it was said (default: the pack's first channel).")
@click.option("--json", "as_json", is_flag=True, help="Print the Turn instead.")
@options.knowledge
def reply(text: str, channel: str | None, as_json: bool, knowledge: Path | None) -> int:
    """Run one mention and show what the assistant understood, drafted and decided, and why. Nothing is sent."""
    from assistant.cli.table import print_turn
    from assistant.compose import open_assistant
    from assistant.settings import read_settings

    with open_assistant(read_settings(), knowledge=knowledge, with_store=False) as assistant:
        row: Mapping[str, object] = {"id": "reply", "text": text}
        mention = assistant.parse(row, position="argument", channel=channel)
        (turn,) = _respond(assistant, [mention])
    if as_json:
        click.echo(json.dumps(turn.row(), ensure_ascii=False))
    else:
        print_turn(turn)
    return 0
