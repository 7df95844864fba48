"""Evidence given with a mention replaces retrieval for it, and only for it."""

from pathlib import Path

from assistant.adapters.extractive import Extractive
from assistant.domain.automation import AutomationState
from assistant.domain.knowledge import Evidence
from assistant.pipeline.respond import Pipeline
from assistant.prompts import Prompts
from tests import pipeline_builders as build

PROMPTS = Prompts(Path(__file__).parents[2] / "prompts")
QUESTION = "What is the size of one small bag under the seat on every fare?"


def pipeline(index: build.ListIndex, embedder: build.WordEmbedder) -> Pipeline:
    return Pipeline(
        pack=build.pack(),
        embedder=embedder,
        languages=build.OneLanguage(),
        heads=build.KeywordHeads(),
        index=index,
        drafter=Extractive(PROMPTS),
        clock=lambda: build.NOW,
        automation=AutomationState,
        permits=lambda: build.PERMITS,
    )


async def test_given_evidence_replaces_retrieval_for_its_mention() -> None:
    embedder = build.WordEmbedder()
    index = build.ListIndex((build.article(), build.REFUNDS), embedder)
    mentions = [build.mention(QUESTION, id=name) for name in ("found", "nothing", "refunds")]
    given = {"nothing": Evidence(), "refunds": build.evidence((build.REFUNDS, 0.9))}
    found, nothing, refunds = await pipeline(index, embedder)(mentions, evidence=given)
    assert found.evidence[0].article_id == "cabin-bags"
    assert (nothing.evidence, nothing.answerable, nothing.draft) == ((), 0.0, None)
    assert {ref.article_id for ref in refunds.evidence} == {"refund-times"}
    assert [turn.mention_id for turn in (found, nothing, refunds)] == ["found", "nothing", "refunds"]


async def test_with_all_evidence_given_the_index_is_left_alone() -> None:
    embedder = build.WordEmbedder()
    index = build.ListIndex((build.article(),), embedder)
    await pipeline(index, embedder)([build.mention(QUESTION, id="m1")], evidence={"m1": Evidence()})
    assert (index.searches, index.gets) == (0, 0)


async def test_versions_are_known_before_anything_is_answered() -> None:
    embedder = build.WordEmbedder()
    responding = pipeline(build.ListIndex((build.article(),), embedder), embedder)
    before = responding.versions()
    (turn,) = await responding([build.mention(QUESTION)])
    assert turn.versions == before
