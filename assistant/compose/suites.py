"""Wires suites: answered by the brand's pipeline, judged by the judges that may, held against their gates."""

from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.compose import utc_now
from assistant.compose.judging import bench_of, standings
from assistant.compose.loop import outcome
from assistant.compose.rehearsal import Rehearsal
from assistant.evals.bench import judges_named
from assistant.evals.case import Suite
from assistant.evals.compare import Comparison
from assistant.evals.folders import JUDGES
from assistant.evals.gates import GateResult, judge_gates
from assistant.evals.results import Run
from assistant.evals.run import run_suites
from assistant.settings import Settings


def answered(
    settings: Settings,
    rehearsal: Rehearsal,
    suites: Sequence[Suite],
    folder: Path,
    *,
    repeats: int = 1,
    progress: Callable[[int], None],
) -> Run:
    """Every case answered and scored; turns are kept in `folder` as they come, and taken from there (`run_suites`)."""
    return outcome(
        run_suites(
            suites,
            rehearsal.respond,
            pack=rehearsal.pack,
            versions=rehearsal.versions,
            clock=utc_now,
            repeats=repeats,
            folder=folder,
            bench=bench_of(settings, JUDGES, judges_named(suites)),
            progress=progress,
        )
    )


def gates_of(
    settings: Settings, suites: Sequence[Suite], run: Run, *, comparison: Comparison | None = None
) -> tuple[GateResult, ...]:
    """What the gates say of a run; what judges measured counts where their card allows it."""
    names = judges_named(suites)
    drafter = run.manifest.versions.get("drafter", "")
    judges = standings(settings, JUDGES, names, drafter=drafter) if names else {}
    return judge_gates(suites, run.scores, baseline=comparison, judges=judges)
