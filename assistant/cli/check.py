"""`assistant check`: does each sentence of a reply stand on its passages?"""

from pathlib import Path

import click

from assistant.cli import options
from assistant.cli.places import RowsToRead
from assistant.cli.progress import count_lines, progress_bar
from assistant.cli.rows import BadRows, read_rows, write_rows
from assistant.errors import InputInvalid


@click.command()
@click.option(
    "--pairs", type=RowsToRead(), required=True, help="Rows: id, passages [text], reply; mention where known."
)
@options.out_file
@options.errors_file
@options.progress
def check(pairs: Path, out_file: Path, errors_file: Path | None, show_progress: bool) -> int:
    """Check replies against passages, sentence by sentence, without any model call."""
    from assistant.workflows.check_pairs import check_pair

    bad = BadRows()
    with (
        write_rows(out_file) as write,
        progress_bar("pairs", count_lines(pairs), forced=show_progress) as advance,
    ):
        for line in read_rows(pairs, bad):
            try:
                write([check_pair(line.row, position=f"line-{line.number}")])
            except InputInvalid as problem:
                bad.add(line.number, str(problem))
            advance(1)
    return bad.report(errors_file)
