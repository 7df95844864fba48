"""Suites run while the service runs: in a process of its own, which writes down how far it is. One at a time a brand.

What a run that came to nothing had answered is kept: the next one goes on from there (`run_suites`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from assistant.adapters.followed_file import SuiteRunFile
from assistant.compose import Assistant, models_dir
from assistant.compose.followed import Said, start
from assistant.compose.harvested import folder, kept
from assistant.compose.rehearsal import rehearse
from assistant.compose.suites import answered, gates_of
from assistant.domain.suite_run import SuiteRun
from assistant.errors import Infrastructure, ModelUnavailable, NotFound, SuiteInvalid, SuiteRunUnderWay
from assistant.evals.bench import judges_missing
from assistant.evals.case import Suite
from assistant.evals.folders import JUDGES, RUNS, SUITES
from assistant.evals.gates import overall
from assistant.evals.harvest import SUITE
from assistant.evals.misnamed import misnamed
from assistant.evals.report import write_report
from assistant.evals.results import RUN_FILE, Run
from assistant.evals.suite import SUITE_FILE, load_suites
from assistant.settings import Settings

NAMED_BY = "%Y%m%dT%H%M%SZ"
"""A run's name is the time it began."""


def suite_names() -> Sequence[str]:
    """The suites that this process runs where nobody chooses, by name."""
    return sorted(path.parent.name for path in SUITES.glob(f"*/{SUITE_FILE}"))


def suite_folders(settings: Settings) -> Mapping[str, Path]:
    """Every suite that can be run; cases that are in none yet, where there are some, come last."""
    folders = {name: SUITES / name for name in suite_names()}
    return folders | ({SUITE: folder(settings)} if kept(settings) else {})


def read_suites(settings: Settings, names: Sequence[str]) -> tuple[Suite, ...]:
    """The suites of these names. Raises `NotFound`, and `SuiteInvalid` where one can't be read."""
    known = suite_folders(settings)
    if unknown := [name for name in names if name not in known]:
        raise NotFound("suite", unknown[0], tuple(known))
    suites = load_suites([known[name] for name in names])
    if missing := tuple(judges_missing(suites, JUDGES)):
        raise SuiteInvalid(missing)
    return suites


def would_test(assistant: Assistant) -> Mapping[str, str]:
    """The versions that answer now, as a run names them; none where nothing thinks."""
    proof = assistant.proof()
    return proof.versions if proof else {}


def newest(assistant: Assistant) -> SuiteRun | None:
    """The last run that was asked for, None where none was. One that was killed says so."""
    return _file(assistant).newest(at=assistant.clock())


def begin(assistant: Assistant, names: Sequence[str] = (), *, by: str) -> SuiteRun:
    """Start to run these suites, without names all of `suite_names`.

    Raises `NotFound`, `SuiteInvalid`, `SuiteRunUnderWay`, and `Infrastructure` where runs can't be kept.
    """
    chosen = tuple(dict.fromkeys(names)) or tuple(suite_names())
    suites, at, before = read_suites(assistant.settings, chosen), assistant.clock(), newest(assistant)
    if not suites:
        raise NotFound("suite in", str(SUITES))
    if before is not None and before.is_running:
        raise SuiteRunUnderWay
    run = SuiteRun(
        by=by,
        started_at=at,
        run=at.strftime(NAMED_BY),
        suites=chosen,
        total=sum(len(suite.cases) for suite in suites),
    )
    _make_folder(run, before)
    _file(assistant).begin(run)
    _note(assistant, "suites_started", by=by, at=at, suites=run.suites)
    settings = assistant.settings.model_copy(update={"knowledge": assistant.folder or assistant.settings.knowledge})
    start(_run, settings, models_dir(assistant.settings, assistant.pack), run)
    return run


def end(assistant: Assistant, *, by: str) -> SuiteRun:
    """Have the run under way ended at its next step. Raises `NotFound` where none is."""
    run = newest(assistant)
    if run is None or not run.is_running:
        raise NotFound("run is under way")
    _file(assistant).ask_to_end(by)
    _note(assistant, "suites_ended", by=by, at=assistant.clock(), run=run.run)
    return run


def is_ending(assistant: Assistant) -> bool:
    """Whether somebody asked the run to end."""
    return bool(_file(assistant).asked_to_end())


def _file(assistant: Assistant) -> SuiteRunFile:
    return SuiteRunFile(models_dir(assistant.settings, assistant.pack))


def _note(assistant: Assistant, event: str, *, by: str, at: datetime, **facts: object) -> None:
    brand_id = assistant.pack.brand.id
    with assistant.require_store().begin() as tx:
        tx.append_audit(brand_id=brand_id, at=at, actor=by, event=event, subject=f"suites:{brand_id}", facts=facts)


def _make_folder(run: SuiteRun, before: SuiteRun | None) -> None:
    """The run's own, or what the one before left, where that came to nothing."""
    own, left = RUNS / run.run, RUNS / before.run if before else None
    try:
        if left is not None and left.is_dir() and not (left / RUN_FILE).exists():
            left.replace(own)
        own.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Infrastructure(f"{RUNS}: {error.strerror}; runs are kept there: let the service write it") from error


def _run(settings: Settings, models: Path, run: SuiteRun) -> None:
    """The process's own work."""
    file, out = SuiteRunFile(models), RUNS / run.run
    said = Said(file, run)
    with said.at_work(), file.alone():
        suites, rehearsal = read_suites(settings, run.suites), rehearse(settings)
        notes = list(misnamed(suites, rehearsal.pack))
        if not rehearsal.follows_pack:
            notes.append(f"the articles in {settings.knowledge} are not those in the index, which this run judges")
        said.advance(notes=tuple(notes))
        finished = answered(
            settings,
            rehearsal,
            suites,
            out,
            progress=lambda cases: said.advance(done=said.kept.done + cases),
        )
        _refuse_void(finished)
        gates = gates_of(settings, suites, finished)
        write_report(out, finished, gates=gates)
        said.end(outcome=overall(gates).value)


def _refuse_void(run: Run) -> None:
    if run.is_void:
        failed = f"the model could not be used for {run.manifest.fell_back} of {len(run.turns)} turns"
        raise ModelUnavailable(f"{failed}: nothing is judged, and the next run asks it for those again")
