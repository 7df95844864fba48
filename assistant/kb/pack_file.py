"""Writes one file of a pack, and only where the pack as a whole still holds."""

from pathlib import Path

from assistant.errors import PackInvalid
from assistant.kb.pack import load_pack
from assistant.whole_file import replace_file

REMEDY = "give a folder that can be written"


def put_into_pack(folder: Path, name: str, text: str, *, remedy: str = REMEDY) -> None:
    """Write the file; where the pack can't be loaded with it, what was there is put back, byte for byte.

    Raises `PackInvalid`, and `Infrastructure` with the `remedy` where it can't be written.
    """
    path = folder / name
    before = path.read_bytes() if path.exists() else None
    replace_file(path, text.encode(), remedy=remedy)
    try:
        load_pack(folder)
    except PackInvalid:
        if before is None:
            path.unlink()
        else:
            replace_file(path, before, remedy=remedy)
        raise
