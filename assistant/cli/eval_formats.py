"""`assistant eval export` and `import`: suites for other tools and for spreadsheets, and back."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.places import FileToRead, FileToWrite, FolderToWrite, suite_folder
from assistant.cli.rows import write_text
from assistant.errors import SuiteInvalid

if TYPE_CHECKING:
    from assistant.evals.case import Case

_BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets on Windows take UTF-8 for their own code page and spoil every accent."""
NAMED = 15
"""Cases named one by one."""


@click.command("export")
@click.argument("suite")
@click.option("--to", "form", type=click.Choice(["promptfoo", "inspect", "csv"]), required=True, help="The format.")
@click.option("--out", "out", type=click.Path(path_type=Path), required=True, help="Folder (promptfoo) or file.")
@click.option("--run", "run_dir", type=click.Path(path_type=Path), help="A run whose drafts promptfoo shall score.")
def export_command(suite: str, form: str, out: Path, run_dir: Path | None) -> int:
    """Write SUITE for promptfoo, inspect_ai or a spreadsheet."""
    from assistant.evals import export, table
    from assistant.evals.results import read_run
    from assistant.evals.suite import load_suite

    if run_dir and form != "promptfoo":
        raise click.UsageError("--run is for --to promptfoo: the other formats hold cases, not drafts")
    place: FileToWrite | FolderToWrite = FolderToWrite() if form == "promptfoo" else FileToWrite()
    place.convert(out, None, None)
    loaded = load_suite(suite_folder(suite))
    if form == "csv":
        write_text(out, _BYTE_ORDER_MARK + table.to_csv(loaded.cases))
    elif form == "inspect":
        write_text(out, export.to_inspect(loaded))
    else:
        kept = read_run(run_dir).turns if run_dir else ()
        turns = {stored.case_id: stored.turn for stored in kept if stored.suite == loaded.name}
        write_text(out / export.PROMPTFOO_FILE, export.to_promptfoo(loaded, turns))
        write_text(out / export.ASSERTION_FILE, export.ASSERTION_CODE)
        _say_missing(sum(case.id not in turns for case in loaded.cases), of=len(loaded.cases))
    click.echo(f"{len(loaded.cases)} case(s): {out}")
    return 0


def _say_missing(count: int, *, of: int) -> None:
    """A case without a draft fails in promptfoo, whatever it asserts."""
    if count:
        click.echo(f"{count} of {of} case(s) have no draft to score; give --run, a run of this suite", err=True)


@click.command("import")
@click.argument("file", type=FileToRead())
@click.option("--from", "form", type=click.Choice(["promptfoo", "inspect", "csv"]), required=True, help="The format.")
@click.option("--out", "folder", type=FolderToWrite(), required=True, help="Suite folder.")
def import_command(file: Path, form: str, folder: Path) -> int:
    """Read FILE into a suite folder; a table's cases replace those of the suite that is there.

    A table may be parted by commas, semicolons or tabs. What brings no gate gets one to begin with.
    """
    from assistant.evals import export, suite, table

    data = _bytes_of(file)
    if form == "csv":
        cases = table.from_csv(table.decoded(data, place=str(file)), place=str(file))
        loaded = suite.suite_of(folder, cases)
    else:
        read = export.from_promptfoo if form == "promptfoo" else export.from_inspect
        loaded = read(_text_of(data, file), place=str(file))
    before = _there(folder)
    if form == "csv" and (folder / suite.SUITE_FILE).exists():
        suite.write_cases(folder / suite.CASES_FILE, loaded.cases)
    else:
        suite.write_suite(folder, loaded)
    gates = ", ".join(f"{gate.metric} at least {gate.min:.3g}" for gate in loaded.gates)
    click.echo(f"{len(loaded.cases)} case(s) in {folder}; gate: {gates}")
    if before:
        click.echo(f"of {len(before)} before: {_replaced(before, loaded.cases)}")
    return 0


def _there(folder: Path) -> "Sequence[Case]":
    """Cases that are there already; none where no suite can be read."""
    from assistant.evals.suite import load_suite

    try:
        return load_suite(folder).cases
    except SuiteInvalid:
        return ()


def _replaced(before: "Sequence[Case]", after: "Sequence[Case]") -> str:
    """What a table did to the cases that were there."""
    old, new = ({case.id: case for case in cases} for cases in (before, after))
    gone = [name for name in old if name not in new]
    changed = sum(old[name] != new[name] for name in old.keys() & new.keys())
    said = [f"{len(new.keys() - old.keys())} new", f"{changed} changed"]
    if gone:
        more = f" and {len(gone) - NAMED} more" if len(gone) > NAMED else ""
        said.append(f"{len(gone)} gone: {', '.join(gone[:NAMED])}{more}")
    return "nothing changed" if old == new else ", ".join(each for each in said if not each.startswith("0 "))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SuiteInvalid([f"{path}: {error.strerror}"]) from error


def _text_of(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SuiteInvalid([f"{path}: not UTF-8 at byte {error.start + 1}; save it as UTF-8"]) from error
