"""`assistant train` and `assistant understand`: fit classifiers, and read texts with them."""

from collections.abc import Iterator
from pathlib import Path

import click

from assistant.cli import options
from assistant.cli.progress import count_lines, progress_bar
from assistant.cli.rows import BATCH, BadRows, in_batches, read_rows, write_rows


@click.command()
@click.option("--examples", type=click.Path(path_type=Path), help="Rows: text, label (`oos` = out of scope).")
@click.option("--out", "out_dir", type=click.Path(path_type=Path), help="Folder of the fitted model.")
@click.option("--validation", type=click.Path(path_type=Path), help="More rows, never trained on, to measure with.")
@options.errors_file
@options.progress
@options.knowledge
def train(
    examples: Path | None,
    out_dir: Path | None,
    validation: Path | None,
    errors_file: Path | None,
    show_progress: bool,
    knowledge: Path | None,
) -> int:
    """Fit the pack's own intents, or any label set from --examples into --out. Prints the model card."""
    from assistant import compose
    from assistant.compose.knowledge import train_brand, train_labels
    from assistant.learning.card_page import render
    from assistant.settings import read_settings

    settings = read_settings()
    if examples is None:
        if out_dir is not None or validation is not None:
            raise click.UsageError("--out and --validation go with --examples")
        pack = compose.load_brand(settings, knowledge)
        with progress_bar("training", None, forced=show_progress) as advance:
            card = train_brand(settings, pack, progress=advance)
        click.echo(render(card))
        return 0
    if out_dir is None:
        raise click.UsageError("say where the model goes: --out DIR")
    with progress_bar("training", None, forced=show_progress) as advance:
        trained = train_labels(settings, examples, out_dir, validation=validation, progress=advance)
    click.echo(render(trained.card))
    return BadRows(list(trained.bad)).report(errors_file)


@click.command()
@click.argument("in_file", type=click.Path(path_type=Path), metavar="IN")
@options.out_file
@click.option("--model", type=click.Path(path_type=Path), help="Folder of a fitted model (default: the pack's).")
@options.errors_file
@options.progress
@options.knowledge
def understand(
    in_file: Path,
    out_file: Path,
    model: Path | None,
    errors_file: Path | None,
    show_progress: bool,
    knowledge: Path | None,
) -> int:
    """Read the texts of IN (rows: text, optional id): one flat row of judgements a line."""
    from assistant import compose
    from assistant.settings import read_settings

    settings = read_settings()
    bad = BadRows()
    read = compose.text_reader(settings, knowledge=knowledge, model=model)
    with (
        write_rows(out_file) as write,
        progress_bar("texts", count_lines(str(in_file)), forced=show_progress) as advance,
    ):
        for batch in in_batches(_texts(in_file, bad), BATCH):
            write(read([text for _, text in batch], [row_id for row_id, _ in batch]))
            advance(len(batch))
    return bad.report(errors_file)


def _texts(path: Path, bad: BadRows) -> Iterator[tuple[str, str]]:
    """Id and text of each good row."""
    for line in read_rows(path, bad):
        text = line.row.get("text")
        if isinstance(text, str):
            yield str(line.row.get("id", f"line-{line.number}")), text
        else:
            bad.add(line.number, "text: missing or no text; give the message as text")
