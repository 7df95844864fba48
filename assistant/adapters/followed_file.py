"""Work that people follow, the newest of its kind, in a file; and a lock that one of a kind at a time holds."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from assistant.domain.drill import DrillPlay
from assistant.domain.followed import Followed
from assistant.domain.suite_run import SuiteRun
from assistant.domain.training import Training
from assistant.errors import Conflict, DrillUnderWay, Infrastructure, SuiteRunUnderWay, TrainingUnderWay
from assistant.whole_file import replace_file

_STARTS = timedelta(seconds=20)
"""How long a process may take until it holds the lock; afterwards it must have ended."""
_STOPPED = "it was stopped before its end"
Kept = TypeVar("Kept", bound=Followed)


class FollowedFile(Generic[Kept]):
    """Shared by every process on one data folder. `busy` is raised where somebody holds the lock."""

    def __init__(self, folder: Path, name: str, kind: type[Kept], *, busy: type[Conflict]) -> None:
        self._path = folder / f"{name}.json"
        self._lock = folder / f"{name}.lock"
        self._end = folder / f"{name}.end"
        self._kind = kind
        self._busy = busy

    def read(self) -> Kept | None:
        """None where there was none yet, or what is there can't be read."""
        try:
            return self._kind.model_validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return None

    def write(self, kept: Kept) -> None:
        """Replaces the file at once. Raises `Infrastructure`."""
        replace_file(self._path, kept.model_dump_json().encode())

    def begin(self, kept: Kept) -> None:
        """Write down that it begins. Raises `busy` where one is under way."""
        with self.alone():
            before = self.read()
            if before is not None and _starts(before, kept.started_at):
                raise self._busy
            self._end.unlink(missing_ok=True)
            self.write(kept)

    def ask_to_end(self, by: str) -> None:
        """Whoever does the work hears of it at the next step. Raises `Infrastructure`."""
        replace_file(self._end, by.encode())

    def asked_to_end(self) -> str:
        """By whom; empty where nobody did."""
        try:
            return self._end.read_text("utf-8")
        except FileNotFoundError:
            return ""

    def newest(self, *, at: datetime) -> Kept | None:
        """The last one that was asked for; one that was killed says so."""
        kept = self.read()
        if kept is None or not kept.is_running or _starts(kept, at) or self.is_held():
            return kept
        last = self.read() or kept  # it may have ended between the two looks
        return last.model_copy(update={"ended_at": at, "problem": _STOPPED}) if last.is_running else last

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else does it meanwhile, whoever ends how. Raises `busy`."""
        try:
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            file = self._lock.open("a")
        except OSError as error:
            raise Infrastructure(f"{self._lock}: {error.strerror}; choose a writable ASSISTANT_DATA_DIR") from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise self._busy from error
            yield

    def is_held(self) -> bool:
        """Whether somebody does it now."""
        try:
            with self.alone():
                return False
        except self._busy:
            return True


class TrainingFile(FollowedFile[Training]):
    """The newest training of a brand, in its model folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "training", Training, busy=TrainingUnderWay)


class DrillFile(FollowedFile[DrillPlay]):
    """The newest play of a brand's drills, beside its models."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "drill", DrillPlay, busy=DrillUnderWay)


class SuiteRunFile(FollowedFile[SuiteRun]):
    """The newest run of suites with a brand, beside its models."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "suites", SuiteRun, busy=SuiteRunUnderWay)


def _starts(kept: Followed, at: datetime) -> bool:
    """Whether its process may not hold the lock yet."""
    return kept.is_running and at - kept.started_at < _STARTS
