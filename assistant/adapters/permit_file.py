"""Permits in a JSON file of the data folder: small, readable, replaced as a whole."""

from pathlib import Path

import structlog
from pydantic import ValidationError

from assistant.domain.certificate import Permits
from assistant.whole_file import replace_file

log = structlog.get_logger()


class PermitFile:
    """One brand's permits. What is missing or can't be read permits nothing; a changed file is read again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[tuple[int, int], Permits] | None = None

    def read(self) -> Permits:
        try:
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_size)
            if self._read is None or self._read[0] != seen:
                self._read = (seen, Permits.model_validate_json(self._path.read_bytes()))
        except FileNotFoundError:
            return Permits()
        except (OSError, ValidationError) as problem:
            log.warning("permits_unreadable", path=str(self._path), error=type(problem).__name__)
            return Permits()
        return self._read[1].model_copy(update={"rehearsal": False})

    def write(self, permits: Permits) -> None:
        """Replaces the file at once, so that nobody reads half of it. Raises `Infrastructure`."""
        content = f"{permits.model_dump_json(indent=2)}\n".encode()
        replace_file(self._path, content, remedy="choose a writable ASSISTANT_DATA_DIR")
