"""Where proposed cases are kept until somebody moves them into a suite."""

from collections.abc import Sequence
from pathlib import Path

from assistant.evals.case import Case
from assistant.evals.harvest import add_to, drop_from, move_to
from assistant.evals.suite import CASES_FILE, load_suite
from assistant.settings import Settings


def folder(settings: Settings) -> Path:
    """A suite folder beside the store, so that `assistant eval run` can run it."""
    return settings.data_dir / "harvest"


def kept(settings: Settings) -> Sequence[Case]:
    """The proposals that wait, the newest first. Raises `SuiteInvalid`."""
    there = folder(settings)
    return load_suite(there).cases[::-1] if (there / CASES_FILE).exists() else ()


def keep(settings: Settings, cases: Sequence[Case]) -> int:
    """Add the proposals; how many were new."""
    return add_to(folder(settings), cases)


def drop(settings: Settings, case_id: str) -> None:
    """Forget a proposal. Raises `NotFound`."""
    drop_from(folder(settings), case_id)


def move(settings: Settings, case_id: str, *, suite: Path) -> None:
    """Make a proposal a case of a suite. Raises `NotFound`, `InputInvalid`, `SuiteInvalid`."""
    move_to(suite, case_id, folder=folder(settings))
