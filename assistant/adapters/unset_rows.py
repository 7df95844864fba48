"""Rows of a vector file that were never set, and what stands in them."""

import struct
from pathlib import Path

_HEADER = struct.Struct("<iQQQQ")
"""hnswlib's, as Chroma 1.5 writes it: version, offset of a row, rows there is room for, rows set, bytes of a row."""
_LENGTH = 4
"""Bytes a row takes in the file of lengths."""


class FormatUnknown(Exception):
    """The files aren't laid out as this module knows them."""


def blank_unset_rows(segment: Path) -> None:
    """Put zeros where nothing was set, in the vector files of this folder; one without any is left alone.

    hnswlib writes a new index with the memory it was given, 100 rows with whatever stood there: texts of collections
    that were deleted. Raises `FormatUnknown` where the files don't add up, `OSError` where they can't be written.
    """
    header = segment / "header.bin"
    if not header.exists():
        return
    raw = header.read_bytes()
    if len(raw) < _HEADER.size:
        raise FormatUnknown(f"{header}: {len(raw)} bytes")
    _, _, room, count, row = _HEADER.unpack_from(raw)
    for name, size in (("data_level0.bin", row), ("length.bin", _LENGTH)):
        _blank(segment / name, keep=count * size, rows_of=size, room=room)


def _blank(file: Path, *, keep: int, rows_of: int, room: int) -> None:
    size = file.stat().st_size
    if not keep <= size <= room * rows_of:
        raise FormatUnknown(f"{file}: {size} bytes, where {keep} to {room * rows_of} were expected")
    if size > keep:
        with file.open("r+b") as opened:
            opened.seek(keep)
            opened.write(bytes(size - keep))
