"""The embedding server goes away and comes back, over real HTTP: nothing is lost, nothing is answered twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.adapters.extractive import Extractive
from assistant.domain.automation import AutomationState
from assistant.domain.conversation import ConversationDetail, conversation_id_of
from assistant.domain.vocabulary import Decision, Reason
from assistant.errors import IndexAway, ModelUnavailable
from assistant.pipeline.respond import Pipeline
from assistant.prompts import Prompts
from assistant.workflows.answer import answer_or_wait
from assistant.workflows.redraft import redraft
from assistant.workflows.redraft_stale import redraft_stale
from assistant.workflows.resume import resume
from tests import pipeline_builders as build
from tests.desk_builders import SetClock
from tests.rigs.embedding_server import served_embedder, vectors
from tests.rigs.http_server import Answer, Asked, HttpServer
from tests.stores import new_store

pytestmark = [pytest.mark.network, pytest.mark.anyio]

QUESTION = "What is the size of one small bag under the seat on every fare?"
DOWN = Answer({"error": {"message": "down"}}, 503)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Desk:
    """One mention, a pipeline whose vectors come from a server, and the clock."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.store, self.stays = SetClock(build.NOW), new_store(), 1_000
        self.server = HttpServer({"POST /v1/embeddings": self._answer})
        self.mention = build.mention(QUESTION, thread=(build.said("customer", "My bag is blue."),))
        embedder = served_embedder(self.server, folder, clock=self.clock)
        articles = (build.article(), build.REFUNDS)
        self.pipeline = Pipeline(
            pack=build.pack(),
            embedder=embedder,
            languages=build.OneLanguage(),
            heads=build.KeywordHeads({}),
            index=build.ListIndex(articles, build.WordEmbedder()),
            drafter=Extractive(Prompts(Path(__file__).parents[2] / "prompts")),
            clock=self.clock,
            automation=AutomationState,
            permits=lambda: build.PERMITS,
        )
        assert embedder.dimensions == build.WordEmbedder.dimensions
        self._wired = {"store": self.store, "respond": self.pipeline, "pack": build.pack(), "clock": self.clock}

    def _answer(self, asked: Asked) -> Answer:
        self.stays -= 1
        return vectors(asked, by=build.WordEmbedder()) if self.stays >= 0 else DOWN

    def goes_away(self, *, after: int = 0) -> None:
        """It answers so many requests more."""
        self.stays = after

    def comes_back(self) -> None:
        self.stays = 1_000
        self.clock.forward(60)

    async def comes(self) -> bool:
        """Whether the mention has a turn."""
        (record,) = await answer_or_wait([self.mention], **self._wired)  # type: ignore[arg-type]  # four ports
        return record is not None

    async def resume(self) -> int:
        return await resume(**self._wired, limit=9)  # type: ignore[arg-type]  # four ports

    async def redraft(self) -> int:
        return await redraft_stale(**self._wired)  # type: ignore[arg-type]  # four ports

    async def ask_again(self) -> None:
        turn_id = self.shown().turns[-1].id
        await redraft(turn_id, instruction="", agent="bea", **self._wired)  # type: ignore[arg-type]  # four ports

    def shown(self) -> ConversationDetail:
        with self.store.read() as look:
            return look.detail(conversation_id_of(self.mention))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.server.close()


async def test_what_was_read_before_it_went_away_waits_and_is_answered_once(desk: Desk) -> None:
    desk.goes_away(after=1)
    assert not await desk.comes()
    desk.goes_away(after=1)
    desk.clock.forward(60)
    with pytest.raises(IndexAway, match="answers wait"):
        await desk.resume()
    desk.comes_back()
    assert await desk.resume() == 1
    assert await desk.resume() == 0
    (record,) = desk.shown().turns
    assert record.turn.route.decision is Decision.AUTO_REPLY, record.turn.route.reasons
    assert [reply.turn_id for reply in desk.shown().replies] == [record.id]


async def test_what_nobody_could_read_goes_to_a_person_at_once_and_its_draft_follows(desk: Desk) -> None:
    desk.goes_away()
    assert await desk.comes()
    (first,) = desk.shown().turns
    assert first.turn.route.reasons == (Reason.EMBEDDER_AWAY,)
    assert desk.shown().conversation.waits_for_person
    for _ in range(3):
        desk.clock.forward(60)
        assert await desk.redraft() == 0
    desk.comes_back()
    assert await desk.redraft() == 1
    assert await desk.redraft() == 0
    newest = desk.shown().turns[-1].turn
    assert newest.draft is not None
    assert Reason.EMBEDDER_AWAY not in newest.route.reasons
    assert desk.shown().conversation.waits_for_person
    assert desk.shown().replies == ()


async def test_another_draft_asked_for_meanwhile_takes_none_away(desk: Desk) -> None:
    desk.goes_away()
    await desk.comes()
    desk.comes_back()
    await desk.redraft()
    before = desk.shown().turns[-1]
    desk.goes_away()
    with pytest.raises(ModelUnavailable, match="stays"):
        await desk.ask_again()
    assert desk.shown().turns[-1] == before
