"""The real clock: the one place that reads it for everything that takes a `Clock`."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now."""
    return datetime.now(UTC)
