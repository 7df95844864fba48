"""Where proposed cases are kept until somebody moves them into a suite."""

from collections.abc import Sequence
from pathlib import Path

from assistant.evals.case import Case
from assistant.evals.harvest import add_to
from assistant.settings import Settings


def folder(settings: Settings) -> Path:
    """A suite folder beside the store, so that `assistant eval run` can run it."""
    return settings.data_dir / "harvest"


def keep(settings: Settings, cases: Sequence[Case]) -> int:
    """Add the proposals; how many were new."""
    return add_to(folder(settings), cases)
