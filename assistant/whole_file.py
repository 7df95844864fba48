"""Files that are replaced whole: who reads one finds the old or the new, whatever ends in the middle."""

import contextlib
import os
import stat
from pathlib import Path
from uuid import uuid4

from assistant.errors import Infrastructure


def replace_file(path: Path, content: bytes, *, remedy: str = "make room, or mend its permissions") -> None:
    """Put a whole file in place of another, whose permissions it keeps, or leave that one.

    Several processes may do it at once: the last one's stays. Raises `Infrastructure` naming the path and the `remedy`.
    """
    part = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            part.chmod(stat.S_IMODE(path.stat().st_mode))
        part.replace(path)
    except OSError as error:
        raise Infrastructure(f"{path} can't be written: {error.strerror or error}; {remedy}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
