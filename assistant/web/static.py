"""Files of the console and of its documentation travel compressed. Pages don't: beside what a stranger wrote they hold
what only agents may read, and the length of both would tell (BREACH)."""

from pathlib import Path

from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

SMALLEST = 500
"""Bytes below which nothing is won."""


def static(folder: Path) -> GZipMiddleware:
    """The folder's files."""
    return GZipMiddleware(StaticFiles(directory=folder), minimum_size=SMALLEST)
