"""Many waiting threads, one batch: mentions whose workflows run at the same time are thought about together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import CancelledError

from assistant.domain.conversation import TurnRecord
from assistant.domain.mention import Mention

GATHER_S = 0.01
"""How long the first one waits for others."""

AnswerMany = Callable[[Sequence[Mention]], Awaitable[Sequence[TurnRecord | None]]]


class Together:
    """`answer` is called from any thread and waits; `run` answers on the loop, `batch` mentions at most at a time."""

    def __init__(self, answer_many: AnswerMany, *, batch: int) -> None:
        self._answer_many = answer_many
        self._batch = batch
        self._loop = asyncio.get_running_loop()
        self._stopped = False
        self._waiting: asyncio.Queue[tuple[Mention, asyncio.Future[TurnRecord | None]]] = asyncio.Queue()

    def answer(self, mention: Mention) -> TurnRecord | None:
        """The mention's turn; None where it has none yet. Raises what answering it raised.

        Raises `asyncio.CancelledError` where the worker stops: no error, which the engine would try again, but work
        that is left for a later start.
        """
        if self._stopped:
            raise asyncio.CancelledError
        try:
            return asyncio.run_coroutine_threadsafe(self._put(mention), self._loop).result()
        except CancelledError as stopped:
            raise asyncio.CancelledError from stopped

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set. What waits then is refused: its workflow is carried out by a later start."""
        stopped = asyncio.create_task(stop.wait())
        while not stop.is_set():
            first = asyncio.create_task(self._waiting.get())
            await asyncio.wait({first, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not first.done():
                first.cancel()
                break
            await asyncio.sleep(GATHER_S)
            batch = [first.result()]
            while len(batch) < self._batch and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            await self._answer(batch)
        self._stopped = True
        while not self._waiting.empty():
            self._waiting.get_nowait()[1].cancel()

    async def _put(self, mention: Mention) -> TurnRecord | None:
        future: asyncio.Future[TurnRecord | None] = self._loop.create_future()
        await self._waiting.put((mention, future))
        return await future

    async def _answer(self, batch: Sequence[tuple[Mention, asyncio.Future[TurnRecord | None]]]) -> None:
        """All at once, or, where that fails, each alone, so that one impossible mention fails by itself."""
        try:
            records = await self._answer_many([mention for mention, _ in batch])
        except Exception as failure:
            if len(batch) == 1:
                _, future = batch[0]
                if not future.cancelled():
                    future.set_exception(failure)
                return
            for each in batch:
                await self._answer([each])
            return
        for (_, future), record in zip(batch, records, strict=True):
            if not future.cancelled():
                future.set_result(record)
