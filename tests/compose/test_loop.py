"""A coroutine run to its end: what it returns comes back, and nobody writes it out on the way."""

import pytest

from assistant.compose.loop import outcome


class Large:
    """A thousand turns; counts how often it is written out."""

    written = 0

    def __repr__(self) -> str:
        self.written += 1
        return "turns"


def test_a_large_result_is_not_written_out() -> None:
    large = Large()

    async def work() -> Large:
        return large

    assert outcome(work()) is large
    assert large.written == 0


def test_what_the_work_raises_comes_through() -> None:
    async def work() -> None:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        outcome(work())
