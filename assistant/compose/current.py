"""What a worker works with, which outlives any one state of the articles: each call asks for the newest."""

from collections.abc import Mapping, Sequence
from datetime import date

from assistant.compose import Assistant
from assistant.compose.knowledge import index_waiting, is_behind
from assistant.domain.basis import World
from assistant.domain.brand import Pack
from assistant.domain.knowledge import Passage
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.understanding import Understanding


class Current:
    """The thinking parts of the newest assistant. Raises where it was opened without a pipeline."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        if assistant.glance is None or assistant.shed is None:
            raise RuntimeError("opened without a pipeline")
        self._looked: tuple[str, date] | None = None
        """The articles and the day the index was compared with last."""

    async def respond(self, mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        """Satisfies `Respond`: one batch, one state of the articles."""
        return await self._assistant.latest().respond(mentions, instruction=instruction)

    def glance(self, mentions: Sequence[Mention]) -> Sequence[Understanding | None]:
        """Satisfies `Glance`."""
        newest = self._assistant.latest().glance
        assert newest is not None  # noqa: S101  # seen at the start
        return newest(mentions)

    def shed(self, mentions: Sequence[Mention]) -> Sequence[Turn]:
        """Satisfies `Shed`."""
        newest = self._assistant.latest().shed
        assert newest is not None  # noqa: S101  # seen at the start
        return newest(mentions)

    def passages(self, ids: Sequence[str]) -> Mapping[str, Passage]:
        """Satisfies `Passages`: while the index is away, of the articles as they stand now."""
        return self._assistant.latest().passages(ids)

    def world(self) -> World:
        """What is true outside conversations now."""
        return self._assistant.latest().world()

    def index_waiting(self) -> int:
        """Let search and drafts have what was written, withdrawn, or began or ended to hold since; how many articles
        they have now and hadn't before.
        """
        newest = self._assistant.latest()
        pack, store, on = newest.pack, newest.require_store(), newest.pack.brand.day(newest.clock())
        with store.read() as look:
            seen = (look.articles_mark(pack.brand.id), on)
        behind = seen != self._looked and is_behind(
            pack, store=store, index=newest.index, embedder=newest.embedder, on=on
        )
        put = index_waiting(newest.settings, pack, store, on=on if behind else None)
        self._looked = seen
        return put

    def pack(self) -> Pack:
        """The pack with the articles as the store has them."""
        if self._assistant.renewal is not None:
            self._assistant.renewal.renew()
        return self._assistant.latest().pack
