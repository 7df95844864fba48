"""Answers thought about together, and what becomes of those that come as the worker stops."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.domain.conversation import TurnRecord
from assistant.domain.mention import Mention
from assistant.worker.together import Together
from tests.desk_builders import make_mention

pytestmark = pytest.mark.anyio


async def nobody(mentions: Sequence[Mention]) -> Sequence[TurnRecord | None]:
    return [None for _ in mentions]


def refusal(together: Together) -> BaseException | None:
    """What a thread of the engine meets with."""
    try:
        together.answer(make_mention("1"))
    except BaseException as met:
        return met
    return None


async def test_what_waits_as_the_worker_stops_is_left_for_a_later_start() -> None:
    """What the engine takes for an error it tries again, for half a minute in which the process can't end."""
    together, stop = Together(nobody, batch=1), asyncio.Event()
    with ThreadPoolExecutor() as threads:
        waits = threads.submit(refusal, together)
        await asyncio.sleep(0.2)  # by now it waits: the thread has nothing else to do
        stop.set()
        await together.run(stop)
        met = await asyncio.wrap_future(waits)
    assert not isinstance(met, Exception)
    assert isinstance(met, asyncio.CancelledError)


async def test_what_comes_after_the_stop_is_refused_at_once() -> None:
    together, stop = Together(nobody, batch=1), asyncio.Event()
    stop.set()
    await together.run(stop)
    assert isinstance(refusal(together), asyncio.CancelledError)
