"""The newest training of a brand in a file of its model folder, and a lock that one training at a time holds."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from assistant.domain.training import Training
from assistant.errors import Infrastructure, TrainingUnderWay
from assistant.scoring.folder import replace_file


class TrainingFile:
    """Shared by every process on one data folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "training.json"
        self._lock = folder / "training.lock"

    def read(self) -> Training | None:
        """None where nobody trained yet, or what is there can't be read."""
        try:
            return Training.model_validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return None

    def write(self, training: Training) -> None:
        """Replaces the file at once. Raises `Infrastructure`."""
        replace_file(self._path, training.model_dump_json().encode())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else trains meanwhile, whoever ends how. Raises `TrainingUnderWay`."""
        try:
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            file = self._lock.open("a")
        except OSError as error:
            raise Infrastructure(f"{self._lock}: {error.strerror}; choose a writable ASSISTANT_DATA_DIR") from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise TrainingUnderWay from error
            yield

    def is_held(self) -> bool:
        """Whether somebody trains now."""
        try:
            with self.alone():
                return False
        except TrainingUnderWay:
            return True
