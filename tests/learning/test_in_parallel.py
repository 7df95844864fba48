"""Fits side by side."""

from threading import Event

import pytest

from assistant.learning.fitting import in_parallel


def test_a_stop_waits_for_no_fit() -> None:
    """Ctrl+C and SIGTERM waited for the fits under way: half a minute with five hundred labels."""
    begun, held = Event(), Event()
    ended: list[str] = []

    def stop() -> None:
        begun.wait(5)
        raise KeyboardInterrupt

    def fit() -> None:
        begun.set()
        held.wait(5)
        ended.append("fit")

    with pytest.raises(KeyboardInterrupt):
        in_parallel(lambda task: task(), [(stop,), (fit,)], lambda steps: None)
    assert ended == []
    held.set()
