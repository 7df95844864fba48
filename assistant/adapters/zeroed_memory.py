"""Memory that holds nothing of what was in it before."""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_M_PERTURB = -6
"""glibc's mallopt(3): memory is handed out filled with the complement of this byte, and 0 ends it."""
_ZEROS = 0xFF

_turn = threading.Lock()


@contextmanager
def zeroed() -> Iterator[None]:
    """While this lasts, this process gets its memory as zeros, one caller at a time.

    hnswlib, and so Chroma, writes memory to disk that it never set: 100 rows of a new collection, whatever stood there.
    What stood there are texts of collections that were deleted. Without glibc nothing is done.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        yield
        return
    with _turn:
        mallopt(_M_PERTURB, _ZEROS)
        try:
            yield
        finally:
            mallopt(_M_PERTURB, 0)
