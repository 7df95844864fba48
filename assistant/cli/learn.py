"""`assistant train` and `assistant understand`: fit classifiers, and read texts with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.cli.places import FolderToRead, FolderToWrite, RowsToRead
from assistant.cli.progress import count_lines, progress_bar
from assistant.cli.rows import BATCH, BadRows, Line, in_batches, read_rows, write_rows
from assistant.cli.stopping import stopping
from assistant.errors import NothingUsable

if TYPE_CHECKING:
    from assistant.workflows.train import Trained


_model = FolderToRead("give the --out of an `assistant train`")
KEPT_BEFORE = "the model before stays in use, for the same rows are read worse by"
_STANDS = "the model there was stays in use; the same command begins afresh, and embeds nothing a second time"


@click.command()
@click.option("--examples", type=RowsToRead(), help="Rows: text, label (`oos` = out of scope).")
@click.option("--out", "out_dir", type=FolderToWrite(), help="Folder of the fitted model.")
@click.option("--validation", type=RowsToRead(), help="More rows, never trained on, to measure with.")
@click.option("--anyway", is_flag=True, help="Use the pack's new model even where it reads the same rows worse.")
@click.option(
    "--aside", is_flag=True, help="Keep the pack's new model aside until `models --restore` puts it in place."
)
@options.errors_file
@options.progress
@options.knowledge
@stopping(_STANDS)
def train(
    examples: Path | None,
    out_dir: Path | None,
    validation: Path | None,
    anyway: bool,
    aside: bool,
    errors_file: Path | None,
    show_progress: bool,
    knowledge: Path | None,
) -> int:
    """Fit the pack's own intents, or any label set from --examples into --out. Prints the model card.

    A model of the pack that reads the same rows worse than the one before it, beyond chance, is kept aside: exit
    status 1. In --out the new one always takes the place of the old. Without --validation the pack's validation.jsonl
    is read, where it has one. `assistant models` lists what is kept, and puts one of them in place.
    """
    from assistant import compose
    from assistant.compose.knowledge import train_brand, train_labels, validation_of
    from assistant.settings import read_settings
    from assistant.workflows.train import TakesOver

    settings = read_settings()
    if anyway and aside:
        raise click.UsageError("--anyway puts the new model in place, --aside doesn't: give one of them")
    if examples is None and out_dir is not None:
        raise click.UsageError("--out goes with --examples")
    if examples is not None and out_dir is None:
        raise click.UsageError("say where the model goes: --out DIR")
    if examples is not None and aside:
        raise click.UsageError("--aside is for the pack's own model: in --out the new one takes the place of the old")
    with _bad_lines_named(errors_file), progress_bar("training", None, forced=show_progress) as advance:
        if examples is None or out_dir is None:
            pack = compose.load_brand(settings, knowledge)
            trained = train_brand(
                settings,
                pack,
                progress=advance,
                validation=validation or validation_of(knowledge or settings.knowledge),
                takes_over=TakesOver.ALWAYS if anyway else TakesOver.WHEN_ASKED if aside else TakesOver.UNLESS_WORSE,
            )
        else:
            trained = train_labels(settings, examples, out_dir, validation=validation, progress=advance)
    return max(_told(trained, asked=aside), BadRows(list(trained.bad)).report(errors_file))


@contextmanager
def _bad_lines_named(errors_file: Path | None) -> Iterator[None]:
    """Where no line can be used, each one still says why."""
    try:
        yield
    except NothingUsable as nothing:
        BadRows(list(nothing.bad)).report(errors_file)
        raise


def _told(trained: "Trained", *, asked: bool) -> int:
    """The card; of a model kept aside what it changes, and how to take it. 1 where nobody `asked` to keep it aside."""
    from assistant.learning.card_page import render

    click.echo(render(trained.card))
    if trained.aside is None:
        return 0
    made = trained.aside.fingerprint
    click.echo(f"\n{f'the new model {made} waits' if asked else f'{KEPT_BEFORE} {made}'}:", err=True)
    for line in trained.aside.change.lines() if trained.aside.change else ():
        click.echo(f"- {line}", err=True)
    way = f"Put it in place with `assistant models --restore {made}`."
    click.echo(way if asked else "Look at its examples, or take it with --anyway.", err=True)
    return 0 if asked else 1


@click.command()
@click.option("--model", type=_model, help="Folder of fitted models (default: the pack's).")
@click.option("--restore", metavar="MODEL", help="Put this one in place; what runs takes it up within a second.")
@click.option("--by", default="command line", show_default=True, help="Who decides, for the record.")
@options.knowledge
def models(model: Path | None, restore: str | None, by: str, knowledge: Path | None) -> int:
    """The last models, newest first, with what each changed; --restore puts one of them back."""
    from assistant import compose
    from assistant.compose.training import restore_model
    from assistant.learning import versions
    from assistant.settings import read_settings

    settings = read_settings()
    if model is not None:
        folder = model
        if restore is not None:
            versions.restore(folder, restore)
    else:
        pack = compose.load_brand(settings, knowledge)
        folder = compose.models_dir(settings, pack)
        if restore is not None:
            restore_model(settings, pack, restore, by=by)
    listed = versions.versions(folder)
    if not listed:
        click.echo(f"no model of {folder} was kept yet: training keeps each from now on")
    for each in listed:
        right = each.card.accuracy
        share = f"{right.value:.1%} right of {right.n}" if right else "not measured"
        named = f", in turns {each.heads}" if each.heads else ""
        click.echo(f"{each.fingerprint}  {each.standing:<9}  {each.trained_at:%Y-%m-%d %H:%M}  {share}{named}")
        for line in each.card.change.lines() if each.card.change else ():
            click.echo(f"    {line}")
    return 0


@click.command()
@click.argument("in_file", type=RowsToRead(), metavar="IN")
@options.out_file
@click.option("--model", type=_model, help="Folder of a fitted model (default: the pack's).")
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
    """Read the texts of IN (rows: text, optional id; - for standard input): one flat row of judgements a line.

    The first reading with --model fits mood, urgency, stance and what is sensitive, which takes a minute and holds for
    every label set.
    """
    from assistant import compose
    from assistant.settings import read_settings

    settings = read_settings()
    bad = BadRows()
    with progress_bar("mood, urgency, stance and what is sensitive, once", None, forced=show_progress) as advance:
        read = compose.text_reader(settings, knowledge=knowledge, model=model, progress=advance)
    with (
        write_rows(out_file) as write,
        progress_bar("texts", count_lines(in_file), forced=show_progress) as advance,
    ):
        for batch in in_batches(_texts(in_file, bad), BATCH):
            found = read([text for _, text in batch], [str(row_id) for row_id, _ in batch])
            write([{**row, "id": row_id} for row, (row_id, _) in zip(found, batch, strict=True)])
            advance(len(batch))
    return bad.report(errors_file)


def _texts(path: Path, bad: BadRows) -> Iterator[tuple[object, str]]:
    """Id and text of each good row; of one that is too long is said what is read."""
    from assistant.domain.mention import MAX_TEXT

    for line in read_rows(path, bad):
        text = line.row.get("text")
        if not isinstance(text, str):
            bad.add(line.number, "text: missing or no text; give the message as text")
            continue
        if len(text) > MAX_TEXT:
            click.echo(f"line {line.number}: text: of {len(text)} characters the first {MAX_TEXT} are read", err=True)
        yield _id(line), text


def _id(line: Line) -> object:
    """The row's own as it is, where it is a text or a number that says something."""
    given = line.row.get("id")
    names = isinstance(given, str | int | float) and not isinstance(given, bool) and given != ""
    if isinstance(given, float) and not isfinite(given):
        names = False  # JSON holds no NaN: other programs couldn't read the row
    return given if names else f"line-{line.number}"
