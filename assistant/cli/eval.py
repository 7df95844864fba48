"""`assistant eval`: suites through the pipeline, stored drafts without it, two runs compared, other formats."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.cli.attack import attack
from assistant.cli.eval_formats import export_command, import_command
from assistant.cli.harvest import harvest
from assistant.cli.judge import judge
from assistant.cli.places import FolderToWrite, RowsToRead, suite_folder
from assistant.cli.progress import progress_bar
from assistant.cli.rows import BadRows, read_rows, write_text
from assistant.cli.statuses import NOT_DECIDABLE, NOT_HELD
from assistant.cli.stopping import stopping
from assistant.errors import AssistantError, ModelUnavailable, SuiteInvalid
from assistant.evals.folders import JUDGES, RUNS

if TYPE_CHECKING:
    from assistant.evals.case import Suite
    from assistant.evals.compare import Comparison
    from assistant.evals.drafts import StoredDraft
    from assistant.evals.results import Run


_out = click.option("--out", "out_dir", type=FolderToWrite(), help="Folder (default: evals/runs/<time>).")


@click.group()
def eval() -> None:
    """Prove what the assistant says before it says it.

    A run writes run.json, scores.jsonl, turns.jsonl, junit.xml and report.html.

    Exit status: 0 every gate passed; 1 a gate or a critical case failed; 2 too few cases to decide, and how many it
    would take; 3 a suite or file can't be read.
    """


@eval.command("run")
@click.argument("suites", nargs=-1, required=True, metavar="SUITE...")
@_out
@click.option("--repeats", type=click.IntRange(1, 100), default=1, show_default=True, help="Tries of every case.")
@click.option("--baseline", type=click.Path(path_type=Path), help="An earlier run to compare with.")
@click.option("--failed", "failed_run", type=click.Path(path_type=Path), help="Only what failed in that run; no gates.")
@options.progress
@options.knowledge
def run_command(
    suites: tuple[str, ...],
    out_dir: Path | None,
    repeats: int,
    baseline: Path | None,
    failed_run: Path | None,
    show_progress: bool,
    knowledge: Path | None,
) -> int:
    """Run suites (folders, or names under evals/suites) through the whole pipeline; nothing is sent.

    With the --out of an earlier or interrupted run, turns of unchanged cases on unchanged versions are kept. With
    --failed the exit status is 0 where every case passes that failed there, 1 where one still fails, 2 where one can't
    be told.
    """
    from assistant.evals.again import failed_in, narrowed
    from assistant.evals.bench import judges_missing
    from assistant.evals.results import read_run
    from assistant.evals.suite import load_suites

    _keep_apart(out_dir, baseline, failed_run)
    loaded = load_suites([suite_folder(name) for name in suites])
    if missing := tuple(judges_missing(loaded, JUDGES)):
        raise SuiteInvalid(missing)
    before = read_run(baseline) if baseline else None
    again = failed_in(read_run(failed_run), loaded) if failed_run else None
    if again == ():
        click.echo(f"no case of these suites failed in {failed_run}")
        return 0
    loaded = narrowed(loaded, again) if again else loaded
    folder = out_dir or _new_folder()
    _keep_others(folder, [suite.name for suite in loaded])
    with _resumable(folder):
        finished = _rehearse(loaded, folder, repeats=repeats, show_progress=show_progress, knowledge=knowledge)
    _say_void(finished)
    _say_unpaired(before, loaded)
    return _judged(finished, loaded, folder, before=before, again=again)


def _keep_apart(out_dir: Path | None, *read: Path | None) -> None:
    """Raises `UsageError` where a run that is read would be written over."""
    from assistant.evals.results import RUN_FILE

    for run in filter(None, read):
        folder = run.parent if run.name == RUN_FILE else run
        if out_dir is not None and out_dir.resolve() == folder.resolve():
            raise click.UsageError(f"--out is a run that is compared, which would be written over: {out_dir}")


def _keep_others(folder: Path, suites: Sequence[str]) -> None:
    """Raises `UsageError` where the folder holds a run of other suites, which would be written over."""
    from assistant.evals.report import read_in_short

    try:
        there = read_in_short(folder).manifest.suites
    except SuiteInvalid:  # no run, or none that could be read again
        return
    if others := [name for name in there if name not in suites]:
        raise click.UsageError(f"--out holds a run of {', '.join(others)}, which would be written over: {folder}")


def _judged(
    run: "Run", suites: "Sequence[Suite]", folder: Path, *, before: "Run | None", again: Sequence[str] | None
) -> int:
    """Write the report and say what the gates say; where only what failed was run, what became of that."""
    from assistant.cli.eval_table import print_again, print_flips, print_gates
    from assistant.compose.suites import gates_of
    from assistant.evals.compare import compare
    from assistant.evals.gates import EXIT_STATUS, overall
    from assistant.evals.report import write_report
    from assistant.settings import read_settings

    comparison = compare(before, run) if before else None
    gates = () if again else gates_of(read_settings(), suites, run, comparison=comparison)
    _, page = write_report(folder, run, gates=gates, comparison=comparison)
    if again:
        status = print_again(run, again)
    else:
        print_gates(run, gates)
        status = EXIT_STATUS[overall(gates)]
    if comparison:
        print_flips(comparison)
    click.echo(f"report: {page}")
    return status


def _say_unpaired(before: "Run | None", suites: "Sequence[Suite]") -> None:
    """A suite the baseline never ran is held against nothing."""
    known = {row.suite for row in before.scores} if before else set()
    if before and (new := [suite.name for suite in suites if suite.name not in known]):
        click.echo(f"the baseline has no case of {', '.join(new)}", err=True)


def _say_void(run: "Run") -> None:
    """What a model's fallback wrote says nothing of the model. Raises `ModelUnavailable` where that is too much."""
    if failed := run.manifest.fell_back:
        said = f"the model could not be used for {failed} of {len(run.turns)} turns"
        if run.is_void:
            raise ModelUnavailable(f"{said}: nothing is judged; the same --out asks it for those again")
        click.echo(said, err=True)


@contextmanager
def _resumable(folder: Path) -> Iterator[None]:
    """Whoever is stopped half-way learns where the turns are, the more so where no --out was given."""
    from assistant.evals.results import TURNS_FILE

    def stands() -> str:
        if not (folder / TURNS_FILE).exists():
            return "nothing was answered yet; the same command begins afresh"
        return f"what was answered is kept; go on with --out {folder}"

    try:
        with stopping(stands):
            yield
    except AssistantError:
        if (folder / TURNS_FILE).exists():
            click.echo(stands(), err=True)
        raise


def _rehearse(
    suites: "Sequence[Suite]", folder: Path, *, repeats: int, show_progress: bool, knowledge: Path | None
) -> "Run":
    from assistant import log
    from assistant.compose.rehearsal import rehearse
    from assistant.compose.suites import answered
    from assistant.evals.misnamed import misnamed
    from assistant.settings import read_settings

    settings = read_settings()
    log.configure(level="error", json=settings.log_as_json)
    rehearsal = rehearse(settings, knowledge=knowledge)
    for line in misnamed(suites, rehearsal.pack):
        click.echo(line, err=True)
    if not rehearsal.follows_pack:
        click.echo(
            f"the articles in {settings.knowledge} are not those in the index, which this run judges; to judge them as "
            f"written before they go live, add --knowledge {settings.knowledge}",
            err=True,
        )
    total = repeats * sum(len(suite.cases) for suite in suites)
    with progress_bar("cases", total, forced=show_progress) as advance:
        return answered(settings, rehearsal, suites, folder, repeats=repeats, progress=advance)


def _new_folder() -> Path:
    from assistant.compose import utc_now

    return RUNS / utc_now().strftime("%Y%m%dT%H%M%SZ")


@eval.command("score")
@click.option("--drafts", "drafts_file", type=RowsToRead(), required=True, help="Stored drafts, JSONL.")
@_out
@options.errors_file
@options.progress
@options.knowledge
def score_command(
    drafts_file: Path, out_dir: Path | None, errors_file: Path | None, show_progress: bool, knowledge: Path | None
) -> int:
    """Score stored drafts without any model.

    \b
    A row is a case line with its reply:
      draft   the reply's text; or instead
      turn    a Turn as `assistant run` writes it (the row may also be a Turn itself)
      assert  [{"type", "value", "threshold"}]; left out, every check of the gate is made
      vars    {"message", "channel", "thread", "passages", "visibility"}, as far as the assertions need them
      metadata  {"id", "cluster", "severity", "slice"}; rows of one id are tries of one case
    Keys of vars and metadata may also stand at the top: {"id": "1", "draft": "...", "passages": ["..."]}.

    Exit status: 0 every assertion that could be told passed; 1 one failed, or a line was bad; 2 none could be told, or
    one of a critical case couldn't; 3 unreadable.
    """
    from assistant.cli.eval_table import print_rates
    from assistant.evals.drafts import SUITE
    from assistant.evals.report import write_report

    folder, bad = out_dir or _new_folder(), BadRows()
    _keep_others(folder, [SUITE])
    drafts = _read_drafts(drafts_file, bad)
    finished = _scored(drafts, show_progress=show_progress, knowledge=knowledge)
    _, page = write_report(folder, finished, gates=())
    print_rates(finished)
    click.echo(f"report: {page}")
    for field, rows in Counter(field for draft in drafts for field in draft.unread).items():
        click.echo(f"not read, no such field: {field} ({rows} row{'s' if rows > 1 else ''})", err=True)
    return bad.report(errors_file) or _status_of(finished)


def _scored(drafts: "Sequence[StoredDraft]", *, show_progress: bool, knowledge: Path | None) -> "Run":
    from assistant.compose import load_brand, utc_now
    from assistant.evals.drafts import SUITE, score_drafts
    from assistant.evals.results import Manifest, Run
    from assistant.settings import read_settings

    started_at = utc_now()
    needs_pack = any(draft.needs_pack for draft in drafts)
    pack = load_brand(read_settings(), knowledge) if needs_pack else None
    with progress_bar("drafts", len(drafts), forced=show_progress) as advance:
        rows = score_drafts(drafts, pack=pack, progress=advance)
    manifest = Manifest(
        started_at=started_at,
        seconds=round((utc_now() - started_at).total_seconds(), 3),
        repeats=1 + max((row.epoch for row in rows), default=0),
        suites=(SUITE,),
        cases=len({row.case_id for row in rows}),
    )
    return Run(manifest=manifest, scores=rows)


def _read_drafts(path: Path, bad: BadRows) -> "list[StoredDraft]":
    from assistant.evals.drafts import parse_draft

    drafts = []
    for line in read_rows(path, bad):
        try:
            drafts.append(parse_draft(line.row, position=f"line-{line.number}"))
        except ValueError as problem:
            bad.add(line.number, str(problem))
    return drafts


def _status_of(run: "Run") -> int:
    from assistant.evals.case import CaseSeverity

    verdicts = {row.passed for row in run.scores}
    if False in verdicts:
        return NOT_HELD
    untold = any(row.passed is None and row.severity is CaseSeverity.CRITICAL for row in run.scores)
    return NOT_DECIDABLE if untold or True not in verdicts else 0


@eval.command("compare")
@click.argument("before", type=click.Path(path_type=Path), metavar="A")
@click.argument("after", type=click.Path(path_type=Path), metavar="B")
@click.option("--out", "out_dir", type=FolderToWrite(), help="Folder for a page (default: nothing is written).")
def compare_command(before: Path, after: Path, out_dir: Path | None) -> int:
    """Compare run B with run A, case by case.

    Exit status: 0 nothing got worse; 1 a critical case broke, or a metric or slice is worse beyond chance (exact
    McNemar at 5 %, Holm over slices); 2 more broke than was fixed, but too few pairs to tell it from chance, or a
    critical case can't be told any more, or no case could be told in both.
    """
    from assistant.cli.eval_table import print_comparison
    from assistant.evals.compare import compare
    from assistant.evals.report import html
    from assistant.evals.results import read_run

    _keep_apart(out_dir, before, after)
    newer = read_run(after)
    comparison = compare(read_run(before), newer)
    print_comparison(comparison)
    if out_dir is not None:
        write_text(out_dir / "comparison.json", comparison.model_dump_json(indent=2) + "\n")
        write_text(out_dir / "report.html", html(newer, gates=(), comparison=comparison))
    return _compared(comparison)


def _compared(comparison: "Comparison") -> int:
    if comparison.broken_critical or comparison.worse:
        return NOT_HELD
    return NOT_DECIDABLE if comparison.is_undecided else 0


eval.add_command(attack)
eval.add_command(export_command)
eval.add_command(import_command)
eval.add_command(harvest)
eval.add_command(judge)
